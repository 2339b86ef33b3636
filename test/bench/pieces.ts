import { deepStrictEqual } from 'node:assert';
import { LRUCache } from 'lru-cache';
import { pino, stdTimeFunctions } from 'pino';
import type { Engine } from '../../src/db/engine/engine.ts';
import { batch, type Key } from '../../src/db/read/batch.ts';
import { columns, many } from '../../src/db/read/nested.ts';
import { queries, type Source } from '../../src/db/read/reader.ts';
import { RecordCache } from '../../src/db/read/record-cache.ts';
import { findPlans } from '../../src/db/records/plan.ts';
import { Store } from '../../src/db/store.ts';
import type { Fields } from '../../src/db/table.ts';
import { plan, planPrice } from '../../src/db/tables.ts';
import { mapMaybePromise } from '../../src/maybe-promise.ts';
import { createLog } from '../../src/observe/log.ts';
import { Tally } from '../../src/observe/tally.ts';
import type { GatewayRequest } from '../../src/request/request.ts';
import { RequestLog } from '../../src/request/request-log.ts';
import { withoutSecrets } from '../../src/secrets.ts';
import type { Ran } from './counted.ts';
import type { Catalogue } from './data.ts';
import { logMembers } from './libraries/log-members.ts';
import { looped } from './libraries/looped.ts';
import { mapMaybePromise as mapByLibrary } from './libraries/maybe-promise.ts';
import { Tally as TallyByLibrary } from './libraries/tally.ts';
import { adapter, type Changes, instead, replaced } from './swapped.ts';

/** The pieces that we wrote although a library has one. */

/** What a function ends in, so that it is not optimized away. */
export let sink: unknown;

export interface Alone {
  /** Each does the same, so many times; one time is one call of the piece. */
  ours(times: number): void;
  theirs(times: number): void;
}

export interface Piece {
  title: string;
  library: string;
  alone?: Alone;
  /** How often a request calls it. */
  calls?: (ran: readonly Ran[], answer: string) => number;
  /** The request: with records cached, or with nothing cached. */
  variant: 'oursKeeping' | 'ours';
  /** How sources change for the library, by their path. */
  changes: () => Promise<Changes>;
}

const callsOf =
  (file: string, ...names: string[]) =>
  (ran: readonly Ran[]): number =>
    ran
      .filter((one) => one.file === file && names.includes(one.name))
      .reduce((sum, { count }) => sum + count, 0);

/** The same pseudo-random numbers each time, small ones more often. */
const skewed = (count: number, below: number): number[] => {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) ** 3 * below);
  });
};

const turned = <Item>(items: readonly Item[], work: (item: Item) => void) => {
  let next = 0;
  return (times: number): void => {
    for (let time = 0; time < times; time += 1) {
      work(items[next % items.length] as Item);
      next += 1;
    }
  };
};

const addOne = (value: number): number => value + 1;

const promises = (): Piece => ({
  title: '`src/maybe-promise.ts`',
  library: '`mapMaybePromise` of @whatwg-node/promise-helpers',
  alone: {
    ours: turned([1], (value) => {
      sink = mapMaybePromise(value, addOne);
    }),
    theirs: turned([1], (value) => {
      sink = mapByLibrary(value, addOne);
    }),
  },
  calls: callsOf('src/maybe-promise.js', 'mapMaybePromise'),
  variant: 'oursKeeping',
  changes: () => instead('maybe-promise', 'src/maybe-promise.ts'),
});

const cache = (): Piece => {
  const value = { some: 'value' };
  const keys = skewed(10_000, 500).map((number) => `key ${number}`);
  const lookup = { place: 0, ownerOf: (_value: object, key: string) => key };
  const ours = new RecordCache(2 ** 24).view('tenant', 'all', 1);
  const theirs = new LRUCache<string, object>({ max: 1_000 });
  for (const key of keys) {
    ours?.put(lookup, key, value, key);
    theirs.set(key, value);
  }
  return {
    title: '`src/db/read/second-chance-queue.ts`, a record found',
    library: 'lru-cache',
    alone: {
      ours: turned(keys, (key) => {
        sink = ours?.get(lookup, key);
      }),
      theirs: turned(keys, (key) => {
        sink = theirs.get(key);
      }),
    },
    calls: callsOf('src/db/read/record-cache.js', 'get'),
    variant: 'oursKeeping',
    changes: async () => ({}),
  };
};

const logs = ['plan', 'plans', 'addPlanPrice', 'get-plan'].map((operation, index) =>
  Object.assign(new RequestLog(), {
    surface: index < 3 ? 'graphql' : 'rest',
    operation,
    caller: {
      apiKeyId: 'key_01m8dpnj92cjzddq8dtw9ytr2v',
      tenant: {
        id: 'tnt_01m8dpnfq668cwb66hk24mahay',
        organizationId: 'org_01m8dpnfq51stx3pyfk6y9dy9a',
      },
    },
    status: 200,
    milliseconds: 0.712_345,
  }),
);

/** As far as a line tells of it. */
const requests = logs.map((log) => ({
  requestId: `req_${'0123456789abcdef'.repeat(2)}`,
  clientRequestId: undefined,
  method: 'POST',
  path: '/graphql',
  log,
})) as unknown as GatewayRequest[];

const histograms = (): Piece => {
  const added = (tally: Tally | TallyByLibrary) => turned(logs, (log) => tally.add(log));
  return {
    title: '`src/observe/tally.ts`',
    library: 'prom-client Counter and Histogram',
    alone: { ours: added(new Tally()), theirs: added(new TallyByLibrary()) },
    calls: callsOf('src/observe/tally.js', 'add'),
    variant: 'oursKeeping',
    changes: async () => ({
      ...(await instead('tally', 'src/observe/tally.ts')),
      'src/observe/metrics.ts': replaced('tally.text()', 'await tally.text()'),
    }),
  };
};

const withoutTime = (line: string): object => ({ ...JSON.parse(line), time: '' });

const lines = (): Piece => {
  const written = { ours: '', theirs: '' };
  const log = createLog('info', {
    write: (line) => {
      written.ours = line;
    },
  });
  const logger = pino(
    {
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    {
      write: (line) => {
        written.theirs = line;
      },
    },
  );
  const alone = {
    ours: turned(requests, (request) => log.answered(request)),
    theirs: turned(requests, (request) => logger.info(logMembers(request))),
  };
  alone.ours(1);
  alone.theirs(1);
  deepStrictEqual(withoutTime(written.ours), withoutTime(written.theirs));
  return {
    title: "`src/observe/log.ts`, a request's line",
    library: 'pino',
    alone,
    calls: callsOf('src/observe/log.js', 'answered'),
    variant: 'oursKeeping',
    changes: async () => ({
      'src/observe/log-members.ts': () => membersSource,
      'src/observe/log.ts': (source) =>
        `import { logMembers } from './log-members.ts';\n${replaced(
          'stream.write(lineOf(request))',
          'logger.info(logMembers(request))',
        )(source)}`,
    }),
  };
};
const membersSource = await adapter('log-members', 'src/observe/log-members.ts');

export const dataOf = (answer: string) => JSON.parse(answer).data;

/** Of a plan's answer: each record in it was decoded once. */
const recordsIn = (answer: string): number => {
  const { prices, features } = dataOf(answer).plan;
  const regional = prices.flatMap(
    ({ regionalPrices }: { regionalPrices: unknown[] }) => regionalPrices,
  );
  return 1 + prices.length + regional.length + 2 * features.length;
};

const pricesOf = (source: Source, planId: Key) =>
  many(
    source,
    source[queries]
      .selectFrom('plan_price')
      .where('plan_price.tenant_id', '=', source.tenant.id)
      .where('plan_price.plan_id', '=', planId),
    ['plan_price.created_at', 'plan_price.id'],
    columns(source, planPrice),
  );

/** As a statement answers it, of a table without groups. */
const tupleOf = (fields: Fields, record: Record<string, unknown>): unknown[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    if ('fields' in field) throw new Error(`${name} is a group`);
    const { codec, options } = field;
    if (options.isInternal) return [];
    return [codec ? codec.encode(record[name]) : record[name]];
  });

const reads = async (engine: Engine, { tenantId, plans }: Catalogue): Promise<Piece[]> => {
  const reader = new Store(engine).reader({
    id: tenantId,
    organizationId: '',
    mode: 'live',
    baseCurrency: 'usd',
  });
  const ids = plans.slice(0, 50).map(({ id }) => id);
  const records = await findPlans(reader, ids);
  const tuples = records.map((record) => tupleOf(plan.fields, { ...record }));
  const loop = looped(plan.fields);
  deepStrictEqual(tuples.map(plan.decode), records);
  deepStrictEqual(tuples.map(loop), records);

  const [shared, id = ''] = [batch(pricesOf), ...ids];
  deepStrictEqual(await batch(pricesOf)(reader, [id]), await shared(reader, [id]));
  return [
    {
      title: '`src/db/table.ts`, the decoder of a plan',
      library: 'a loop over the columns',
      alone: {
        ours: turned(tuples, (tuple) => {
          sink = plan.decode(tuple);
        }),
        theirs: turned(tuples, (tuple) => {
          sink = loop(tuple);
        }),
      },
      calls: (_ran, answer) => recordsIn(answer),
      variant: 'ours',
      changes: async () => ({
        'src/db/looped.ts': () => loopSource,
        'src/db/table.ts': (source) =>
          `import { looped } from './looped.ts';\n${replaced(
            /this\.decode = compiled\([\s\S]*?\n {4}\);/,
            'this.decode = looped(fields) as unknown as (values: readonly unknown[]) => never;',
          )(source)}`,
      }),
    },
    {
      title: '`src/db/read/statement.ts`, the prices of a plan read',
      library: 'Kysely, compiling each time',
      alone: {
        ours: turned(ids, (id) => {
          sink = shared(reader, [id]);
        }),
        theirs: turned(ids, (id) => {
          sink = batch(pricesOf)(reader, [id]);
        }),
      },
      calls: callsOf('src/db/read/statement.js', 'run'),
      variant: 'ours',
      changes: async () => ({
        'src/db/read/statement.ts': replaced(
          'let text = this.#texts.get(name);',
          'let text: CompiledQuery<Row> | undefined;',
        ),
      }),
    },
  ];
};
const loopSource = await adapter('looped', 'src/db/looped.ts');

const batches = (): Piece => ({
  title: '`src/http/tick-batch.ts`',
  library: 'no batch',
  variant: 'oursKeeping',
  changes: () => instead('tick-batch', 'src/http/tick-batch.ts'),
});

export const piecesOn = async (engine: Engine, catalogue: Catalogue): Promise<Piece[]> => [
  promises(),
  cache(),
  histograms(),
  lines(),
  ...(await reads(engine, catalogue)),
  batches(),
];
