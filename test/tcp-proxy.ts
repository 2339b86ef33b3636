import { connect, createServer, type Server, type Socket } from 'node:net';

interface Cut {
  /** What the client must be sending. */
  at: string;
  /** Whether the server still gets it. */
  delivered: boolean;
}

/** Stands between a client and its server, and cuts the line at a chosen word. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #cut: Cut | undefined;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#join(client));
  }

  static async before(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String(typeof address === 'object' && address?.port);
    return url.href;
  }

  /** Cuts one connection, the next time that its client says so. */
  cutOnce(cut: Cut): void {
    this.#cut = cut;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.end();
      });
    }
    server.on('data', (answer) => client.write(answer));
    client.on('data', (words) => {
      const isCut = this.#cut !== undefined && words.includes(this.#cut.at);
      if (!isCut || this.#cut?.delivered) server.write(words);
      if (!isCut) return;
      this.#cut = undefined;
      client.destroy();
    });
  }
}
