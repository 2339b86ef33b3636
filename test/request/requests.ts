import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { GatewayRequest, type RequestOptions } from '../../src/request/request.ts';

const silent: RequestOptions['observer'] = { step: (_, work) => work(), report: () => {} };

export const requestOf = (
  message: IncomingMessage,
  options: Partial<RequestOptions> = {},
): GatewayRequest =>
  new GatewayRequest(message, {
    trustProxy: 0,
    publicUrl: undefined,
    observer: silent,
    ...options,
  });

/** A request that no server has received. */
export const newRequest = (
  url: string,
  options: Partial<RequestOptions> & { method?: string; headers?: Record<string, string> } = {},
): GatewayRequest => {
  const { method = 'GET', headers = {}, ...rest } = options;
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { url, method, httpVersion: '1.1' });
  Object.assign(message.headers, { host: 'localhost' }, headers);
  return requestOf(message, rest);
};
