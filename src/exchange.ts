/** One HTTP exchange as the gateway sees it: small, because a request should cost little more than its bytes. */

export interface Incoming {
  readonly method: string;
  /** As it was sent, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of the client, or of the proxy that is trusted to name it. */
  readonly address: string;
  /** By its lower-case name. */
  header(name: string): string | undefined;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export const reply = (
  body: Reply['body'],
  type: string,
  headers: Record<string, string> = {},
  status = 200,
): Reply => ({
  status,
  headers: { 'content-type': type, ...headers },
  body,
});

export const jsonReply = (data: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  reply(JSON.stringify(data), 'application/json', headers, status);
