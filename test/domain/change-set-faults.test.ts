import { beforeEach, expect, it } from 'vitest';
import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { catalogueLevel } from '../../src/domain/catalogue/document.ts';
import type { Level } from '../../src/domain/catalogue/level.ts';
import { hashOfCatalogue } from '../../src/domain/catalogue/print.ts';
import { pullCatalogue } from '../../src/domain/catalogue/pull.ts';
import {
  applyChangeSet,
  type ChangeSet,
  createChangeSet,
  listChangeSets,
  revertChangeSet,
} from '../../src/domain/change-set.ts';
import type { Writer } from '../../src/domain/operation.ts';
import { type Catalogue, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const BEFORE = `catalogue: 1
sections:
  work: { name: Work, translations: { de: { name: Arbeit } } }
  gone: { name: Gone }
features:
  seats: { name: Seats, type: seats, unitName: user }
  calls:
    { name: Calls, type: usage, section: work, limits: { hour: { name: An hour, period: hour } } }
  old: { name: Old, type: boolean, section: gone }
markets:
  brazil: { name: Brazil, countries: [BR] }
  japan: { name: Japan, countries: [JP] }
plans:
  pro:
    name: Pro
    consumptionModel: metered
    exchangeRates: { jpy: 150 }
    prices:
      monthly:
        price: 10
        unitPrices: { seats: 5 }
        regional: { eur: { price: 9, unitPrices: { seats: 4 } } }
        markets: { brazil: { currency: usd, price: 7, unitPrices: { seats: 3 } } }
        variants: { promo: { name: Promotion, markets: { brazil: { currency: usd, price: 6 } } } }
    features:
      seats: {}
      calls:
        includedAmount: 10
        overage: { unitPrice: 0.5 }
        regionalOverages: { eur: 0.4 }
        limits: { hour: 5 }
      old: {}
  last: { name: Last, prices: { yearly: 100 } }
groups:
  ladder: { name: Ladder, plans: [pro] }
`;

/** Something of every kind comes, changes or goes. */
const AFTER = `catalogue: 1
sections:
  fresh: { name: Fresh }
  work: { name: Work, translations: { de: { name: Werk }, fr: { name: Travail } } }
features:
  calls:
    name: All calls
    type: usage
    section: work
    limits: { hour: { name: Per hour, period: hour }, day: { name: A day, period: day } }
  seats: { name: Seats, type: seats, unitName: person }
  new: { name: New, type: boolean, section: fresh }
markets:
  brazil: { name: Brasil, countries: [BR] }
  india: { name: India, countries: [IN] }
plans:
  pro:
    name: Professional
    consumptionModel: metered
    exchangeRates: { jpy: 151 }
    prices:
      monthly:
        price: 12
        unitPrices: { seats: 6 }
        regional: { eur: { price: 11, unitPrices: { seats: 5 } } }
        markets: { brazil: { currency: usd, price: 8, unitPrices: { seats: 4 } } }
        variants: { promo: { name: Promo, markets: { brazil: { currency: usd, price: 5 } } } }
    features:
      seats: {}
      calls:
        includedAmount: 20
        overage: { unitPrice: 0.6 }
        regionalOverages: { eur: 0.5 }
        limits: { hour: 6, day: unlimited }
      new: {}
  first: { name: First, basedOn: pro, prices: { monthly: 20 }, features: { seats: {} } }
groups:
  ladder: { name: The ladder, plans: [first, pro] }
`;

const typesIn = ({ type, children }: Level): string[] => [
  type,
  ...Object.values(children).flatMap(typesIn),
];

onEveryEngine('a change set of which a statement fails', (world) => {
  let shop: Catalogue;
  let before: string;
  const hash = async () => hashOfCatalogue(await pullCatalogue(shop.reader()));
  const sets = async () => (await listChangeSets(shop.reader(), { first: 5 })).items;
  const create = (document: string) =>
    shop.change((w) => createChangeSet(w, { document, scope: 'whole' }));
  const apply =
    ({ id, hash }: ChangeSet) =>
    (w: Writer) =>
      applyChangeSet(w, id, hash, 'admin');

  beforeEach(async () => {
    shop = await newCatalogue(world());
    await shop.change(apply(await create(BEFORE)));
    before = await hash();
  });

  /** Fails at the statement of that number, from 0; answers the text of it, if there is one. */
  const failAt = async (place: number, work: (w: Writer) => Promise<unknown>) => {
    let statements = 0;
    let failed: string | undefined;
    world().onStatement = (sql) => {
      statements += 1;
      if (statements !== place + 1) return;
      failed = sql;
      throw new Error('the process is killed');
    };
    try {
      const outcome = shop.change(work);
      await outcome.catch(() => {});
      world().onStatement = undefined;
      if (failed === undefined) await outcome;
      else await expect(outcome, failed).rejects.toThrow('the process is killed');
    } finally {
      world().onStatement = undefined;
    }
    return failed;
  };

  /** Whatever fails, all is as it was; answers the statements. */
  const failEverywhere = async (work: (w: Writer) => Promise<unknown>): Promise<string[]> => {
    const stored = async () => [await hash(), await sets(), await shop.revision()];
    const earlier = await stored();
    const contents = await shop.contents();
    const failures: string[] = [];
    for (;;) {
      const failed = await failAt(failures.length, work);
      if (failed === undefined) return failures;
      expect(await stored(), failed).toEqual(earlier);
      // It asks for much.
      if (failures.length % 10 === 0 || failed === 'commit')
        expect(await shop.contents(), failed).toEqual(contents);
      failures.push(failed);
    }
  };

  it('touches every kind of object', async () => {
    const { changes, findings } = await create(AFTER);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const [, ...types] = typesIn(catalogueLevel);
    expect(new Set(changes.map(({ type }) => type))).toEqual(new Set([...types, 'FeatureOrder']));
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(
      new Set(['create', 'update', 'delete']),
    );
  });

  it('is a draft still, whichever it is, and applies when it is sent again', async () => {
    const set = await create(AFTER);
    const failures = await failEverywhere(apply(set));

    expect(failures.length).toBeGreaterThan(50);
    expect(failures.at(-1)).toBe('commit');
    expect(await sets()).toMatchObject([{ id: set.id, status: 'applied' }, {}]);
    expect(await hash()).not.toBe(before);
    await shop.change(apply(await shop.change((w) => revertChangeSet(w, set.id))));
    expect(await hash()).toBe(before);
    expect(await auditInvariants(world().store)).toEqual([]);
  });

  it('is not there, whichever it is, while it is made', async () => {
    const failures = await failEverywhere((w) =>
      createChangeSet(w, { document: AFTER, scope: 'whole' }),
    );
    expect(failures).toContain('rollback to savepoint rehearsal');
    expect(await hash()).toBe(before);
    expect(await sets()).toMatchObject([{ status: 'draft' }, { status: 'applied' }]);
  });
});
