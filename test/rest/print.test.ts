import { expect, it } from 'vitest';
import { inTurns, printList } from '../../src/rest/print.ts';

it('a list is printed as JSON prints it', async () => {
  const data = Array.from({ length: 120 }, (_, index) => ({ index, name: 'ä"\\', none: null }));
  for (const list of [
    { object: 'list', data, hasMore: true, nextCursor: 'cur_x' },
    { success: true, data: [] },
  ])
    expect(Buffer.from(await printList(list)).toString()).toBe(JSON.stringify(list));
});

it('others get their turn while a long list is worked on', async () => {
  let seen: number | undefined;
  let done = 0;
  setImmediate(() => {
    seen = done;
  });
  const items = Array.from({ length: 120 }, (_, index) => index);
  expect(
    await inTurns(items, (item) => {
      done += 1;
      return item * 2;
    }),
  ).toEqual(items.map((item) => item * 2));
  expect(seen).toBe(50);
});
