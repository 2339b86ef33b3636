import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programOf } from '../program.ts';

const HOST = 'plans.example.com';

export const deployed = (path: string): string =>
  readFileSync(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

interface Ports {
  plain: number;
  tls: number;
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : 0));
    });
  });

/** The settings that are shipped, for other ports, folders and a certificate of their own. */
const nginxSettings = (gateway: string, folder: string, ports: Ports): string => {
  const shipped = deployed('nginx/plans-gateway.conf')
    .replaceAll('/var/cache/nginx/', `${folder}/`)
    .replaceAll(`/etc/ssl/${HOST}/`, `${folder}/`)
    .replace('server 127.0.0.1:4000', `server ${gateway}`)
    .replace(/^ *listen \[::\].*\n/gm, '')
    .replace('listen 80', `listen 127.0.0.1:${ports.plain}`)
    .replace('listen 443', `listen 127.0.0.1:${ports.tls}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${folder}/pid;
    events { worker_connections 512; }
    http { access_log off; ${temporary.join(' ')} ${shipped} }`;
};

const caddySettings = (gateway: string, folder: string, ports: Ports): string =>
  `{
    admin off
    http_port ${ports.plain}
    https_port ${ports.tls}
    default_bind 127.0.0.1
    skip_install_trust
  }
  ${deployed('caddy/Caddyfile')
    .replace('127.0.0.1:4000', gateway)
    .replace(`${HOST} {`, `${HOST} {\n\ttls ${folder}/fullchain.pem ${folder}/privkey.pem`)}`;

const commands = {
  nginx: (folder: string) => ['-c', join(folder, 'settings'), '-e', 'stderr', '-g', 'daemon off;'],
  caddy: (folder: string) => [
    'run',
    '--adapter',
    'caddyfile',
    '--config',
    join(folder, 'settings'),
  ],
};
const settings = { nginx: nginxSettings, caddy: caddySettings };

/** A real proxy with the settings of `deploy/` before a gateway. */
export class ShippedProxy {
  readonly #ports: Ports;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(ports: Ports, folder: string, child: ChildProcess) {
    this.#ports = ports;
    this.#folder = folder;
    this.#child = child;
  }

  static async before(gateway: string, name: keyof typeof commands): Promise<ShippedProxy> {
    const folder = mkdtempSync(join(tmpdir(), `plans-gateway-${name}-`));
    mkdirSync(join(folder, 'home'));
    const ports = { plain: await freePort(), tls: await freePort() };
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-days', '2', '-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`],
        ...['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')],
      ],
      { stdio: 'ignore' },
    );
    const { host } = new URL(gateway);
    writeFileSync(join(folder, 'settings'), settings[name](host, folder, ports));
    const child = spawn(programOf(name) ?? name, commands[name](folder), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: join(folder, 'home'), XDG_DATA_HOME: join(folder, 'home') },
    });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const proxy = new ShippedProxy(ports, folder, child);
    while (child.exitCode === null) {
      const answer = await proxy.ask('/health').catch(() => undefined);
      if (answer?.status === 200) return proxy;
      await sleep(20);
    }
    rmSync(folder, { recursive: true });
    throw new Error(`${name} has ended: ${said}`);
  }

  /** By TLS, with no trust in any certificate but that of the proxy. */
  ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.#ports.tls,
          path,
          method,
          servername: HOST,
          ca: readFileSync(join(this.#folder, 'fullchain.pem')),
          headers: { host: HOST, ...headers },
          agent: false,
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode,
              headers: response.headers,
              bytes: Buffer.concat(pieces),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Where a request without TLS is sent to. */
  redirectOf(path: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const target = { host: '127.0.0.1', port: this.#ports.plain, path, headers: { host: HOST } };
      const sent = requestPlain(target, (response) => {
        response.resume();
        resolve(response.headers.location);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
