import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { byteString } from '../../src/byte-string.ts';
import { readConfig } from '../../src/config.ts';
import { listen, type RequestHandler } from '../../src/http/listen.ts';
import type { GatewayRequest } from '../../src/request/request.ts';
import { GatewayResponse, jsonResponse, responseOf } from '../../src/response.ts';
import { requestOf } from '../request/requests.ts';

const handlerOf = (
  handle: (request: GatewayRequest) => Promise<GatewayResponse>,
): RequestHandler => ({ receive: (message) => requestOf(message), handle, listHeaders: () => {} });

/** The thread does nothing else meanwhile, as under a load beyond what it can do. */
const stall = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

it('at its end the server still answers what had arrived while it was busy', async () => {
  const server = await listen(
    handlerOf(async () => jsonResponse({})),
    {
      ...readConfig({ PORT: '0' }),
      farewellMs: 50,
    },
  );
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const request = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';
  socket.write(request);
  expect(String((await once(socket, 'data'))[0])).toMatch(/connection: keep-alive/i);
  const closed = server.close();
  socket.write(request);
  stall(200);
  expect(String((await once(socket, 'data'))[0])).toMatch(/connection: close/i);
  await closed;
});

it('a client that reads nothing of an answer loses the connection', async () => {
  const body = Buffer.alloc(32 * 1024 * 1024);
  let closed: Promise<unknown> | undefined;
  const server = await listen(
    handlerOf(async ({ message }) => {
      closed = once(message.socket, 'close');
      return responseOf(body, 'text/plain');
    }),
    { ...readConfig({ PORT: '0', REQUEST_TIMEOUT_SECONDS: '1' }), farewellMs: 0 },
  );
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  try {
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await expect.poll(() => closed !== undefined).toBe(true);
    await closed;
  } finally {
    socket.destroy();
    await server.close();
  }
});

/** Answers to requests that came in one piece, and how many were under way at once. */
const inOnePiece = async (count: number, body: string | Uint8Array, isRead: boolean) => {
  const paths: (string | undefined)[] = [];
  const server = await listen(
    handlerOf(async ({ path }) => {
      paths.push(path);
      await new Promise((resolve) => setImmediate(resolve));
      return responseOf(body, 'text/plain');
    }),
    { ...readConfig({ PORT: '0' }), farewellMs: 0 },
  );
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const requests = Array.from(
    { length: count },
    (_, place) => `GET /${place} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
  );
  socket.write(requests.join(''));
  let answer = '';
  if (isRead)
    socket.on('data', (data) => {
      answer += data;
    });
  else socket.pause();
  const close = async () => {
    socket.destroy();
    await server.close();
  };
  return { socket, paths, answers: () => answer.match(/HTTP\/1\.1 200/g)?.length ?? 0, close };
};

it('one answer of a connection is out before the next request is looked at', async () => {
  const { paths, close } = await inOnePiece(50, Buffer.alloc(8 * 1024 * 1024), false);
  try {
    await expect.poll(() => paths).toEqual(['/0']);
    // Long enough for the others, were they not held back.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(paths).toEqual(['/0']);
  } finally {
    await close();
  }
});

it(
  'requests that came in one piece are answered in their order, and those that follow them, ' +
    'too',
  async () => {
    const { socket, paths, answers, close } = await inOnePiece(60, 'done', true);
    try {
      await expect.poll(answers).toBe(60);
      expect(paths).toEqual(Array.from({ length: 60 }, (_, place) => `/${place}`));
      socket.write('POST /last HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n');
      socket.write('{}');
      await expect.poll(answers).toBe(61);
    } finally {
      await close();
    }
  },
);

it('a connection on which hundreds of requests wait ends', async () => {
  const { socket, paths, close } = await inOnePiece(500, 'done', true);
  try {
    await once(socket, 'close');
    expect(paths.length).toBeLessThan(500);
  } finally {
    await close();
  }
});

it('tells when an answer is out, or nobody takes it', async () => {
  let sent = 0;
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const server = await listen(
    handlerOf(async (request) => {
      if (request.path === '/slow') {
        begun();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      request.onSent = () => {
        sent += 1;
      };
      return responseOf('done', 'text/plain');
    }),
    { ...readConfig({ PORT: '0' }), farewellMs: 0 },
  );
  try {
    await (await fetch(server.url)).text();
    await expect.poll(() => sent).toBe(1);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () =>
      socket.write('GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n'),
    );
    await isBegun;
    socket.resetAndDestroy();
    await expect.poll(() => sent).toBe(2);
  } finally {
    await server.close();
  }
});

it('an answer that fails costs no more than its connection', async () => {
  let attempts = 0;
  const server = await listen(
    {
      ...handlerOf(async () => {
        if (attempts === 2) throw new Error('never, as promised');
        return responseOf('', 'text/plain', attempts === 3 ? { broken: 'a\nb' } : {});
      }),
      receive: (message) => {
        attempts += 1;
        if (attempts === 1) throw new Error('never either');
        return requestOf(message);
      },
    },
    { ...readConfig({ PORT: '0' }), farewellMs: 0 },
  );
  try {
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    expect((await fetch(server.url)).status).toBe(200);
  } finally {
    await server.close();
  }
});

it('a body arrives as it is, in every form it is sent', async () => {
  const text = '{"price":"€ 1"}';
  const long = 'ü'.repeat(100_000);
  const bodies: Partial<GatewayResponse>[] = [
    { body: text },
    { body: text.slice(0, 5), tail: text.slice(5) },
    { body: Buffer.from(text) },
    { body: Buffer.from(text.slice(0, 5)), tail: text.slice(5) },
    { body: byteString(Buffer.from(text)), isByteString: true },
    { body: byteString(Buffer.from(text.slice(0, -2))), isByteString: true, tail: text.slice(-2) },
    { body: 'plain' },
    { body: '' },
    { body: Buffer.alloc(0) },
    { body: Buffer.alloc(0), tail: 'tail' },
    { body: long },
    { body: Buffer.from(long), tail: '1' },
  ];
  const sent = bodies.values();
  const server = await listen(
    handlerOf(async () => {
      const { body = '', tail = '', isByteString = false } = sent.next().value ?? {};
      const headers = { 'content-type': 'text/plain' };
      return new GatewayResponse(200, headers, body, '', tail, undefined, isByteString);
    }),
    { ...readConfig({ PORT: '0' }), farewellMs: 0 },
  );
  try {
    const arrived: string[] = [];
    for (const _ of bodies) arrived.push(await (await fetch(server.url)).text());
    expect(arrived).toEqual([
      text,
      text,
      text,
      text,
      text,
      text,
      'plain',
      '',
      '',
      'tail',
      long,
      `${long}1`,
    ]);
  } finally {
    await server.close();
  }
});
