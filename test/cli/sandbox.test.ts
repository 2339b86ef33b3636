import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, newSqliteFile } from '../engines.ts';
import { command } from './command.ts';
import { keysIn, type Serving, serve } from './serving.ts';
import { atTerminal } from './terminal.ts';

let database: Database;
let gateway: Serving;
let keys: { live: string; sandbox: string };
beforeAll(async () => {
  database = await newSqliteFile();
  const folder = database.url.slice('file:'.length, -'/plans.db'.length);
  gateway = await serve(folder, { DATABASE_URL: database.url, GRAPHQL_COMPILE_AFTER: '1' });
  const printed = keysIn(gateway.printed);
  const keyOf = (mode: string) => printed.find((key) => key.startsWith(`ck_${mode}_`)) ?? '';
  keys = { live: keyOf('live'), sandbox: keyOf('sandbox') };
});
afterAll(async () => {
  gateway.signal('SIGTERM');
  await gateway.outcome;
  await database.remove();
});

const environment = () => ({ DATABASE_URL: database.url });
const reset = (...options: string[]) =>
  command(['sandbox', 'reset', 'Demo', ...options], environment());
const plansOf = async (key: string): Promise<string[]> => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query: '{ plans(first: 50) { nodes { code prices { id } } } }' }),
  });
  const { data } = (await response.json()) as { data: { plans: { nodes: { code: string }[] } } };
  return data.plans.nodes.map(({ code }) => code).sort();
};

it('empties the sandbox of a gateway that is running and has everything in its caches', async () => {
  await command(['sandbox', 'reset', 'Demo', '--from-live', '--yes'], environment());
  const live = await plansOf(keys.live);
  for (let times = 0; times < 5; times += 1) expect(await plansOf(keys.sandbox)).toEqual(live);
  expect(live.length).toBeGreaterThan(0);

  const { code, stdout, stderr } = await reset('--yes');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^\d+ rows of the sandbox of Demo were removed\.\n$/);
  expect(await plansOf(keys.sandbox)).toEqual([]);
  expect(await plansOf(keys.live)).toEqual(live);

  const copied = await reset('--from-live', '--yes', '--json');
  expect(JSON.parse(copied.stdout)).toMatchObject({ removed: {}, copied: expect.any(Number) });
  expect(await plansOf(keys.sandbox)).toEqual(live);
  expect(await command(['check'], environment())).toMatchObject({ stdout: 'No finding.\n' });
});

it('asks first, and changes nothing after a no', async () => {
  const before = await plansOf(keys.sandbox);
  const refused = await atTerminal(['sandbox', 'reset', 'Demo'], environment(), () => 'no\n');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('Remove everything in the sandbox catalogue of Demo? [y/N]');
  expect(await plansOf(keys.sandbox)).toEqual(before);
  expect(await reset()).toMatchObject({
    code: 2,
    stderr: 'error: nobody can be asked here: --yes goes on without a question\n',
  });
});

it('says that there is no such organization', async () => {
  expect(await command(['sandbox', 'reset', 'Nobody', '--yes'], environment())).toMatchObject({
    code: 2,
    stderr: 'error: there is no organization named Nobody\n',
  });
});
