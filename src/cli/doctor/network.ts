import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Config } from '../../config.ts';
import { reasonOf } from '../../failures.ts';
import { isLeftBehind, type SocketFile } from '../../http/socket-file.ts';
import { isLoopbackHost } from '../../request/loopback.ts';
import { whyNotListening } from '../serve.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const PATIENCE_MS = 2_000;

/** Whether `serve` could listen where it is told to. */
export const portFindings = async (config: Config): Promise<Finding[]> => {
  const { host, port, socket, metricsAddress } = config;
  return [
    socket
      ? await socketFinding(socket, config)
      : await portFinding({ host, port, variable: '' }, '/health', isHealth),
    ...(metricsAddress
      ? [await portFinding({ ...metricsAddress, variable: 'METRICS_' }, '/metrics', isMetrics)]
      : []),
  ];
};

interface Address {
  host: string;
  port: number;
  /** What the names of its variables begin with. */
  variable: string;
}

type Recognize = (response: Response) => Promise<boolean>;

const portFinding = async (
  address: Address,
  path: string,
  recognize: Recognize,
): Promise<Finding> => {
  const { host, port, variable } = address;
  const place = `${variable}PORT ${port} of ${variable}HOST ${host}`;
  if (port === 0) return ok('port', `${variable}PORT is 0: a free one is taken`);
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return ok('port', `${place} is free`);
  } catch (failure) {
    if (await answersAsGateway(address, path, recognize))
      return ok('port', `a gateway answers at ${place}`);
    return problem('port', whyNotListening(failure, address) ?? reasonOf(failure));
  } finally {
    server.close();
  }
};

const socketFinding = async (socket: SocketFile, { host, port }: Config): Promise<Finding> => {
  try {
    const isThere = await isLeftBehind(socket.path);
    await access(dirname(socket.path), constants.W_OK);
    return ok('socket', `HOST ${host} is ${isThere ? 'left by a process that is gone' : 'free'}`);
  } catch (failure) {
    if (await gatewayAnswersOn(socket.path))
      return ok('socket', `a gateway answers at HOST ${host}`);
    const place = { host, port, socket, variable: '' };
    return problem('socket', whyNotListening(failure, place) ?? reasonOf(failure));
  }
};

const gatewayAnswersOn = async (socketPath: string): Promise<boolean> => {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const asked = get({ socketPath, path: '/health', headers: { host: 'localhost' }, signal });
  try {
    const [response] = await once(asked, 'response');
    return tellsHealth(await json(response));
  } catch {
    return false;
  }
};

const tellsHealth = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'version' in body && 'status' in body;

const isHealth: Recognize = async (response) => tellsHealth(await response.json());

/** With a token, it asks for that first. */
const isMetrics: Recognize = async (response) =>
  response.status === 401 || (await response.text()).includes('plans_gateway_build_info');

const answersAsGateway = async (
  { host, port }: Address,
  path: string,
  recognize: Recognize,
): Promise<boolean> => {
  const name = host.includes(':') ? `[${host}]` : host;
  try {
    return await recognize(
      await fetch(`http://${name}:${port}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) }),
    );
  } catch {
    return false;
  }
};

/** What the settings say about one another. */
export const addressFindings = (config: Config): Finding[] => {
  const { publicUrl, trustProxy, host, socket, production } = config;
  const found: Finding[] = [];
  const isReached = !socket && !isLoopbackHost(host.includes(':') ? `[${host}]` : host);
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  const isPublic = url !== undefined && !isLoopbackHost(url.host);
  if (url === undefined && production)
    found.push(
      warning('PUBLIC_URL', 'is not set: links go where each request says; set the public address'),
    );
  if (url && !isPublic && production)
    found.push(
      warning('PUBLIC_URL', `leads to this machine only (${url.host}): set the public address`),
    );
  if (isPublic && url?.protocol === 'http:')
    found.push(warning('PUBLIC_URL', 'is not https: keys go over the network in clear text'));
  if (trustProxy === 0 && !socket && url?.protocol === 'https:')
    found.push(
      warning(
        'TRUST_PROXY',
        'is off, and PUBLIC_URL is https, which a proxy answers: all clients count as one address; ' +
          'set TRUST_PROXY to the number of proxies or to their networks',
      ),
    );
  if (typeof trustProxy === 'number' && trustProxy > 0 && isReached)
    found.push(
      warning(
        'TRUST_PROXY',
        `is a number, and HOST ${host} may be reached without the proxy, by clients that make up ` +
          'their address: make sure that only the proxy reaches the port, or name its networks',
      ),
    );
  if (isReached && !production)
    found.push(warning('NODE_ENV', `is not production, and other machines can reach HOST ${host}`));
  return found.length > 0 ? found : [ok('addresses', 'PUBLIC_URL, TRUST_PROXY and HOST agree')];
};
