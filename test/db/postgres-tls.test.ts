import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/db/engine/connect.ts';
import { command, finished, start } from '../cli/command.ts';
import { PostgresServer } from '../postgres-server.ts';

let folder: string;
let server: PostgresServer;
const file = (name: string) => join(folder, name);
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** A certificate that signs itself: it is its own authority. */
const selfSigned = (name: string) =>
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
    ...[
      '-addext',
      'subjectAltName=DNS:database.example',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    ],
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plans-gateway-tls-'));
  for (const name of ['server', 'stranger']) selfSigned(name);
  const [certificate, key] = ['server.crt', 'server.key'].map((name) =>
    readFileSync(file(name), 'utf8'),
  );
  server = await PostgresServer.start({ tls: { certificate: certificate ?? '', key: key ?? '' } });
});
afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

const address = (parameters: Record<string, string>) =>
  `${server.url()}?${new URLSearchParams(parameters)}`;

describe('a PostgreSQL with a certificate of its own', () => {
  it.each([
    ['require', undefined],
    ['verify-ca', 'server.crt'],
    ['no-verify', undefined],
  ])('is spoken to in secret with sslmode=%s, on every connection', async (sslmode, trusted) => {
    const warn = vi.spyOn(process, 'emitWarning');
    const engine = await connect(
      address({ sslmode, ...(trusted && { sslrootcert: file(trusted) }) }),
    );
    for (const db of [engine.reading, engine.writing, engine.maintenance]) {
      const { rows } = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(
        db,
      );
      expect(rows).toEqual([{ ssl: true }]);
    }
    await engine.close();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it.each([
    ['verify-ca', 'stranger.crt', /self-signed certificate/],
    ['verify-full', 'stranger.crt', /self-signed certificate/],
    ['verify-full', 'server.crt', /IP: 127\.0\.0\.1 is not in the cert/],
    ['require', 'stranger.crt', /self-signed certificate/],
  ])('is refused with sslmode=%s where %s is trusted', async (sslmode, trusted, reason) => {
    const url = address({ sslmode, sslrootcert: file(trusted) });
    const { code, stderr } = await command(['migrate'], { DATABASE_URL: url });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: DATABASE_URL: PostgreSQL at 127\.0\.0\.1:\d+ cannot be used: .+\n$/,
    );
    expect(stderr).toMatch(reason);
  });

  it('is refused with sslmode=verify-ca where no authority is named', async () => {
    const { code, stderr } = await command(['migrate'], {
      DATABASE_URL: address({ sslmode: 'verify-ca' }),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('sslrootcert');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is used without a word on stderr', async () => {
    const environment = { DATABASE_URL: address({ sslmode: 'require' }) };
    const { code, stderr } = await finished(start(['migrate'], folder, environment));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
