import { describe, expect, it } from 'vitest';
import { Kept } from '../src/kept.ts';

describe('what is kept', () => {
  it('is found by its text, and replaced', () => {
    const kept = new Kept<string, number>(100);
    kept.set('a', 1, 9);
    kept.set('a', 2, 9);
    expect([kept.get('a'), kept.get('b')]).toEqual([2, undefined]);
  });

  it('has a size: the least recently used goes first', () => {
    const kept = new Kept<string, string>(100);
    for (const text of ['a', 'b', 'c', 'd', 'e']) kept.set(text, text, 19);
    expect(kept.get('a')).toBe('a');
    kept.set('f', 'f', 19);
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => kept.get(text))).toEqual(['a', undefined, 'c', 'd', 'e', 'f']);
    for (let count = 0; count < 20; count += 1) kept.set('f', 'f', 19);
    expect(['a', 'c', 'd', 'e', 'f'].map((text) => kept.get(text))).toEqual(['a', 'c', 'd', 'e', 'f']);
  });

  it('has room for one more, also where all were used since', () => {
    const kept = new Kept<string, string>(100);
    for (const text of ['a', 'b', 'c', 'd', 'e']) kept.set(text, text, 19);
    for (const text of ['a', 'b', 'c', 'd', 'e']) kept.get(text);
    kept.set('f', 'f', 19);
    expect(['a', 'b', 'f'].map((text) => kept.get(text))).toEqual([undefined, 'b', 'f']);
  });

  it('does not lose everything to one that is large', () => {
    const kept = new Kept<string, string>(100);
    kept.set('a', 'a', 9);
    kept.set('large', 'large', 30);
    expect([kept.get('a'), kept.get('large')]).toEqual(['a', undefined]);
  });

  it('is nothing where there is no room', () => {
    const kept = new Kept<string, string>(0);
    kept.set('a', 'a', 0);
    expect([kept.isOpen, kept.get('a')]).toEqual([false, undefined]);
  });
});
