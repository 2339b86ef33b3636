import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { catalogueLevel } from '../../src/domain/catalogue/document.ts';
import type { Level } from '../../src/domain/catalogue/level.ts';
import { type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { blocksOf } from '../shown.ts';
import { command } from './command.ts';
import { expectOptions, linesIn } from './command-line.ts';

/** What docs/catalogue.md and examples/catalogue show is what the commands do. */

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let database: Database;
let world: World;
let gateway: Gateway;
let folder: string;
let page: string;
let example: string;
let workflow: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  gateway = await Gateway.start(world);
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  page = await readFile(pathOf('docs/catalogue.md'), 'utf8');
  example = await readFile(pathOf('examples/catalogue/README.md'), 'utf8');
  workflow = await readFile(pathOf('examples/catalogue/catalogue.yml'), 'utf8');
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
  await rm(folder, { recursive: true });
});

const fileOf = async (text: string): Promise<string> => {
  const path = join(folder, 'catalogue.yaml');
  await writeFile(path, text);
  return path;
};

const membersIn = (schema: z.core.$ZodType): string[] => {
  if (schema instanceof z.ZodOptional) return membersIn(schema.unwrap());
  if (schema instanceof z.ZodArray) return membersIn(schema.element);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, inner]) => [name, ...membersIn(inner)]);
};

/** The keys that a file may have, but codes. */
const namesIn = ({ members, children, short }: Level, names = new Set<string>()): Set<string> => {
  if (!short?.isCanonical) for (const name of membersIn(z.object(members))) names.add(name);
  for (const [name, child] of Object.entries(children)) namesIn(child, names.add(name));
  return names;
};

describe('docs/catalogue.md', () => {
  it('shows files that can be pushed one after the other', async () => {
    const tenant = await world.tenantOf('Page', 'live');
    const at = { PLANS_GATEWAY_URL: gateway.url, PLANS_GATEWAY_KEY: await keyOf(world, tenant) };
    const files = blocksOf(page, 'yaml');
    expect(files.length).toBeGreaterThan(7);
    for (const file of files) {
      const { code, stdout, stderr } = await command(
        ['catalogue', 'push', await fileOf(file), '--yes'],
        at,
      );
      expect(code, `${stdout}${stderr}`).toBe(0);
      const again = await command(['catalogue', 'diff', await fileOf(file)], at);
      expect({ file, ...again }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No /m) });
    }
    const { stdout } = await command(['catalogue', 'pull'], at);
    expect(stdout).toContain('plans: [team, business, enterprise]');
  });

  it('prints the diff of the price that it changes', async () => {
    const [first = '', second = ''] = blocksOf(page, 'yaml');
    const at = { DATABASE_URL: database.url };
    await world.tenantOf('Diff', 'live');
    const on = (...args: string[]) => command(['catalogue', ...args, '--organization', 'Diff'], at);
    await on('push', await fileOf(first), '--yes');
    expect((await on('diff', await fileOf(second))).stdout).toBe(blocksOf(page, 'text')[0]);
  });

  it('names every member of every object, and uses it in an example', () => {
    const named = new Set([...page.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const used = new Set(
      blocksOf(page, 'yaml').flatMap((file) => [...file.matchAll(/(\w+):/g)].map(([, key]) => key)),
    );
    const names = namesIn(catalogueLevel);
    expect(names.size).toBeGreaterThan(60);
    expect([...names].filter((name) => !named.has(name))).toEqual([]);
    expect([...names].filter((name) => !used.has(name))).toEqual([]);
  });

  it('shows commands and options that there are', async () => {
    const lines = blocksOf(page, 'sh').flatMap(linesIn);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) await expectOptions(line);
  });

  it('makes and applies a change set in GraphQL', async () => {
    const key = await keyOf(world, await world.tenantOf('GraphQL', 'live'));
    const [first = ''] = blocksOf(page, 'yaml');
    const at = { PLANS_GATEWAY_URL: gateway.url, PLANS_GATEWAY_KEY: key };
    await command(['catalogue', 'push', await fileOf(first), '--yes'], at);
    const [prepare = '', apply = ''] = blocksOf(page, 'graphql');
    const { data, errors } = await gateway.graphql(key, prepare);
    expect(errors).toBeUndefined();
    const { id, hash, changes } = data.createChangeSet;
    expect(changes.nodes).toMatchObject([
      { kind: 'UPDATE', path: 'plans.team.prices.monthly', after: { price: 14 } },
    ]);
    const written = apply.replace('"chs_…"', `"${id}"`).replace('"…"', `"${hash}"`);
    expect((await gateway.graphql(key, written)).data.applyChangeSet).toMatchObject({
      status: 'APPLIED',
      createdBy: { name: 'admin key' },
    });
  });

  it('makes, applies and reverts a change set over REST', async () => {
    const values: Record<string, string> = {
      URL: gateway.url,
      KEY: await keyOf(world, await world.tenantOf('REST', 'live')),
    };
    const [document = ''] = blocksOf(page, 'yaml');
    const [block = ''] = blocksOf(page, 'sh').filter((text) => text.includes('curl'));
    const lines = block.replaceAll('\\\n', ' ').trim().split('\n');
    expect(lines).toHaveLength(5);
    const answers: string[] = [];
    for (const line of lines) {
      const words = (line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).map((word) =>
        word
          .replace(/^"|"$/g, '')
          .replaceAll('\\"', '"')
          .replace(/\$([A-Z]+)/g, (_, name) => values[name] ?? ''),
      );
      const headers = words
        .filter((_, place) => words[place - 1] === '-H')
        .map((header): [string, string] => {
          const [name = '', value = ''] = header.split(/: (.*)/s);
          return [name, value];
        });
      const body = words.includes('--data-binary') ? document : null;
      const method = words.includes('-X') || body !== null ? 'POST' : 'GET';
      const response = await fetch(words[1] ?? '', { method, headers, body });
      expect({ line, ok: response.ok }).toEqual({ line, ok: true });
      const answer = await response.text();
      answers.push(answer);
      if (body !== null) {
        const { id, hash } = JSON.parse(answer);
        Object.assign(values, { ID: id, HASH: hash });
      }
    }
    expect(answers[0]).toBe('catalogue: 1\nbaseCurrency: usd\n');
    expect(answers.slice(1).map((answer) => JSON.parse(answer).status)).toEqual([
      'draft',
      'applied',
      'applied',
      'draft',
    ]);
  });
});

describe('examples/catalogue', () => {
  it('has the catalogue of the demo, without errors and in canonical form', async () => {
    const path = pathOf('examples/catalogue/catalogue.yaml');
    const lint = await command(['catalogue', 'lint', path], {});
    expect(lint.code).toBe(0);
    // It shows what REST cannot, and a plan for teams that is bought by the seat.
    const rules = new Set([...lint.stdout.matchAll(/\(([a-z-]+)\)$/gm)].map(([, rule]) => rule));
    expect(rules).toEqual(new Set(['unit-price-not-on-rest', 'dearer-plan-lowers-limit']));
    await world.tenantOf('Example', 'live');
    const on = (...args: string[]) =>
      command(['catalogue', ...args, '--organization', 'Example'], { DATABASE_URL: database.url });
    expect((await on('push', path, '--whole', '--yes')).code).toBe(0);
    expect((await on('pull')).stdout).toBe(await readFile(path, 'utf8'));
  });

  it('has a workflow of commands and options that there are', async () => {
    const steps = z.array(z.object({ run: z.string().optional() }));
    const shape = z.object({
      on: z.object({ pull_request: z.unknown(), push: z.unknown() }),
      jobs: z.object({ review: z.object({ steps }), push: z.object({ steps }) }),
    });
    const { jobs } = shape.parse(parse(workflow));
    const commandsOf = (job: z.output<typeof steps>) => job.flatMap(({ run = '' }) => linesIn(run));
    expect(commandsOf(jobs.review.steps).map(([, name]) => name)).toEqual(['lint', 'diff']);
    expect(commandsOf(jobs.push.steps).map(([, name]) => name)).toEqual(['push']);
    for (const line of [...commandsOf(jobs.review.steps), ...commandsOf(jobs.push.steps)])
      await expectOptions(line);
  });

  it('has a README of commands and options that there are', async () => {
    const lines = linesIn(example);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) await expectOptions(line.map((word) => word.replace(/`.*/, '')));
  });

  it('would notice others', async () => {
    await expect(expectOptions(['catalogue', 'psuh', 'FILE'])).rejects.toThrow();
    await expect(expectOptions(['catalogue', 'push', '--hole'])).rejects.toThrow();
  });
});
