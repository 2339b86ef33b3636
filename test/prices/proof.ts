import { deepStrictEqual, ok } from 'node:assert/strict';
import { copyEverything } from '../../src/db/maintenance/copy.ts';
import type { Tenant } from '../../src/db/read/reader.ts';
import { changeTaxBehavior } from '../../src/domain/organization.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { regionalCurrencies } from '../../src/vocabulary.ts';
import { anyone, type Database, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { Random } from '../model/random.ts';
import { shownInMinorUnits } from '../model/reference/money.ts';
import { anyCatalogue, anyContext } from './catalogue-generator.ts';
import type { Context, PlanOf, PricedCatalogue, PriceOf } from './priced-catalogue.ts';
import { type Answer, Reference, type Step } from './reference.ts';
import { stock } from './stock.ts';

/**
 * Random catalogues, entered on SQLite and copied to PostgreSQL. In every context each price is what
 * the reference says, on both engines, to every kind of key, and over REST.
 */

const ORIGIN = 'https://shop.example';

const EFFECTIVE = `effective(context: $context) {
  price currency source market { id code } taxBehavior perMonth
  unitPrices {
    unitPrice { planFeature { feature { code } } }
    amount tiers { upTo unitPrice flatPrice } currency
  }
  introOffer { discountType discountValue durationCycles }
  explanation { rule outcome reason price currency exchangeRate }
}`;

const DOCUMENT = `query ($context: PriceContext!) {
  plans(first: 10, filter: { visibility: ALL }) {
    nodes { code prices { id billingInterval ${EFFECTIVE} variants { id name ${EFFECTIVE} } } }
  }
}`;
const PUBLIC_DOCUMENT = DOCUMENT.replace(', filter: { visibility: ALL }', '');

interface Answered extends Answer<Step & { reason: string }> {
  market: { id: string; code: string } | null;
}

interface AnsweredPlan {
  code: string;
  prices: {
    id: string;
    billingInterval: string;
    effective: Answered;
    variants: { id: string; name: string; effective: Answered }[];
  }[];
}

const withoutReasons = ({ explanation, market, ...rest }: Answered): Answer => ({
  ...rest,
  market: market && { code: market.code },
  explanation: explanation.map(({ reason: _, ...step }) => step),
});

/** The same without sentences, which tell secret keys of markets that others do not see. */
const amountsOf = (plans: readonly AnsweredPlan[]) =>
  plans.map(({ code, prices }) => ({
    code,
    prices: prices.map(({ billingInterval, effective, variants }) => ({
      billingInterval,
      effective: withoutReasons(effective),
      variants: variants.map(({ name, effective }) => ({
        name,
        effective: withoutReasons(effective),
      })),
    })),
  }));

const expected = (catalogue: PricedCatalogue, context: Context) => {
  const ofPrice = (plan: PlanOf, price: PriceOf) => ({
    billingInterval: price.interval.toUpperCase(),
    effective: new Reference(catalogue, plan, price, null).answer(context),
    variants: price.variants.map(({ name, inMarkets }) => ({
      name,
      effective: new Reference(catalogue, plan, price, inMarkets).answer(context),
    })),
  });
  return catalogue.plans.map((plan) => ({
    code: plan.code,
    prices: plan.prices.map((price) => ofPrice(plan, price)),
  }));
};

const formatted = (amount: number, currency: string): string => {
  const digits = String(amount).padStart(5, '0');
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    maximumFractionDigits: 4,
  }).format(`${digits.slice(0, -4)}.${digits.slice(-4)}` as `${number}`);
};

/** One rule matched, and its sentences say what it found. */
const checkSentences = ({ price, currency, explanation }: Answered): void => {
  const matched = explanation.filter(isMatch);
  deepStrictEqual(
    matched.map((step) => [step.price, step.currency]),
    [[price, currency]],
  );
  for (const step of explanation) {
    ok(step.reason.endsWith('.'), step.reason);
    if (step.price !== null && step.price > 0 && step.currency !== null)
      ok(step.reason.includes(formatted(step.price, step.currency)), step.reason);
  }
};

/** The same context, written otherwise. */
const otherCase = ({ country, currency }: Context): Context => ({
  country: country?.toLowerCase() ?? null,
  currency: currency?.toUpperCase() ?? null,
});

interface RestPrice {
  id?: string;
  billingInterval: string;
  price: number;
  regionalPrices: { currency: string; price: number }[];
  marketPrices?: { marketGroupId: string; currency: string; price: number }[];
}

const isMatch = ({ outcome }: Step): boolean => outcome === 'MATCHED';

const isShown = (currency: string): boolean =>
  regionalCurrencies.some((known) => known === currency);

/** REST shows the same amount where it shows the currency. */
const compare = (
  { price, currency, source, market }: Answered,
  row: RestPrice | undefined,
  shown: (amount: number, currency: string) => number,
): void => {
  ok(row, 'REST does not show the price');
  if (source === 'BASE') {
    // A free plan is 0 in every currency.
    deepStrictEqual(row.price, shown(price, currency));
    return;
  }
  if (!isShown(currency)) return;
  const found =
    source === 'MARKET'
      ? row.marketPrices?.find(({ marketGroupId }) => marketGroupId === market?.id)
      : row.regionalPrices.find((regional) => regional.currency === currency);
  deepStrictEqual(
    [found?.currency, found?.price],
    [currency, shown(price, currency)],
    `REST shows ${JSON.stringify(row)}`,
  );
};

/** A catalogue that has been entered. */
interface Entered {
  seed: number;
  catalogue: PricedCatalogue;
  tenant: Tenant;
  planIds: ReadonlyMap<string, string>;
  key: string;
  publicKey: string;
}

export class Proof {
  readonly #worlds: readonly [World, World];
  readonly #gateways: readonly [Gateway, Gateway];
  readonly #entered: Entered[];
  /** How many prices were resolved, and by which rule. */
  readonly matched = new Map<string, number>();

  private constructor(
    worlds: readonly [World, World],
    gateways: readonly [Gateway, Gateway],
    entered: Entered[],
  ) {
    this.#worlds = worlds;
    this.#gateways = gateways;
    this.#entered = entered;
  }

  /** Enters the catalogues of these seeds. */
  static async open(
    sqlite: Database,
    postgres: Database,
    seeds: readonly number[],
  ): Promise<Proof> {
    const worlds = [await World.open(sqlite.url), await World.open(postgres.url)] as const;
    const [from, to] = worlds;
    const entered: Entered[] = [];
    for (const seed of seeds) entered.push(await Proof.#enter(from, seed));
    await copyEverything(from.store.engine, to.store.engine, () => {});
    const gateways = [await Gateway.start(from), await Gateway.start(to)] as const;
    return new Proof(worlds, gateways, entered);
  }

  static async #enter(world: World, seed: number): Promise<Entered> {
    const catalogue = anyCatalogue(new Random(seed));
    const organization = `Organization ${seed}`;
    const tenant = await world.tenantOf(organization, 'live', catalogue.baseCurrency);
    await changeTaxBehavior(world.store, organization, catalogue.taxBehavior, anyone);
    const planIds = await world.store.write(tenant, anyone, (w) => stock(w, catalogue));
    const key = await keyOf(world, tenant, 'read');
    const page = { name: 'Page', allowedOrigins: [ORIGIN] };
    const { secret } = await world.store.write(tenant, anyone, (w) =>
      createPublishableKey(w, page),
    );
    return { seed, catalogue, tenant, planIds, key, publicKey: secret ?? '' };
  }

  /** Throws where any price is not what it should be. Names the seed. */
  async prove(contextsOfEach: number): Promise<void> {
    for (const entered of this.#entered) {
      const random = new Random(entered.seed, 1);
      const contexts = Array.from({ length: contextsOfEach }, () =>
        anyContext(random, entered.catalogue),
      );
      try {
        const shown = await Promise.all(
          (['2026-07-11', '2026-07-31'] as const).map((version) => this.#rest(entered, version)),
        );
        for (const context of contexts) await this.#proveIn(entered, context, shown);
      } catch (failure) {
        const cause = failure instanceof Error ? failure.message : String(failure);
        const replay = `--catalogues 1 --contexts ${contextsOfEach} --seed ${entered.seed}`;
        throw new Error(`${cause}\nReplay: npm run test:prices -- ${replay}`, { cause: failure });
      }
    }
  }

  async close(): Promise<void> {
    for (const gateway of this.#gateways) await gateway.close();
    for (const world of this.#worlds) await world.close();
  }

  async #proveIn(
    entered: Entered,
    context: Context,
    [stored, inMinorUnits]: Map<string, RestPrice[]>[],
  ): Promise<void> {
    const { catalogue, key, publicKey } = entered;
    const [ours, theirs] = this.#gateways;
    const plans = await this.#ask(ours, key, DOCUMENT, context);
    const where = JSON.stringify(context);
    deepStrictEqual(amountsOf(plans), expected(catalogue, context), where);
    deepStrictEqual(await this.#ask(theirs, key, DOCUMENT, context), plans, where);

    const seen = plans.filter(
      ({ code }) => catalogue.plans.find((plan) => plan.code === code)?.isPublic,
    );
    const shown = await this.#ask(ours, publicKey, PUBLIC_DOCUMENT, context);
    deepStrictEqual(amountsOf(shown), amountsOf(seen), where);
    if (!this.#isInHiddenMarket(catalogue, context)) deepStrictEqual(shown, seen, where);
    deepStrictEqual(
      await this.#ask(theirs, publicKey, PUBLIC_DOCUMENT, otherCase(context)),
      shown,
      where,
    );

    for (const { code, prices } of plans)
      for (const price of prices.flatMap((price) => [price, ...price.variants])) {
        const { id, effective } = price;
        checkSentences(effective);
        const { rule = '' } = effective.explanation.find(isMatch) ?? {};
        this.matched.set(rule, (this.matched.get(rule) ?? 0) + 1);
        // Versions without markets know no variants.
        const isVariant = !('variants' in price);
        if (!isVariant && rule !== 'MARKET') {
          const interval = price.billingInterval.toLowerCase();
          const row = stored
            ?.get(code)
            ?.find(({ billingInterval }) => billingInterval === interval);
          compare(effective, row, (amount) => amount);
        }
        // A variant shows what it overrides.
        if (!isVariant || rule === 'VARIANT_MARKET') {
          const row = inMinorUnits?.get(code)?.find((row) => row.id === id);
          compare(effective, row, shownInMinorUnits);
        }
      }
  }

  /** The country is in a market in which no public plan has a price. */
  #isInHiddenMarket({ markets, plans }: PricedCatalogue, { country }: Context): boolean {
    const market = markets.find(({ countries }) => country && countries.includes(country));
    const isSeen = plans.some(
      ({ isPublic, prices }) =>
        isPublic &&
        prices.some(({ inMarkets }) => inMarkets.some((each) => each.market === market)),
    );
    return market !== undefined && !isSeen;
  }

  async #ask(
    gateway: Gateway,
    key: string,
    document: string,
    context: Context,
  ): Promise<AnsweredPlan[]> {
    const { data, errors } = await gateway.graphql(key, document, { context }, { origin: ORIGIN });
    if (errors) throw new Error(JSON.stringify(errors));
    return data.plans.nodes;
  }

  async #rest({ planIds, key }: Entered, version: string): Promise<Map<string, RestPrice[]>> {
    const prices = new Map<string, RestPrice[]>();
    for (const [code, id] of planIds) {
      const answer = await fetch(`${this.#gateways[0].url}/api/v1/plans/${id}`, {
        headers: { 'x-api-key': key, 'commet-version': version },
      });
      const body = (await answer.json()) as { data?: { prices: RestPrice[] } } & {
        prices?: RestPrice[];
      };
      prices.set(code, body.prices ?? body.data?.prices ?? []);
    }
    return prices;
  }
}
