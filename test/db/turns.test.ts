import { expect, it } from 'vitest';
import { Turns } from '../../src/db/read/turns.ts';

const NEVER = Number.POSITIVE_INFINITY;

it('lets one at a time, and each tenant in its turn', async () => {
  const turns = new Turns();
  const order: string[] = [];
  let running = 0;
  const scan = async (tenant: string, name: string) => {
    const release = await turns.take(tenant, NEVER);
    running += 1;
    expect(running).toBe(1);
    await new Promise(setImmediate);
    order.push(name);
    running -= 1;
    release();
  };
  const scans = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) => scan(name.slice(0, 1), name));
  await Promise.all(scans);
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  // Nobody holds the turn any more.
  await scan('a', 'a4');
});

it('lets go on without a turn who has no time left, and gives the turn to the next', async () => {
  const turns = new Turns();
  const first = await turns.take('a', NEVER);
  const late = await turns.take('b', performance.now() + 1);
  const next = turns.take('c', NEVER);
  late();
  first();
  (await next)();
  (await turns.take('a', NEVER))();
});
