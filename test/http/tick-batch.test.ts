import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTickBatch } from '../../src/http/tick-batch.ts';

describe('work in a batch', () => {
  // The clock stands still unless the test moves it: other processes cannot make the loop look busy.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits for one tick of the event loop and keeps its order', async () => {
    const batch = createTickBatch();
    const done: string[] = [];
    for (const name of ['a', 'b']) batch(() => done.push(name));
    expect(done).toEqual([]);
    await turn();
    expect(done).toEqual(['a', 'b']);
  });

  it('runs at once where other work keeps the loop busy', async () => {
    const batch = createTickBatch();
    const done: string[] = [];
    batch(() => done.push('a'));
    vi.advanceTimersByTime(2);
    batch(() => done.push('b'));
    expect(done).toEqual(['a', 'b']);
    batch(() => done.push('c'));
    await turn();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('may add more work', async () => {
    const batch = createTickBatch();
    const done: string[] = [];
    batch(() => batch(() => done.push('second')));
    await turn();
    await turn();
    expect(done).toEqual(['second']);
  });
});
