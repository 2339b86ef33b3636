import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ChangeSet, listChangeSets } from '../../src/domain/change-set.ts';
import type { Tenant } from '../../src/domain/operation.ts';
import { updatePlan } from '../../src/domain/plan.ts';
import type { Scope } from '../../src/vocabulary.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { command, type Environment, finished, start } from './command.ts';
import { atTerminal, withTerminals } from './terminal.ts';

const shop = `catalogue: 1
baseCurrency: usd
sections:
  meetings:
    name: Meetings
features:
  recording:
    name: Recording
    type: boolean
    section: meetings
  seats:
    name: Seats
    type: seats
    unitName: user
markets:
  brazil:
    name: Brazil
    countries: [BR]
plans:
  pro:
    name: Pro
    prices:
      monthly:
        price: 29
        unitPrices:
          seats:
            unitPrice: 15.99
        markets:
          brazil:
            currency: brl
            price: 99.9
    exchangeRates:
      eur: 0.9
    features:
      recording: {}
      seats: {}
  team:
    name: Team
groups:
  ladder:
    name: Plans
    plans: [pro, team]
`;

const changes = `catalogue: 1
plans:
  pro:
    name: Professional
    prices:
      monthly:
        price: 39
        introOffer: { percentage: 12.5 }
        unitPrices:
          seats:
            tiersMode: graduated
            unitPrice: null
            tiers: [{ upTo: 10, unitPrice: 15.5 }, { unitPrice: 0.001, flatPrice: 3 }]
        regional: { eur: 33 }
        markets: { brazil: { price: 89 } }
      yearly: { price: 390 }
    features: { recording: null }
  team: null
`;

const shownChanges = `~ plans.pro
  ~ name: "Pro" -> "Professional"
  ~ prices.monthly.price: 29.00 usd -> 39.00 usd
  + prices.monthly.introOffer.percentage: 12.5 %
  - prices.monthly.unitPrices.seats.unitPrice: 15.99 usd
  + prices.monthly.unitPrices.seats.tiersMode: graduated
  + prices.monthly.unitPrices.seats.tiers: [up to 10: 15.50 usd, beyond: 0.001 usd and 3.00 usd once]
  + prices.monthly.regional.eur.price: 33.00 eur
  ~ prices.monthly.markets.brazil.price: 99.90 brl -> 89.00 brl
  + prices.yearly.price: 390.00 usd
  - features.recording

~ groups.ladder
  ~ plans: [pro, team] -> [pro]

- plans.team
  - name: "Team"

2 objects to create, 5 to change, 2 to delete.
`;

/** What is printed without colours and warnings, which have tests of their own. */
const differencesIn = (stdout: string): string =>
  stripVTControlCharacters(stdout)
    .replace(/^warning: .*\n+/gm, '')
    .replace(/; \d+ warnings?\.$/m, '.');

/** A final field, which no set changes. */
const impossible = 'catalogue: 1\nfeatures:\n  seats:\n    type: boolean\n';

let database: Database;
let world: World;
let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  gateway = await Gateway.start(world);
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
});
afterAll(async () => {
  await gateway.close();
  await world.close();
  await database.remove();
  await rm(folder, { recursive: true });
});

const fileOf = async (text: string | Buffer, name = 'catalogue.yaml'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

let organizations = 0;
let tenant: Tenant;
let organization: string;
let key: string;
beforeEach(async () => {
  organizations += 1;
  organization = `Shop ${organizations}`;
  tenant = await world.tenantOf(organization, 'live');
  key = await keyOf(world, tenant);
});

const setsIn = async (of: Tenant): Promise<ChangeSet[]> =>
  (await listChangeSets(world.store.reader(of), { first: 100 })).items;

const ways = {
  'in the database': {
    args: () => ['--organization', organization],
    environment: (): Environment => ({ DATABASE_URL: database.url }),
    name: () => `${organization} (live)`,
    options: () => `--organization '${organization}' --mode live`,
    author: 'by the command line',
  },
  'of a server': {
    args: () => ['--url', gateway.url],
    environment: (): Environment => ({ PLANS_GATEWAY_KEY: key }),
    name: () => gateway.url,
    options: () => `--url ${gateway.url}`,
    author: 'by the key "admin key"',
  },
};

describe.each(Object.entries(ways))('plans-gateway catalogue %s', (kind, way) => {
  const line = (name: string, ...args: string[]) => ['catalogue', name, ...args, ...way.args()];
  const run = (name: string, ...args: string[]) => command(line(name, ...args), way.environment());
  const done = async (name: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(name, ...args);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('error'),
    });
    return stdout;
  };
  const filled = async () => {
    await done('push', await fileOf(shop, 'shop.yaml'), '--yes', '--name', 'First');
  };
  const pulled = async () => (await done('pull')).replace(/^\$schema: .*\n/, '');

  it('pulls what was pushed, byte by byte', async () => {
    expect(await pulled()).toBe('catalogue: 1\nbaseCurrency: usd\n');
    await filled();
    expect(await pulled()).toBe(shop);

    const path = join(folder, 'pulled.json');
    const { code, stdout, stderr } = await run('pull', path);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `Wrote ${path}.\n` });
    const text = await readFile(path, 'utf8');
    expect(await done('pull', '-', '--json')).toBe(text);
    const json = JSON.parse(text);
    expect(json.plans.pro.prices.monthly.price).toBe(29);
    const schema = kind === 'of a server' ? `${gateway.url}/catalogue/schema.json` : undefined;
    expect(json.$schema).toBe(schema);
    if (schema) expect(Object.keys(json)[0]).toBe('$schema');
    expect((await run('diff', path)).code).toBe(0);
  });

  it('shows what a file changes, and leaves nothing', async () => {
    await filled();
    const path = await fileOf(changes);
    const { code, stdout, stderr } = await run('diff', path);
    expect(differencesIn(stdout)).toBe(shownChanges);
    expect(stdout).toMatch(/\n\nwarning: features\.recording: .*\(unused-feature.*\)\n/);
    expect(stdout).toMatch(/ 2 to delete; \d warnings\.\n$/);
    expect(stderr).toBe(`Comparing ${path} with ${way.name()} …\n`);
    expect(code).toBe(1);
    expect((await setsIn(tenant)).map(({ status }) => status).sort()).toEqual(
      kind === 'of a server' ? ['applied', 'discarded'] : ['applied'],
    );
    expect(await pulled()).toBe(shop);

    const printed = JSON.parse((await run('diff', path, '--json')).stdout);
    expect(printed.changes).toHaveLength(9);
    expect(printed.changes[1]).toEqual({
      kind: 'update',
      type: 'PlanPrice',
      code: 'monthly',
      path: 'plans.pro.prices.monthly',
      before: { price: 29 },
      after: { price: 39, introOffer: { percentage: 12.5 } },
    });
    expect(printed.findings).toContainEqual(
      expect.objectContaining({ rule: 'unused-feature', severity: 'warning' }),
    );

    expect(differencesIn(await done('diff', await fileOf(shop)))).toBe('No differences.\n');
    expect(JSON.parse(await done('diff', await fileOf(shop), '--json'))).toEqual({
      changes: [],
      findings: expect.any(Array),
    });
  });

  it('takes a file for the whole catalogue only where it is told to', async () => {
    await filled();
    const path = await fileOf('catalogue: 1\nplans:\n  team:\n    name: Team\n');
    expect(differencesIn(await done('diff', path))).toBe('No differences.\n');
    const { code, stdout } = await run('diff', path, '--whole');
    expect(stdout).toContain('- plans.pro\n  - name: "Pro"\n');
    expect(stdout).toContain('- markets.brazil\n');
    expect(code).toBe(1);
    await done('push', path, '--whole', '--yes');
    expect(await pulled()).toBe(
      'catalogue: 1\nbaseCurrency: usd\nplans:\n  team:\n    name: Team\n',
    );
  });

  it('uses colours on a terminal, unless it shall not', async () => {
    await filled();
    const path = await fileOf(
      'catalogue: 1\nplans:\n  team: null\n  pro:\n    description: Fine\n',
    );
    const onTerminal = async (args: string[], environment: Environment = {}) => {
      const all = { ...way.environment(), ...environment };
      return (await withTerminals(() => command(line('diff', path, ...args), all))).stdout;
    };
    const inColour = await onTerminal([]);
    expect(inColour).toContain('\u001b[32m  + description: "Fine"\u001b[0m\n');
    expect(inColour).toContain('\u001b[31m  - name: "Team"\u001b[0m\n');
    const plain = (await run('diff', path)).stdout;
    expect(plain).not.toContain('\u001b');
    expect(await onTerminal(['--no-color'])).toBe(plain);
    expect(await onTerminal([], { NO_COLOR: '1' })).toBe(plain);
    expect(await onTerminal([], { NO_COLOR: '' })).toBe(inColour);
  });

  it('obeys no control characters of a catalogue', async () => {
    const path = await fileOf(
      'catalogue: 1\nplans: { pro: { name: "\\e[2JPro\\u009b\\u202e" } }\n',
    );
    const { stdout } = await run('diff', path);
    expect(stdout).toContain('+ name: "\\u001b[2JPro\\u009b\\u202e"\n');
  });

  it('applies what somebody says yes to, and says how to undo it', async () => {
    await filled();
    const path = await fileOf(changes);
    const args = line('push', path, '--name', 'Autumn');
    const { code, stdout, stderr } = await atTerminal(args, way.environment(), () => 'y\n');
    expect(code).toBe(0);
    const [set] = await setsIn(tenant);
    expect(set).toMatchObject({ name: 'Autumn', status: 'applied' });
    expect(differencesIn(stdout)).toBe(
      `${shownChanges}Applied ${set?.id} "Autumn", ${way.author}, to ${way.name()}.\n` +
        `To undo it: plans-gateway catalogue revert ${set?.id} ${way.options()}\n`,
    );
    expect(stderr).toContain(`Change set ${set?.id} "Autumn", ${way.author}.\n`);
    expect(stderr).toContain(`Apply to ${way.name()} now? [y/N] `);
    expect(await pulled()).toContain('name: Professional\n');
  });

  it.each(['n\n', '\n', 'yesterday\n', '\u0004'])('applies nothing after %j', async (answer) => {
    const path = await fileOf(shop);
    const told = await atTerminal(line('push', path), way.environment(), () => answer);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('Nothing was applied.\n');
    expect((await setsIn(tenant)).map(({ status }) => status)).toEqual(['discarded']);
    expect(await pulled()).toBe('catalogue: 1\nbaseCurrency: usd\n');
  });

  it('makes nothing where nobody can be asked', async () => {
    const { code, stdout, stderr } = await run('push', await fileOf(shop));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('error: nobody can be asked here: --yes goes on without a question\n');
    expect((await run('revert', 'chs_none')).stderr).toBe(stderr);
    expect(await setsIn(tenant)).toEqual([]);
  });

  it('applies nothing in a dry run', async () => {
    const { code, stdout, stderr } = await run('push', await fileOf(shop), '--dry-run', '--yes');
    expect(code).toBe(0);
    expect(differencesIn(stdout)).toMatch(/13 objects to create\.\n$/);
    expect(stderr).toContain('A dry run: nothing was applied.\n');
    expect((await setsIn(tenant)).filter(({ status }) => status !== 'discarded')).toEqual([]);
    expect(await pulled()).toBe('catalogue: 1\nbaseCurrency: usd\n');
    await filled();
    const wrong = await run('push', await fileOf(impossible), '--dry-run');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/error: 1 error(, \d warnings?)?\n$/);
  });

  it('says that there is nothing to do', async () => {
    await filled();
    expect(differencesIn(await done('push', await fileOf(shop), '--yes'))).toBe(
      'No differences.\n',
    );
    const open = (await setsIn(tenant)).filter(({ status }) => status === 'draft');
    expect(open).toEqual([]);
  });

  it('refuses errors before it asks', async () => {
    await filled();
    const args = line('push', await fileOf(impossible));
    const asked = await atTerminal(args, way.environment(), () => {
      throw new Error('it asks');
    });
    expect(asked.code).toBe(2);
    expect(stripVTControlCharacters(asked.stdout)).toMatch(
      /^error: features\.seats.*: .* \(.+\)$/m,
    );
    expect(asked.stdout).toMatch(/1 object to change; 1 error/);
    expect(asked.stderr).toMatch(/error: 1 error.*: nothing was applied to .+\n$/);
    expect((await setsIn(tenant)).map(({ status }) => status)).toEqual(['discarded', 'applied']);
  });

  it('applies nothing that has changed since it was shown', async () => {
    await filled();
    const args = line('push', await fileOf(changes));
    const told = await atTerminal(args, way.environment(), async () => {
      await world.store.write(tenant, anyone, (w) => updatePlan(w, 'pro', { name: 'Other' }));
      return 'y\n';
    });
    expect(told.code).toBe(2);
    expect(told.stderr).toContain(`error: ${way.name()} has changed since this was shown`);
    expect(told.stderr).toContain('Look at the differences again, then push again.\n');
    expect(await pulled()).toBe(shop.replace('name: Pro\n', 'name: Other\n'));
    expect((await setsIn(tenant)).map(({ status }) => status)).toEqual(['discarded', 'applied']);
  });

  it('reverts a set, after a question', async () => {
    await filled();
    await done('push', await fileOf(changes), '--yes', '--name', 'Autumn');
    const changed = await pulled();
    const id = (await setsIn(tenant))[0]?.id ?? '';
    const no = await atTerminal(line('revert', id), way.environment(), () => 'n\n');
    expect(no.code).toBe(1);
    expect(no.stderr).toContain(`Undoing ${id} "Autumn", ${way.author}, applied 20`);
    expect(await pulled()).toBe(changed);

    const told = await run('revert', id, '--yes');
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('  ~ name: "Professional" -> "Pro"\n');
    expect(told.stdout).toContain('  ~ prices.monthly.price: 39.00 usd -> 29.00 usd\n');
    expect(told.stdout).toContain('warning: plans.team: ');
    expect(told.stdout).toContain('To undo it: plans-gateway catalogue revert chs_');
    expect(await pulled()).toBe(shop);

    const none = await run('revert', 'chs_none', '--yes');
    expect(none).toMatchObject({ code: 2, stderr: 'error: No change set has this id.\n' });
    const discarded = (await setsIn(tenant)).find(({ status }) => status === 'discarded');
    expect((await run('revert', discarded?.id ?? '', '--yes')).stderr).toBe(
      'error: the change set is discarded: there is nothing to undo\n',
    );
  });

  it('schedules a set, and calls it off', async () => {
    await filled();
    const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();
    const stdout = await done('push', await fileOf(changes), '--yes', '--at', inAYear);
    const [set] = await setsIn(tenant);
    expect(set).toMatchObject({ status: 'scheduled', appliesAt: inAYear });
    expect(stdout).toContain(
      `Scheduled ${set?.id}, ${way.author}, for ${inAYear}, on ${way.name()}.\n` +
        `To call it off: plans-gateway catalogue revert ${set?.id} ${way.options()}\n`,
    );
    expect(await pulled()).toBe(shop);
    const id = set?.id ?? '';
    expect((await atTerminal(line('revert', id), way.environment(), () => 'n\n')).code).toBe(1);
    expect((await setsIn(tenant))[0]?.status).toBe('scheduled');
    expect(await done('revert', id, '--yes')).toBe(`${id} is called off.\n`);
    expect((await setsIn(tenant))[0]?.status).toBe('discarded');
  });

  it('takes no time that is past or has no zone', async () => {
    const path = await fileOf(shop);
    const past = new Date(Date.now() - 60_000).toISOString();
    const late = await run('push', path, '--yes', '--at', past);
    expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('in the future') });
    const local = await run('push', path, '--yes', '--at', past.replace('Z', ''));
    expect(local).toMatchObject({ code: 2, stderr: expect.stringContaining('time zone') });
    expect((await setsIn(tenant)).filter(({ status }) => status !== 'discarded')).toEqual([]);
  });

  it('lints the catalogue itself', async () => {
    await filled();
    expect(await done('lint')).toMatch(/\.\n$/);
    expect(JSON.parse(await done('lint', '--format', 'json'))).toEqual({
      findings: expect.any(Array),
    });
    expect(JSON.parse(await done('lint', '--format', 'sarif'))).toMatchObject({ version: '2.1.0' });
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['of 5 MB', Buffer.alloc(5_000_000, '#'), /is larger than 1 MiB, the most there may be$/],
    ['that is no text', Buffer.from([0xff, 0xfe, 0]), /is no text in UTF-8$/],
    [
      'that is empty',
      '',
      /is no catalogue file: document must be a map that begins with `catalogue: 1`/,
    ],
    [
      'with a misspelt key',
      'catalogue: 1\nplans:\n  pro:\n    nmae: Pro\n',
      /plans\.pro\.nmae is no key of a Plan: did you mean name\? \(line 4, column 5\)$/,
    ],
    [
      'with many faults',
      `catalogue: 1\nplans:\n${Array.from({ length: 8 }, (_, n) => `  p${n}: { price: 1 }\n`).join('')}`,
      /plans\.p0\.price .*; and 3 more$/,
    ],
  ])('refuses a file %s', async (_, content, reason) => {
    const path = await fileOf(content, 'wrong.yaml');
    for (const name of ['diff', 'push'])
      for (const { code, stdout, stderr } of [
        await run(name, path, ...(name === 'push' ? ['--yes'] : [])),
      ]) {
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toMatch(/^error: .*wrong\.yaml .*\n$/);
        expect(stderr.trimEnd()).toMatch(reason);
      }
    expect(await setsIn(tenant)).toEqual([]);
  });
});

describe('plans-gateway catalogue', () => {
  const server = (scope: Scope = 'admin') => keyOf(world, tenant, scope);

  it('reads from the standard input, and prints what another command reads', async () => {
    const child = start(['catalogue', 'push', '-', '--yes'], folder, {
      PLANS_GATEWAY_URL: gateway.url,
      PLANS_GATEWAY_KEY: key,
    });
    child.stdin.end(shop);
    const { code, stdout, stderr } = await finished(child);
    expect(code).toBe(0);
    expect(stdout).toContain('Applied chs_');
    expect(stderr).toContain(`Comparing the standard input with ${gateway.url} …\n`);
    const unasked = start(['catalogue', 'push', '-'], folder, {
      PLANS_GATEWAY_URL: gateway.url,
      PLANS_GATEWAY_KEY: key,
    });
    unasked.stdin.end(changes);
    expect((await finished(unasked)).code).toBe(2);
  });

  it('goes from sandbox to live with two keys', async () => {
    const sandbox = await keyOf(world, await world.tenantOf(organization, 'sandbox'));
    const on = (...args: string[]) => ['catalogue', ...args, '--url', `${gateway.url}/`];
    const file = await fileOf(shop);
    await command(on('push', file, '--yes'), { PLANS_GATEWAY_KEY: sandbox });
    const pulled = join(folder, 'sandbox.yaml');
    await command(on('pull', pulled), { PLANS_GATEWAY_KEY: sandbox });
    const { code, stdout } = await command(on('push', pulled, '--whole', '--yes'), {
      PLANS_GATEWAY_KEY: key,
    });
    expect(stdout).toContain('13 objects to create');
    expect(code).toBe(0);
    expect((await command(on('diff', pulled, '--whole'), { PLANS_GATEWAY_KEY: key })).code).toBe(0);
  });

  it('compares by itself where the key only reads', async () => {
    const path = await fileOf(shop);
    const args = ['diff', path, '--url', gateway.url];
    const read = { PLANS_GATEWAY_KEY: await server('read') };
    const { code, stdout, stderr } = await command(['catalogue', ...args], read);
    const ofServer = (await command(['catalogue', ...args, '--key', key], {})).stdout;
    expect(differencesIn(stdout)).toBe(differencesIn(ofServer));
    expect(stderr).toContain('The key only reads: what operations of the server would refuse');
    expect(code).toBe(1);
    const euros = await fileOf('catalogue: 1\nbaseCurrency: eur\n');
    const told = await command(['catalogue', 'diff', euros, '--url', gateway.url], read);
    expect(told.stdout).toMatch(
      /^error: baseCurrency: .*\(base-currency\)\n\nNo differences; 1 error/,
    );
    const pushed = await command(['catalogue', 'push', path, '--yes', '--url', gateway.url], read);
    expect(pushed.code).toBe(2);
    expect(pushed.stderr).toContain('does not let this key do it: This key has the scope read');
  });

  it('does not show the key', async () => {
    const secret = 'ck_live_secretsecretsecretsecretsecretsecret';
    for (const [given, says] of [
      [secret, 'does not take the key'],
      [`${secret}\u00e9`, 'the key has characters that no key has'],
      [`${secret}\nx`, 'the key has characters that no key has'],
    ] as const) {
      const { code, stdout, stderr } = await command(
        ['catalogue', 'pull', '--url', gateway.url, '--key', given],
        {},
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(
        `error: ${says === 'does not take the key' ? gateway.url : 'the key'}`,
      );
      expect(stderr).toContain(says);
      expect(stderr).not.toContain('secretsecret');
    }
    const trimmed = await command(
      ['catalogue', 'pull', '--url', gateway.url, '--key', `${key}\n`],
      {},
    );
    expect(trimmed.code).toBe(0);
  });

  it.each([
    ['--url ftp://plans.example --key k', 'must be the address of a server'],
    ['--url plans.example --key k', 'must be the address of a server'],
    ['--url https://me:secret@plans.example --key k', '--url must not hold a password'],
    ['--url http://127.0.0.1:1', '--url needs a key: set PLANS_GATEWAY_KEY'],
    [
      '--url http://127.0.0.1:2 --key k',
      'http://127.0.0.1:2 cannot be reached: connect ECONNREFUSED',
    ],
    ['--url http://nowhere.invalid --key k', 'http://nowhere.invalid cannot be reached: '],
    ['--url http://127.0.0.1:2 --mode live', '--organization and --mode are for the database'],
    ['--organization Nobody', 'there is no organization named Nobody'],
  ])('refuses %s', async (args, reason) => {
    const { code, stdout, stderr } = await command(['catalogue', 'pull', ...args.split(' ')], {
      DATABASE_URL: database.url,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('secret');
  });

  it('follows the arguments rather than the environment', async () => {
    const environment = { PLANS_GATEWAY_URL: 'http://127.0.0.1:2', DATABASE_URL: database.url };
    const args = ['catalogue', 'pull', '--organization', organization];
    expect(await command(args, environment)).toMatchObject({ code: 0 });
  });

  it('exits with 2 where there is no database, for 1 says that there are differences', async () => {
    const path = await fileOf(shop);
    const environment = { DATABASE_URL: `file:${join(folder, 'none.db')}` };
    expect((await command(['catalogue', 'diff', path], environment)).code).toBe(2);
  });

  it.each(['pull', 'diff', 'push', 'revert', 'lint', 'import'])(
    'says in the help of %s what its exit codes mean',
    async (name) => {
      const { code, stdout } = await command(['catalogue', name, '--help'], {});
      expect(stdout).toMatch(/^Exit codes: 0 .*2 refused\./m);
      expect(code).toBe(0);
    },
  );
});
