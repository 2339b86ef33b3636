import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';

onEveryEngine('requests that are given up while their key is looked up', (world) => {
  it('leave no trace: the server takes as many as before', async () => {
    const key = await keyOf(world(), await world().newTenant());
    const gateway = await Gateway.start(world(), { MAX_CONCURRENT_REQUESTS: '2' });
    const { hostname, port } = new URL(gateway.url);
    const giveUp = async (start: string) => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.end(`${start} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${key}\r\n\r\n`, () =>
        socket.destroy(),
      );
      await once(socket, 'close');
    };
    try {
      for (let round = 0; round < 20; round += 1) await giveUp('GET /api/v1/plans');
      const status = async () =>
        (await fetch(`${gateway.url}/api/v1/plans`, { headers: { 'x-api-key': key } })).status;
      // The last ones may still be under way; a place that is lost never comes back.
      await expect.poll(status).toBe(200);
    } finally {
      await gateway.close();
    }
  });
});
