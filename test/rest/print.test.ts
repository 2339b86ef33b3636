import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { LongBody } from '../../src/response.ts';
import { inOnePiece, printList, slicesOf } from '../../src/rest/print.ts';

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index, name: 'ä"\\', none: null }));

it('a list is printed as JSON prints it', async () => {
  for (const count of [0, 1, 120])
    for (const envelope of [
      { object: 'list', hasMore: true, nextCursor: 'cur_"data":[x' },
      { success: true, hasMore: false },
    ]) {
      const { nextCursor, ...start } = { nextCursor: undefined, ...envelope };
      const list = (data: object[]) => ({ ...start, data, ...(nextCursor && { nextCursor }) });
      const slices = slicesOf(items(count), () => undefined);
      const printed = await text(printList(list([]), slices, async (slice) => slice));
      expect(printed).toBe(JSON.stringify(list(items(count))));
    }
});

it('others get their turn between two slices, of however many lists at once', async () => {
  const lists = 5;
  let written = 0;
  let before = 0;
  let most = 0;
  const watch = () => {
    most = Math.max(most, written - before);
    before = written;
    if (written < lists * 4) setImmediate(watch);
  };
  const list = () =>
    text(
      printList(
        { data: [] },
        slicesOf(items(400), () => undefined),
        async (slice) => {
          written += 1;
          return slice;
        },
      ),
    );
  setImmediate(watch);
  await Promise.all(Array.from({ length: lists }, list));
  expect(written).toBe(lists * 4);
  expect(most).toBe(1);
});

it('slices are cut by what there is to read, and by number', async () => {
  const sizes = async (weights: number[]) => {
    const lengths: number[] = [];
    for await (const slice of slicesOf(weights, async (records) => records))
      lengths.push(slice.length);
    return lengths;
  };
  expect(await sizes([])).toEqual([]);
  expect(await sizes([9_999_999])).toEqual([1]);
  expect(await sizes(Array(250).fill(0))).toEqual([100, 100, 50]);
  expect(await sizes(Array(12).fill(1_000))).toEqual([4, 4, 4]);
  expect(await sizes([...Array(10).fill(1), 9_999_999, ...Array(10).fill(1)])).toEqual([10, 1, 10]);
});

it('a long text is not held, and has the digest of the whole', async () => {
  async function* pieces(count: number) {
    for (let piece = 0; piece < count; piece += 1) yield String(piece % 10).repeat(2 ** 20);
  }
  expect(await inOnePiece(() => pieces(4))).toHaveLength(4 * 2 ** 20);
  const long = await inOnePiece(() => pieces(20));
  if (!(long instanceof LongBody)) throw new Error('it was held');
  const whole = await text(long.pieces());
  expect(whole).toHaveLength(20 * 2 ** 20);
  expect(long.sha256).toBe(createHash('sha256').update(whole).digest('base64url'));
});
