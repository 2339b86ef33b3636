import { IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '../errors.ts';
import { type GatewayResponse, LongBody } from '../response.ts';

/** The error of Node's parser for a request that it has given up. */
export interface ParserError extends NodeJS.ErrnoException {
  /** The packet in which it found the fault, and how far it came in it. */
  rawPacket?: Buffer;
  bytesParsed?: number;
}

const known: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive.' },
};

/** A request that is no HTTP, has too large headers, or does not end. Its connection is closed. */
export class MalformedRequest extends ApiError {
  readonly #status: number;

  constructor({ code = '' }: ParserError) {
    const { status, message } = known[code] ?? { status: 400, message: 'This is not HTTP.' };
    super('validation_error', message);
    this.#status = status;
  }

  override get status(): number {
    return this.#status;
  }

  override get headers(): Record<string, string> {
    return { connection: 'close' };
  }
}

const START = /(?:^|\r\n\r\n)([A-Z]+) (\/\S*)/g;
const HEADER = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/gm;

/**
 * The malformed request as far as the packet with the fault shows it, so that its surface and era
 * can be known. Without a request line in that packet it has no path.
 */
export const messageOf = (socket: Socket, error: ParserError): IncomingMessage => {
  const { rawPacket, bytesParsed } = error;
  const text = rawPacket?.toString('latin1') ?? '';
  // Several requests may be in it; the fault is in the last that had begun.
  const start = [...text.slice(0, bytesParsed).matchAll(START)].at(-1);
  const [, method = '', url = ''] = start ?? [];
  const [head = ''] = text.slice(start?.index).trimStart().split('\r\n\r\n', 1);
  const headers = start ? [...head.matchAll(HEADER)].reverse() : [];
  const message = new IncomingMessage(socket);
  message.method = method;
  message.url = url;
  // Of several with one name, the first counts.
  for (const [, name = '', value = ''] of headers) message.headers[name.toLowerCase()] = value;
  return message;
};

/** A response as bytes for a socket that has no parser any more. */
export const serialized = (
  { status, body, head, tail, isByteString }: GatewayResponse,
  headers: readonly string[],
): Buffer => {
  if (body instanceof LongBody) throw new Error('errors are short');
  const parts = [head, body, tail].map((part) =>
    typeof part === 'string' ? Buffer.from(part, isByteString ? 'latin1' : 'utf8') : part,
  );
  const content = Buffer.concat(parts);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  lines.push(`content-length: ${content.byteLength}`, '', '');
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), content]);
};
