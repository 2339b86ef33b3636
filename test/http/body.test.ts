import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

/** How much a request may send, whether or not it says so beforehand. */

/** What keys may send that write catalogue files, and everyone else. */
const FILES = 2 * 1024 * 1024;
const OTHERS = 256 * 1024;

let database: Database;
let world: World;
let gateway: Gateway;
let key: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  key = await keyOf(world, await world.newTenant());
  gateway = await Gateway.start(world);
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
});

/** JSON of so many bytes; spaces at its end are a part of it. */
const sized = (json: object, bytes: number): Buffer =>
  Buffer.from(JSON.stringify(json).padEnd(bytes));

const surfaces = [
  ['GraphQL', '/graphql', { query: '{ viewer { mode } }' }, 200, FILES],
  ['REST', '/api/v1/features/manage', { code: 'calls', type: 'usage' }, 400, OTHERS],
] as const;

/** Sends a body in pieces, without its length where that is not told. */
const send = async (path: string, pieces: Buffer[], length?: number) => {
  const headers = {
    'x-api-key': key,
    'content-type': 'application/json',
    ...(length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }),
  };
  const sent = request(`${gateway.url}${path}`, { method: 'POST', headers, agent: false });
  const answered = once(sent, 'response');
  // A refusal ends the connection while the rest is on its way. Without an answer, `once` fails.
  sent.on('error', () => {});
  for (const piece of pieces) sent.write(piece);
  sent.end();
  const [response] = await answered;
  const body = JSON.parse(await text(response));
  const [refusal] = body.errors ?? [];
  return { status: response.statusCode, code: refusal?.extensions.code ?? body.error?.code };
};

const split = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );

describe.each(surfaces)('a body for %s', (_name, path, content, status, limit) => {
  const refused = { status: 413, code: 'payload_too_large' };

  it.each([1_000, 16_384, limit + 1])(
    'may have so much in chunks of %i bytes, and not one byte more',
    async (size) => {
      expect(await send(path, split(sized(content, limit), size))).toMatchObject({ status });
      expect(await send(path, split(sized(content, limit + 1), size))).toEqual(refused);
      expect(await send(path, split(sized(content, 2 * limit), size))).toEqual(refused);
    },
  );

  it('is refused by the length that it tells, before any of it has come', async () => {
    const headers = {
      'x-api-key': key,
      'content-type': 'application/json',
      'content-length': limit + 1,
    };
    const sent = request(`${gateway.url}${path}`, { method: 'POST', headers, agent: false });
    sent.flushHeaders();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(refused.status);
    sent.on('error', () => {});
    sent.destroy();
  });

  it('is refused by the length that it tells', async () => {
    expect(await send(path, [sized(content, limit)], limit)).toMatchObject({ status });
    expect(await send(path, [sized(content, limit + 1)], limit + 1)).toEqual(refused);
  });
});
