import { describe, expect, it } from 'vitest';
import { SecondChanceCache } from '../src/second-chance-cache.ts';

describe('a second-chance cache', () => {
  it('finds a value by its key and replaces it', () => {
    const cache = new SecondChanceCache<string, number>(100);
    cache.set('a', 1, 9);
    cache.set('a', 2, 9);
    expect([cache.get('a'), cache.get('b')]).toEqual([2, undefined]);
  });

  it('evicts what was not used once its size is reached', () => {
    const cache = new SecondChanceCache<string, string>(100);
    for (const text of ['a', 'b', 'c', 'd', 'e']) cache.set(text, text, 19);
    expect(cache.get('a')).toBe('a');
    cache.set('f', 'f', 19);
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => cache.get(text))).toEqual([
      'a',
      undefined,
      'c',
      'd',
      'e',
      'f',
    ]);
    for (let count = 0; count < 20; count += 1) cache.set('f', 'f', 19);
    expect(['a', 'c', 'd', 'e', 'f'].map((text) => cache.get(text))).toEqual([
      'a',
      'c',
      'd',
      'e',
      'f',
    ]);
  });

  it('makes room even when every entry was used', () => {
    const cache = new SecondChanceCache<string, string>(100);
    for (const text of ['a', 'b', 'c', 'd', 'e']) cache.set(text, text, 19);
    for (const text of ['a', 'b', 'c', 'd', 'e']) cache.get(text);
    cache.set('f', 'f', 19);
    expect(['a', 'b', 'f'].map((text) => cache.get(text))).toEqual([undefined, 'b', 'f']);
  });

  it('does not evict everything for one large value', () => {
    const cache = new SecondChanceCache<string, string>(100);
    cache.set('a', 'a', 9);
    cache.set('large', 'large', 30);
    expect([cache.get('a'), cache.get('large')]).toEqual(['a', undefined]);
  });

  it('reports each key that leaves or was too large to enter', () => {
    const gone: string[] = [];
    const cache = new SecondChanceCache<string, number>(100, (key) => gone.push(key));
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1, 25);
    cache.set('a', 2, 20);
    expect(gone).toEqual([]);
    cache.set('e', 1, 25);
    cache.drop('d');
    expect(gone).toEqual(['b', 'd']);
    cache.set('c', 1, 30);
    cache.set('large', 1, 30);
    expect(gone).toEqual(['b', 'd', 'c', 'large']);
    expect(['a', 'b', 'c', 'd', 'e', 'large'].map((key) => cache.get(key))).toEqual([
      2,
      undefined,
      undefined,
      undefined,
      1,
      undefined,
    ]);
  });

  it('stores nothing when its size is 0', () => {
    const cache = new SecondChanceCache<string, string>(0);
    cache.set('a', 'a', 0);
    expect([cache.isEnabled, cache.get('a')]).toEqual([false, undefined]);
  });
});
