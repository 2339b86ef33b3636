import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { jsonReply } from '../../src/exchange.ts';
import { listen } from '../../src/http/listen.ts';

/** The thread does nothing else meanwhile, as under a load beyond what it can do. */
const stall = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

it('at its end the server still answers what had arrived while it was busy', async () => {
  const server = await listen(async () => jsonReply({}), { ...readConfig({ PORT: '0' }), farewellMs: 50 });
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
