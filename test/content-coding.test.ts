import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Coding, type Encoded, Encodings, encode } from '../src/content-coding.ts';

const decoded = (encoded: Encoded, tail: string): Buffer => {
  const { coding, start } = encoded;
  const bytes = Buffer.concat([
    typeof start === 'string' ? Buffer.from(start, 'latin1') : start,
    Buffer.from(encoded.endWith(tail), 'latin1'),
  ]);
  return coding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes);
};

const textOf = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => 97 + ((at * at) % 23)));

describe.each<Coding>(['br', 'gzip'])('content in %s', (coding) => {
  // Around the length from which on another thread does it, and that of the longest block.
  it.each([0, 1, 1_024, 16_384, 16_385, 65_535, 65_536, 1_000_000])(
    'of %i bytes is what it was, with any tail',
    async (length) => {
      const plain = textOf(length);
      const encoded = await encode(coding, plain);
      for (const tail of ['', 'x', 'ü€'.repeat(40), 'y'.repeat(65_535), 'z'.repeat(200_000)])
        expect(decoded(encoded, tail).equals(Buffer.concat([plain, Buffer.from(tail)]))).toBe(true);
    },
  );

  it.each([2_000, 200_000])('is made once, however many ask at once (%i bytes)', async (length) => {
    let times = 0;
    const sizes: number[] = [];
    const encodings = new Encodings((bytes) => sizes.push(bytes) > 0);
    const content = () => {
      times += 1;
      return textOf(length);
    };
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => encodings.of(coding, content)),
    );
    all.push(await encodings.of(coding, content));
    expect(times).toBe(1);
    expect(sizes).toEqual([all[0]?.start.length]);
    for (const encoded of all) expect(encoded).toBe(all[0]);
  });

  it('is made again where there is no room to keep it', async () => {
    let times = 0;
    const encodings = new Encodings(() => false);
    for (let time = 0; time < 3; time += 1)
      await encodings.of(coding, () => {
        times += 1;
        return textOf(50_000);
      });
    expect(times).toBe(3);
  });
});
