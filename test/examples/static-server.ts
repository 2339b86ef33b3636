import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** A folder of files at an origin of its own, as a site would serve them. */
export class StaticServer {
  readonly origin: string;
  readonly #server: Server;

  private constructor(origin: string, server: Server) {
    this.origin = origin;
    this.#server = server;
  }

  static async of(folder: URL): Promise<StaticServer> {
    const server = createServer(async ({ url = '/' }, response) => {
      const path = new URL(url, 'http://site').pathname.slice(1) || 'index.html';
      const file = await readFile(new URL(path, folder)).catch(() => undefined);
      response.writeHead(file ? 200 : 404, {
        'content-type': types[extname(path)] ?? 'application/octet-stream',
      });
      response.end(file);
    });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    return new StaticServer(`http://localhost:${address.port}`, server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
