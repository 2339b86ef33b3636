import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogueFile } from '../../src/domain/catalogue/read.ts';
import { command, finished, start } from './command.ts';

/** What the commands do with files alone, and with servers that are not ours. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = async (text: string, name = 'catalogue.yaml'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const run = (...args: string[]) => command(['catalogue', ...args], {});

const sound = `catalogue: 1
plans:
  pro: { name: Pro }
`;

const misspelt = `catalogue: 1
plans:
  pro:
    nmae: Pro
    prices:
      monthly: { price: 1.23456 }
`;

/** What SARIF 2.1.0 asks for of the objects that are printed. */
const sarif = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    $schema: { type: 'string', format: 'uri' },
    version: { enum: ['2.1.0'] },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        additionalProperties: false,
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                additionalProperties: false,
                properties: {
                  name: { type: 'string' },
                  version: { type: 'string' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id'],
                      additionalProperties: false,
                      properties: { id: { type: 'string' }, helpUri: { type: 'string' } },
                    },
                  },
                },
              },
            },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              additionalProperties: false,
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message: {
                  type: 'object',
                  required: ['text'],
                  properties: { text: { type: 'string' } },
                },
                locations: {
                  type: 'array',
                  items: {
                    type: 'object',
                    additionalProperties: false,
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            required: ['uri'],
                            properties: { uri: { type: 'string' } },
                          },
                          region: {
                            type: 'object',
                            required: ['startLine', 'startColumn'],
                            additionalProperties: false,
                            properties: {
                              startLine: { type: 'integer', minimum: 1 },
                              startColumn: { type: 'integer', minimum: 1 },
                            },
                          },
                        },
                      },
                      logicalLocations: {
                        type: 'array',
                        items: {
                          type: 'object',
                          properties: { fullyQualifiedName: { type: 'string' } },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

describe('plans-gateway catalogue lint FILE', () => {
  it('finds nothing in a sound file, and reads nothing else', async () => {
    const told = await run('lint', await fileOf(sound));
    expect(told.code).toBe(0);
    expect(told.stdout).not.toContain('error');
    const elsewhere = await run('lint', await fileOf(sound), '--url', 'http://127.0.0.1:2');
    expect(elsewhere).toMatchObject({
      code: 2,
      stderr: 'error: lint reads nothing but its file: leave out --url\n',
    });
  });

  it('says line and column of what is wrong', async () => {
    const path = await fileOf(misspelt);
    const { code, stdout, stderr } = await run('lint', path);
    expect(stdout).toBe(
      `${path}:4:5: error: plans.pro.nmae: is no key of a Plan: did you mean name? (file-format)\n` +
        `${path}:6:25: error: plans.pro.prices.monthly.price: must have at most 4 decimals ` +
        '(file-format)\n2 errors.\n',
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('says line and column of what the rules find', async () => {
    const text = `catalogue: 1
plans:
  pro:
    name: Pro
    features:
      nothing: {}
`;
    const { code, stdout } = await run('lint', await fileOf(text), '--format', 'json');
    const { findings } = JSON.parse(stdout);
    expect(findings).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        path: expect.stringMatching(/^plans\.pro\.features\.nothing/),
        line: 6,
        column: 7,
      }),
    );
    expect(code).toBe(1);
  });

  it('prints SARIF that names the file from where it is called', async () => {
    await mkdir(join(folder, 'price lists'), { recursive: true });
    await fileOf(misspelt, 'price lists/späti.yaml');
    const child = start(
      ['catalogue', 'lint', 'price lists/späti.yaml', '--format', 'sarif'],
      folder,
      {},
    );
    const { code, stdout } = await finished(child);
    expect(code).toBe(1);
    const log = JSON.parse(stdout);
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(sarif);
    expect(validate(log) || validate.errors).toBe(true);
    expect(validate({ ...log, version: '2.0.0' })).toBe(false);
    const [{ tool, results }] = log.runs;
    expect(tool.driver.rules).toEqual([{ id: 'file-format' }]);
    expect(results[1]).toEqual({
      ruleId: 'file-format',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'plans.pro.prices.monthly.price: must have at most 4 decimals' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'price%20lists/sp%C3%A4ti.yaml' },
            region: { startLine: 6, startColumn: 25 },
          },
          logicalLocations: [{ fullyQualifiedName: 'plans.pro.prices.monthly.price' }],
        },
      ],
    });
  });

  it('names a file elsewhere by its address, and none for the standard input', async () => {
    const path = await fileOf(misspelt);
    const locationIn = (stdout: string) => JSON.parse(stdout).runs[0].results[0].locations[0];
    const { stdout } = await run('lint', path, '--format', 'sarif');
    expect(locationIn(stdout).physicalLocation.artifactLocation.uri).toBe(`file://${path}`);
    const child = start(['catalogue', 'lint', '-', '--format', 'sarif'], folder, {});
    child.stdin.end(misspelt);
    expect(locationIn((await finished(child)).stdout)).not.toHaveProperty('physicalLocation');
  });
});

const pricing2yaml = `saasName: Shop
syntaxVersion: "2.1"
version: "1"
createdAt: "2025-01-01"
currency: USD
features:
  support:
    valueType: BOOLEAN
    defaultValue: false
    type: SUPPORT
usageLimits: {}
plans:
  BASIC:
    description: The basic plan
    price: 10.0
    unit: user/month
    features:
      support:
        value: true
addOns:
  extra:
    price: 5
    unit: /month
`;

const commet = JSON.stringify({
  features: { api: { name: 'API', type: 'boolean' } },
  plans: {
    pro: {
      name: 'Pro',
      sortOrder: 2,
      prices: [{ interval: 'monthly', amount: 290_000 }],
      features: { api: true },
    },
  },
});

const stripe = JSON.stringify({
  products: { data: [{ id: 'prod_1', object: 'product', name: 'Pro', active: true }] },
  prices: {
    data: [
      {
        id: 'price_1',
        object: 'price',
        product: 'prod_1',
        currency: 'eur',
        unit_amount: 2_900,
        type: 'recurring',
        active: true,
        recurring: { interval: 'month', interval_count: 1 },
      },
    ],
  },
});

describe('plans-gateway catalogue import', () => {
  it.each<[string, string, string[], string]>([
    ['pricing2yaml', pricing2yaml, [], 'unitPrice: 10\n'],
    ['commet', commet, [], 'price: 29\n'],
    ['commet', commet, ['--amounts-in', 'minor_unit', '--base-currency', 'JPY'], 'price: 290000\n'],
    ['stripe', stripe, [], 'baseCurrency: eur\n'],
    ['stripe', stripe, ['--base-currency', 'usd'], 'baseCurrency: usd\n'],
  ])('makes a catalogue file of %s', async (from, document, args, part) => {
    const { code, stdout } = await run('import', '--from', from, await fileOf(document), ...args);
    expect(code).toBe(0);
    expect(stdout).toContain(part);
    expect(readCatalogueFile(stdout).plans?.size).toBe(1);
  });

  it('says on stderr what is left out', async () => {
    const path = await fileOf(pricing2yaml);
    const { stderr } = await run('import', '--from', 'pricing2yaml', path);
    expect(stderr).toMatch(new RegExp(`^left out of ${path}: addOns\\.extra.*: .+\n`, 'm'));
  });

  it('writes a file, JSON by its name', async () => {
    const out = join(folder, 'made.json');
    const path = await fileOf(commet);
    const { stdout, stderr } = await run('import', '--from', 'commet', path, '--out', out);
    expect({ stdout, stderr }).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining(`Wrote ${out}.\n`),
    });
    expect(JSON.parse(await readFile(out, 'utf8')).plans.pro.name).toBe('Pro');
  });

  it('refuses what is not of the format', async () => {
    const path = await fileOf('{');
    for (const from of ['pricing2yaml', 'commet', 'stripe'])
      expect(await run('import', '--from', from, path)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^error: .+\n$/),
      });
    expect((await run('import', '--from', 'xls', path)).stderr).toContain('Allowed choices are');
  });
});

describe('a server that is not ours', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((done) => (server ? server.close(done) : done(undefined))));

  const listening = async (listener: RequestListener): Promise<string> => {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  };

  const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
    listening((request, response) => {
      request.resume();
      response.writeHead(status, headers).end(body);
    });

  it.each([
    [404, '<h1>Not found</h1>', {}, 'answers 404 without a reason: is it Plans Gateway'],
    [502, '', {}, 'answers 502 without a reason'],
    [200, '<h1>Hello</h1>', {}, 'answers /catalogue/lint in a way of its own'],
    [200, '{"findings":[{}]}', {}, 'answers /catalogue/lint in a way of its own'],
    [
      301,
      '',
      { location: 'https://elsewhere.example/catalogue' },
      'leads elsewhere, to https://elsewhere.example/catalogue: name the address itself',
    ],
    [
      429,
      '{"error":{"code":"rate_limited","message":"Too\\u001b[2J many.","type":"rate_limit_error"}}',
      {},
      'error: Too\\u001b[2J many.',
    ],
  ])('gets a message that says so: %i %s', async (status, body, headers, reason) => {
    const url = await answering(status, body, headers);
    const { code, stdout, stderr } = await run('lint', '--url', url, '--key', 'k');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('is warned of where it sends a file that push would not take', async () => {
    const url = await answering(200, `catalogue: 1\n${'#'.repeat(1_048_576)}`);
    const { code, stdout, stderr } = await run('pull', '--url', url, '--key', 'k');
    expect({ code, bytes: stdout.length > 1_048_576 }).toEqual({ code: 0, bytes: true });
    expect(stderr).toMatch(
      /^warning: the file has \d+ bytes; the most that push takes is 1 MiB\n$/,
    );
  });

  it('may have applied a set before the connection broke: the set is named', async () => {
    const change = {
      kind: 'create',
      type: 'Plan',
      code: 'pro',
      path: 'plans.pro',
      before: null,
      after: { name: 'Pro' },
    };
    const draft = {
      id: 'chs_1',
      name: null,
      status: 'draft',
      hash: 'f'.repeat(64),
      changes: [change],
      findings: [],
      appliesAt: null,
      appliedAt: null,
      createdBy: { id: 'key_1', name: 'CI' },
    };
    const url = await listening((request, response) => {
      request.resume();
      if (request.url === '/catalogue') response.end('catalogue: 1\n');
      else if (request.url?.startsWith('/catalogue/change-sets?'))
        response.writeHead(201).end(JSON.stringify(draft));
      else request.socket.destroy();
    });
    const args = ['push', await fileOf(sound), '--yes', '--url', url, '--key', 'k'];
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${url} cannot be reached: `);
    expect(stderr).toMatch(/; look at the change set chs_1, which may have been applied\n$/);
  });
});
