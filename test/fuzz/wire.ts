import { connect, type Socket } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** HTTP by hand, since no library would send what must be sent here. */

export interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

const HEAD_END = '\r\n\r\n';

const headOf = (text: string): Omit<Answer, 'body'> => {
  const [first = '', ...lines] = text.split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]), headers: new Map(pairs) };
};

interface Stretch {
  content: Buffer;
  /** Where what follows begins. */
  end: number;
}

const chunksOf = (bytes: Buffer, start: number): Stretch | undefined => {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (bytes.length < end) return undefined;
    if (size === 0) return { content: Buffer.concat(chunks), end };
    chunks.push(bytes.subarray(lineEnd + 2, end - 2));
    at = end;
  }
};

const bodyOf = (
  bytes: Buffer,
  start: number,
  { status, headers }: Omit<Answer, 'body'>,
  method: string,
) => {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
    return { content: Buffer.alloc(0), end: start };
  if (headers.get('transfer-encoding') === 'chunked') return chunksOf(bytes, start);
  const length = headers.get('content-length');
  // Without a length the body lasts until the connection ends.
  const end = length === undefined ? bytes.length : start + Number(length);
  return bytes.length < end ? undefined : { content: bytes.subarray(start, end), end };
};

/** Throws where the content is not in the coding that the head names. Yoga's streams name `none`. */
const textOf = ({ headers }: Omit<Answer, 'body'>, content: Buffer): string => {
  const coding = headers.get('content-encoding') ?? 'none';
  if (content.length === 0 || coding === 'none') return content.toString('utf8');
  if (coding !== 'br' && coding !== 'gzip') throw new Error(`a coding nobody asked for: ${coding}`);
  return (coding === 'br' ? brotliDecompressSync : gunzipSync)(content).toString('utf8');
};

/** The final answers that stand whole in what was received. */
const answersIn = (bytes: Buffer, method: string): Answer[] => {
  const answers: Answer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf(HEAD_END, at);
    if (headEnd < 0) break;
    const head = headOf(bytes.toString('latin1', at, headEnd));
    const body = bodyOf(bytes, headEnd + HEAD_END.length, head, method);
    if (!body) break;
    at = body.end;
    if (head.status >= 200) answers.push({ ...head, body: textOf(head, body.content) });
  }
  return answers;
};

interface Sending {
  bytes: Buffer;
  method: string;
  /**
   * One request with one answer, after which the connection may go on; else the sender hangs up
   * when it has spoken.
   */
  whole: boolean;
  patienceMs: number;
}

/** A connection to the server that is made anew whenever it ended. */
export class Wire {
  readonly #port: number;
  readonly #host: string;
  #socket: Socket | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
  }

  /** What the server answers until it hangs up, has answered, or patience is at its end. */
  async send({ bytes, method, whole, patienceMs }: Sending): Promise<Answer[]> {
    const kept = whole && this.#socket && !this.#socket.destroyed ? this.#socket : undefined;
    const socket = kept ?? connect({ port: this.#port, host: this.#host, allowHalfOpen: true });
    let received = Buffer.alloc(0);
    const answers = await new Promise<Answer[]>((resolve) => {
      const finish = () => resolve(answersIn(received, method));
      socket.setTimeout(patienceMs, finish);
      socket.on('data', (data) => {
        received = Buffer.concat([received, data]);
        if (whole && answersIn(received, method).length > 0) finish();
      });
      socket.on('error', finish);
      socket.on('end', finish);
      socket.on('close', finish);
      if (whole) socket.write(bytes);
      else socket.end(bytes);
    });
    socket.removeAllListeners();
    socket.on('error', () => {});
    if (kept && answers.length === 0 && received.length === 0) {
      // The server may close a kept connection at any moment; what was not heard is said again on a
      // new one.
      this.close();
      return this.send({ bytes, method, whole, patienceMs });
    }
    if (whole && answers[0]?.headers.get('connection') === 'keep-alive') this.#socket = socket;
    else socket.destroy();
    return answers;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
