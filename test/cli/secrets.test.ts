import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Catalogue } from '../catalogue.ts';
import { World } from '../engines.ts';
import { mutationOf } from '../graphql/client.ts';
import { command } from './command.ts';
import { serve } from './serving.ts';

const PATIENCE_MS = 120_000;
const ORIGIN = 'https://shop.example';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plans-gateway-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('no secret stands in logs, errors, the audit trail or stored answers', {
  timeout: PATIENCE_MS,
}, async () => {
  const database = { DATABASE_URL: `file:${join(folder, 'plans.db')}` };
  const made = await command(
    ['keys', 'create', '--organization', 'Acme', '--mode', 'live', '--scope', 'admin', '--json'],
    database,
  );
  const { key } = JSON.parse(made.stdout);
  const { url, signal, outcome } = await serve(folder, { ...database, NODE_ENV: 'production' });
  const heard: string[] = [];
  const send = async (
    secret: string,
    query: string,
    variables: object,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': secret, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    heard.push(text, JSON.stringify([...response.headers]));
    return JSON.parse(text);
  };
  const page = { name: 'Page', allowedOrigins: [ORIGIN] };
  const shown = 'secret apiKey { id }';
  const once = async (name: string, variables: object) => {
    const first = await send(key, mutationOf(name, shown), variables, { 'idempotency-key': name });
    heard.length -= 2;
    await send(key, mutationOf(name, shown), variables, { 'idempotency-key': name });
    return first.data[name];
  };
  const created = await once('createApiKey', { input: { name: 'Server', scope: 'READ' } });
  const publishable = await once('createPublishableKey', { input: page });
  const rotated = await once('rotateApiKey', { id: created.apiKey.id, input: {} });
  const secrets: string[] = [key, created.secret, publishable.secret, rotated.secret];
  expect(new Set(secrets.map((secret) => secret.slice(0, 3)))).toEqual(new Set(['ck_', 'pk_']));
  const group = { input: { name: 'Group' } };
  for (const secret of secrets) {
    // Sent where it does not belong, by a write that is kept.
    await send(key, mutationOf('createPlanGroup', 'id'), group, { 'x-request-id': secret });
    await send(key, mutationOf('createPlanGroup', 'id'), group, { 'idempotency-key': secret });
    await send(secret, '{ plans { nodes { metadata } } }', {}, { origin: ORIGIN });
    await send(
      secret,
      '{ apiKeys { nodes { id name hint } } }',
      {},
      { origin: 'https://evil.example' },
    );
    await send(`${secret}x`, '{ viewer { mode } }', {});
    for (const path of ['plans', 'nowhere', 'plans/pln_0'])
      heard.push(
        await (
          await fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${secret}` } })
        ).text(),
      );
  }
  signal('SIGTERM');
  const { stdout, stderr } = await outcome;
  const world = await World.open(database.DATABASE_URL);
  const stored = await new Catalogue(world, await world.tenantOf('Acme', 'live')).contents();
  await world.close();
  const listed = await command(['keys', 'list', '--organization', 'Acme', '--json'], database);
  const places = {
    answers: heard.join(),
    stdout,
    stderr,
    stored: JSON.stringify(stored),
    listed: listed.stdout,
  };
  expect(places.stored).toContain('rotateApiKey');
  for (const [place, text] of Object.entries(places))
    for (const secret of secrets)
      expect({ place, isShown: text.includes(secret.slice('ck_live_'.length)) }).toEqual({
        place,
        isShown: false,
      });
});
