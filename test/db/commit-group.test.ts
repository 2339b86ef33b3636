import { setImmediate as turn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { queries } from '../../src/db/read/reader.ts';
import { findPlanByCode } from '../../src/db/records/plan.ts';
import { createPlan } from '../../src/domain/plan.ts';
import { Catalogue, newCatalogue } from '../catalogue.ts';
import { anyone, type Database, newSqliteFile, World } from '../engines.ts';

/** Writes to SQLite that wait for one another share a commit. */

let database: Database;
let world: World;
let catalogue: Catalogue;
beforeEach(async () => {
  database = await newSqliteFile();
  world = await World.open(database.url);
  catalogue = await newCatalogue(world);
  world.statements.length = 0;
});
afterEach(async () => {
  expect(await auditInvariants(world.store)).toEqual([]);
  await world.close();
  await database.remove();
});

/** The clock that bounds a group, so that it does not depend on how busy the machine is. */
let now = 0;
const withOwnClock = () => {
  beforeEach(() => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
};

const codes = async () => (await catalogue.rows('plan')).map(({ code }) => code).sort();
const plan = (code: string, name = 'Plan') => catalogue.plan({ code, name });
const commits = () => world.statements.filter((text) => text === 'commit').length;
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The writes of so many requests that came together. */
const together = (count: number) =>
  Promise.allSettled(range(count).map((index) => plan(`plan_${index}`)));

const failed = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.filter(({ status }) => status === 'rejected').length;

/** The statement fails each time that it comes, while this lasts. */
const failing = async <Result>(
  statement: RegExp,
  times: number,
  work: () => Promise<Result>,
): Promise<Result> => {
  let left = times;
  world.onStatement = (text) => {
    if (!statement.test(text) || left === 0) return;
    left -= 1;
    throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
  };
  try {
    return await work();
  } finally {
    world.onStatement = undefined;
  }
};

describe('a write that is alone', () => {
  it('begins at once, and has no savepoint', async () => {
    await plan('alone');
    const transaction = world.statements.filter((text) =>
      /^(begin|commit|savepoint|release)/.test(text),
    );
    expect(transaction).toEqual(['begin immediate', 'commit']);
    expect(world.statements[0]).toBe('begin immediate');
  });

  it('is undone when its commit fails, and is not tried again', async () => {
    await expect(failing(/^commit/, 1, () => plan('alone'))).rejects.toMatchObject({
      code: 'service_unavailable',
      message: 'The storage failed.',
    });
    expect(commits()).toBe(1);
    expect(await codes()).toEqual([]);
    await plan('again');
    expect(await codes()).toEqual(['again']);
  });
});

describe('writes that come together', () => {
  withOwnClock();

  it('share a commit', async () => {
    expect(failed(await together(40))).toBe(0);
    expect(await codes()).toHaveLength(40);
    expect(commits()).toBe(1);
    expect(await catalogue.revision()).toBe(40);
  });

  it('share it with at most 99 others', async () => {
    expect(failed(await together(230))).toBe(0);
    expect(commits()).toBe(3);
  });

  it('share it for a short time only', async () => {
    world.onStatement = (text) => {
      if (text.startsWith('insert into "plan"')) now += 10;
    };
    expect(failed(await together(40))).toBe(0);
    world.onStatement = undefined;
    expect(commits()).toBe(14);
  });

  it('are not answered before it', async () => {
    let answers = 0;
    const answeredAtCommit: number[] = [];
    const writtenAtCommit: number[] = [];
    let written = 0;
    world.onStatement = (text) => {
      if (text.startsWith('insert into "plan"')) written += 1;
      if (text !== 'commit') return;
      answeredAtCommit.push(answers);
      writtenAtCommit.push(written);
    };
    await Promise.all(
      range(230).map(async (index) => {
        await plan(`plan_${index}`);
        answers += 1;
      }),
    );
    world.onStatement = undefined;
    // At each commit, what earlier ones made durable was answered, and nothing else.
    expect(answeredAtCommit).toEqual([0, ...writtenAtCommit.slice(0, -1)]);
  });

  it('are not read before it, though others may read meanwhile', async () => {
    let written = 0;
    const reads: { stored: number; written: number }[] = [];
    let isOpen = false;
    world.onStatement = (text) => {
      if (text.startsWith('insert into "plan"')) written += 1;
      if (text === 'begin immediate') isOpen = true;
      if (text === 'commit') isOpen = false;
    };
    let isDone = false;
    const writes = together(60).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      if (isOpen) {
        const now = written;
        const { length: stored } = await codes();
        if (isOpen) reads.push({ stored, written: now });
      }
      await turn();
    }
    world.onStatement = undefined;
    expect(failed(await writes)).toBe(0);
    expect(reads.length).toBeGreaterThan(5);
    for (const read of reads) expect(read.stored).toBeLessThan(read.written);
  });

  it('fail each for itself', async () => {
    await plan('taken');
    const [first, second, third, fourth] = await Promise.allSettled([
      plan('one'),
      plan('taken'),
      catalogue.change(async (w) => {
        await createPlan(w, { name: 'Plan', code: 'half' });
        throw new Error('on second thoughts');
      }),
      plan('four'),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'duplicate' } });
    expect(third).toMatchObject({ status: 'rejected', reason: { message: 'on second thoughts' } });
    expect(fourth).toMatchObject({ status: 'fulfilled' });
    expect(await codes()).toEqual(['four', 'one', 'taken']);
  });

  it('see what those before them in the group have done', async () => {
    const outcomes = await Promise.allSettled([plan('same', 'A'), plan('same', 'B')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(commits()).toBe(1);
  });

  it('do not fail for what was never durable', async () => {
    let attempts = 0;
    const onceOnly = catalogue.change(async (w) => {
      attempts += 1;
      if (attempts > 1) throw new Error('not again');
      return createPlan(w, { name: 'Plan', code: 'same' });
    });
    const outcomes = await failing(/^commit/, 1, () =>
      Promise.allSettled([onceOnly, plan('same')]),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await codes()).toEqual(['same']);
  });

  it('are tried once more, each alone, when the commit fails', async () => {
    expect(failed(await failing(/^commit/, 1, () => together(10)))).toBe(0);
    expect(await codes()).toHaveLength(10);
    expect(await catalogue.revision()).toBe(10);
    // The one that failed, and one for each.
    expect(commits()).toBe(11);
  });

  it('are tried no third time', async () => {
    const outcomes = await failing(/^commit/, 1 + 3, () => together(10));
    expect(failed(outcomes)).toBe(3);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ message: 'The storage failed.' });
    expect(await codes()).toHaveLength(7);
    expect(await catalogue.revision()).toBe(7);
  });

  it('keep their idempotency keys when they are done again', async () => {
    const send = () =>
      Promise.all(
        range(5).map((index) =>
          catalogue.change((w) => createPlan(w, { name: 'Plan', code: `plan_${index}` }), {
            idempotencyKey: `key ${index}`,
          }),
        ),
      );
    const answers = await failing(/^commit/, 1, send);
    expect(await send()).toEqual(answers);
    expect(await codes()).toHaveLength(5);
  });

  it.each([0, 1, 2, 4])('survive that SQLite ends the transaction of member %i', async (place) => {
    await plan('there');
    const [there] = await catalogue.rows('plan');
    const ends = () =>
      world.store.write(catalogue.tenant, anyone, async (writer) => {
        await createPlan(writer, { name: 'Plan', code: 'ends' });
        // As a full disk does: an error that takes the whole transaction with it.
        await sql`insert or rollback into plan select * from plan where id = ${there?.id}`.execute(
          writer[queries],
        );
      });
    const writes = range(5).map((index) => (index === place ? ends() : plan(`plan_${index}`)));
    const outcomes = await Promise.allSettled(writes);
    for (const [index, { status }] of outcomes.entries())
      expect({ index, status }).toEqual({
        index,
        status: index === place ? 'rejected' : 'fulfilled',
      });
    expect(outcomes[place]).toMatchObject({
      reason: { code: expect.stringMatching('CONSTRAINT') },
    });
    expect(await codes()).toHaveLength(1 + 4);
    expect(await catalogue.revision()).toBe(1 + 4);
  });

  it('survive a full disk, which is what the one that fills it is told of', async () => {
    const { writing } = world.store.engine;
    await plan('before');
    await sql`vacuum`.execute(writing);
    const pages = await sql<{ page_count: number }>`pragma page_count`.execute(writing);
    const limit = (pages.rows[0]?.page_count ?? 0) + 10;
    await sql.raw(`pragma max_page_count = ${limit}`).execute(writing);
    const big = { filling: 'x'.repeat(16_000) };
    const outcomes = await Promise.allSettled([
      plan('one'),
      plan('two'),
      ...range(4).map((index) => catalogue.plan({ code: `big_${index}`, metadata: big })),
      plan('three'),
    ]);
    await sql.raw('pragma max_page_count = 1000000').execute(writing);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ message: 'The storage is full.' });
    expect(failed(outcomes.slice(2, 6))).toBeGreaterThan(0);
    expect(failed(outcomes.slice(0, 2))).toBe(0);
    expect(await codes()).toHaveLength(1 + outcomes.length - failed(outcomes));
  });
});

describe('a write that takes long', () => {
  withOwnClock();

  const long = (ms: number) =>
    catalogue.change(async (w) => {
      await createPlan(w, { name: 'Long', code: 'long' });
      now += ms;
      return findPlanByCode(w, 'long');
    });

  it('does not keep those waiting that are done', async () => {
    const order: string[] = [];
    const noted = async (name: string, write: Promise<unknown>) => {
      await write;
      order.push(name);
    };
    await Promise.all([noted('short', plan('short')), noted('long', long(200))]);
    expect(order).toEqual(['short', 'long']);
    expect(await codes()).toEqual(['long', 'short']);
    // Once in company, once alone.
    expect(world.statements.filter((text) => text.startsWith('insert into "plan"'))).toHaveLength(
      3,
    );
    expect(commits()).toBe(2);
  });

  it('ends its group', async () => {
    await Promise.all([long(40), plan('next')]);
    expect(commits()).toBe(2);
  });
});

describe('what has no company', () => {
  withOwnClock();

  it('is no part of a group', async () => {
    const begun = async () => {
      while (!world.statements.includes('begin immediate')) await undefined;
    };
    const { writing } = world.store.engine;
    const rename = () => writing.updateTable('plan').set({ name: 'Renamed' }).execute();
    const first = [plan('one'), plan('two')];
    await begun();
    await Promise.all([...first, rename(), plan('three')]);
    const inOrder = world.statements.filter((text) => /^(begin|commit|update "plan")/.test(text));
    expect(inOrder).toEqual([
      'begin immediate',
      'commit',
      expect.stringContaining('update "plan"'),
      'begin immediate',
      'commit',
    ]);
  });
});

describe('a saturated process', () => {
  it('lets another one write', async () => {
    const other = await World.open(database.url);
    const others = new Catalogue(other, catalogue.tenant);
    let isOver = false;
    let count = 0;
    const client = async (name: number) => {
      while (!isOver) {
        count += 1;
        await plan(`plan_${name}_${count}`);
      }
    };
    const clients = range(32).map(client);
    try {
      for (const index of range(5)) await others.plan({ code: `other_${index}` });
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    expect(await codes()).toHaveLength(count + 5);
    await other.close();
  });
});
