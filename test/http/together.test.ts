import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTogether } from '../../src/http/together.ts';

const busyFor = (milliseconds: number): void => {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
};

describe('work that is done together', () => {
  it('waits for one turn of the event loop, and is done in its order', async () => {
    const together = createTogether();
    const done: string[] = [];
    for (const name of ['a', 'b']) together(() => done.push(name));
    expect(done).toEqual([]);
    await turn();
    expect(done).toEqual(['a', 'b']);
  });

  it('goes at once where others keep the loop busy', async () => {
    const together = createTogether();
    const done: string[] = [];
    together(() => done.push('a'));
    busyFor(3);
    together(() => done.push('b'));
    expect(done).toEqual(['a', 'b']);
    together(() => done.push('c'));
    await turn();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('may ask for more work', async () => {
    const together = createTogether();
    const done: string[] = [];
    together(() => together(() => done.push('second')));
    await turn();
    await turn();
    expect(done).toEqual(['second']);
  });
});
