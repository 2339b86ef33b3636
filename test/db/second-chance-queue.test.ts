import { describe, expect, it } from 'vitest';
import { SecondChanceQueue } from '../../src/db/read/second-chance-queue.ts';

interface Entry {
  name: string;
  size: number;
  isUsed: boolean;
}

describe('a second-chance queue', () => {
  const entry = (name: string, size = 19): Entry => ({ name, size, isUsed: false });
  const open = () => {
    const evicted: string[] = [];
    const queue = new SecondChanceQueue<Entry>(100, ({ name }) => evicted.push(name));
    const add = (...names: string[]) =>
      names.map((name) => {
        const added = entry(name);
        expect(queue.add(added)).toBe(true);
        return added;
      });
    return { queue, evicted, add };
  };

  it('evicts the oldest that was not used once its size is reached', () => {
    const { evicted, add } = open();
    const [first] = add('a', 'b', 'c', 'd', 'e');
    if (first) first.isUsed = true;
    add('f');
    expect(evicted).toEqual(['b']);
  });

  it('gives a used one a second chance, and no third', () => {
    const { evicted, add } = open();
    const [first] = add('a', 'b', 'c', 'd', 'e');
    if (first) first.isUsed = true;
    add('f', 'g', 'h', 'i');
    expect(evicted).toEqual(['b', 'c', 'd', 'e']);
    add('j', 'k');
    expect(evicted).toEqual(['b', 'c', 'd', 'e', 'f', 'a']);
  });

  it('makes room even when every entry was used', () => {
    const { evicted, add } = open();
    for (const used of add('a', 'b', 'c', 'd', 'e')) used.isUsed = true;
    add('f');
    expect(evicted).toEqual(['a']);
  });

  it('does not evict everything for one large entry', () => {
    const { queue, evicted, add } = open();
    add('a');
    expect(queue.add(entry('large', 30))).toBe(false);
    expect(evicted).toEqual([]);
  });

  it('forgets what is removed, once', () => {
    const { queue, evicted, add } = open();
    const [first] = add('a', 'b', 'c', 'd', 'e');
    if (!first) throw new Error('there are five');
    expect([queue.remove(first), queue.remove(first)]).toEqual([true, false]);
    add('f');
    expect(evicted).toEqual([]);
  });

  it('holds nothing where it may hold nothing', () => {
    const queue = new SecondChanceQueue<Entry>(0, () => {});
    expect([queue.isEnabled, queue.add(entry('a', 0))]).toEqual([false, false]);
  });
});
