import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

export interface Listener {
  /** Where the server answers, e.g. `http://127.0.0.1:4000`. */
  url: string;
  /** Takes no more connections, lets running requests finish. */
  close(): Promise<void>;
}

type Fetch = (request: Request) => Promise<Response>;

/** Serves until closed. Rejects when the address cannot be had. */
export const listen = async (fetch: Fetch, { host, port }: { host: string; port: number }): Promise<Listener> => {
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
};
