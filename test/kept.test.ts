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
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => kept.get(text))).toEqual([
      'a',
      undefined,
      'c',
      'd',
      'e',
      'f',
    ]);
    for (let count = 0; count < 20; count += 1) kept.set('f', 'f', 19);
    expect(['a', 'c', 'd', 'e', 'f'].map((text) => kept.get(text))).toEqual([
      'a',
      'c',
      'd',
      'e',
      'f',
    ]);
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

  it('tells which keys are not there, once they have gone or could not come in', () => {
    const gone: string[] = [];
    const kept = new Kept<string, number>(100, (key) => gone.push(key));
    for (const key of ['a', 'b', 'c', 'd']) kept.set(key, 1, 25);
    kept.set('a', 2, 20);
    expect(gone).toEqual([]);
    kept.set('e', 1, 25);
    kept.drop('d');
    expect(gone).toEqual(['b', 'd']);
    kept.set('c', 1, 30);
    kept.set('large', 1, 30);
    expect(gone).toEqual(['b', 'd', 'c', 'large']);
    expect(['a', 'b', 'c', 'd', 'e', 'large'].map((key) => kept.get(key))).toEqual([
      2,
      undefined,
      undefined,
      undefined,
      1,
      undefined,
    ]);
  });

  it('is nothing where there is no room', () => {
    const kept = new Kept<string, string>(0);
    kept.set('a', 'a', 0);
    expect([kept.isOpen, kept.get('a')]).toEqual([false, undefined]);
  });
});
