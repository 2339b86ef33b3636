import { createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { addPriceVariant } from '../../src/domain/price-variant.ts';
import { modes } from '../../src/vocabulary.ts';
import { Catalogue } from '../catalogue.ts';
import type { World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import type { Random } from '../model/random.ts';

/** Who sends a request: a key, or none. */
export interface Holder {
  secret: string | undefined;
  /** Words that stand in what this key may read, and nowhere else. */
  canaries: readonly string[];
  ids: Ids;
}

const ORGANIZATIONS = ['Amber', 'Birch', 'Cedar'];
const PLANS = 3;
const MOST_IDS = 30;

const prefixes = ['pln', 'pp', 'ftr', 'plg', 'pmg', 'key'] as const;
export type Prefix = (typeof prefixes)[number];

/** Ids that requests may name: the newest that the tenant was seen to have. */
export class Ids {
  readonly #known = new Map<Prefix, string[]>(prefixes.map((prefix) => [prefix, []]));
  #learned = 0;

  learn(text: string): void {
    for (const [id, prefix] of text.matchAll(/\b(pln|pp|ftr|plg|pmg)_[0-9a-hjkmnp-tv-z]{26}\b/g))
      this.add(id, prefix);
  }

  add(id: string, prefix = id.slice(0, id.indexOf('_'))): void {
    const known = this.#known.get(prefix as Prefix);
    if (!known || known.includes(id)) return;
    if (known.length < MOST_IDS) known.push(id);
    else known[this.#learned % MOST_IDS] = id;
    this.#learned += 1;
  }

  any(random: Random, prefix: Prefix): string {
    const known = this.#known.get(prefix) ?? [];
    return known.length > 0 ? random.pick(known) : `${prefix}_missing`;
  }
}

/** A catalogue in which every text that a client could read carries the canary. */
const settle = async (
  world: World,
  organization: string,
  mode: (typeof modes)[number],
): Promise<Holder[]> => {
  const canary = `canary_${organization}_${mode}`.toLowerCase();
  const tenant = await world.tenantOf(`Canary ${organization}`, mode);
  const catalogue = new Catalogue(world, tenant);
  const ids = new Ids();
  const name = `${canary} 💶 name`;
  const description = `${canary} description`;
  const metadata = { [`${canary}_key`]: [`${canary} value`] };
  const group = await catalogue.group({ name, description });
  const feature = await catalogue.feature({
    code: `${canary}_feature`,
    name,
    description,
    unitName: canary,
    unitNamePlural: canary,
  });
  ids.add(group.id);
  ids.add(feature.id);
  const market = await catalogue.market({ name, code: `${canary}_market`, metadata });
  ids.add(market.id);
  const marketPrices = [{ marketId: market.id, currency: 'brl', price: 1 }];
  for (let number = 0; number < PLANS; number += 1) {
    const plan = await catalogue.plan({
      code: `${canary}_${number}`,
      name,
      description,
      metadata,
      isPublic: number > 0,
      consumptionModel: 'metered',
      ...(number > 0 && { planGroupId: group.id }),
    });
    const price = await catalogue.price(plan, { metadata, marketPrices });
    const variant = await catalogue.change((w) =>
      addPriceVariant(w, plan.id, { inheritsFromPriceId: price.id, name, marketPrices, metadata }),
    );
    await catalogue.attach(plan, feature, { overage: { enabled: true, unitPrice: 20 } });
    await catalogue.regionalPricing(plan, { currency: 'eur', exchangeRate: 0.9 });
    ids.add(plan.id);
    ids.add(price.id);
    ids.add(variant.id);
  }
  const spare = await catalogue.change((w) =>
    createApiKey(w, { name: `${canary} spare`, scope: 'read' }),
  );
  ids.add(spare.apiKey.id);

  const holder = (secret: string): Holder => ({
    secret,
    canaries: [canary, `canary ${organization}`],
    ids,
  });
  const revoked = await catalogue.change((w) => createApiKey(w, { name: canary, scope: 'admin' }));
  await catalogue.change((w) => revokeApiKey(w, revoked.apiKey.id));
  return [
    ...(
      await Promise.all(
        (['admin', 'write', 'read'] as const).map((scope) => keyOf(world, tenant, scope)),
      )
    ).map(holder),
    { secret: revoked.secret ?? undefined, canaries: [], ids },
  ];
};

/** Three organizations in both modes, whose keys may or may not be used any more. */
export class Tenants {
  readonly #byTenant: Holder[][];

  private constructor(byTenant: Holder[][]) {
    this.#byTenant = byTenant;
  }

  static async settle(world: World): Promise<Tenants> {
    const byTenant: Holder[][] = [];
    for (const organization of ORGANIZATIONS)
      for (const mode of modes) byTenant.push(await settle(world, organization, mode));
    return new Tenants(byTenant);
  }

  get secrets(): string[] {
    return this.#byTenant.flat().flatMap(({ secret }) => secret ?? []);
  }

  /** Most often somebody who may do everything; now and then nobody at all. */
  anyone(random: Random): Holder {
    const [admin, write, read, revoked] = random.pick(this.#byTenant);
    if (!admin || !write || !read || !revoked) throw new Error('a tenant lacks a key');
    const nobody = { ...revoked, secret: undefined };
    const stranger = {
      ...revoked,
      secret: random.pick(['ck_live_unknown', 'pk_live_unknown', 'x', '', 'ck_', '💶']),
    };
    const holders = { admin, write, read, revoked, nobody, stranger };
    return holders[
      random.weighted({ admin: 70, write: 15, read: 9, revoked: 2, nobody: 2, stranger: 2 })
    ];
  }

  /** Ids of any tenant. */
  strangersIds(random: Random): Ids {
    const [any] = random.pick(this.#byTenant);
    if (!any) throw new Error('there are no tenants');
    return any.ids;
  }
}

/** Whose canaries stand in the text although the request did not name them. */
export const strangersIn = (text: string, { canaries }: Holder, sent: string): string[] => {
  const found = new Set(text.toLowerCase().match(/canary[_ ][a-z]+(_(live|sandbox))?/g));
  return [...found].filter(
    (word) =>
      !canaries.some((own) => own.toLowerCase().startsWith(word)) &&
      !sent.toLowerCase().includes(word),
  );
};
