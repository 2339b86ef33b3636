import { createApiKey, revokeApiKey } from '../../src/domain/api-key.ts';
import { createFeature, deleteFeature } from '../../src/domain/feature.ts';
import { deleteFeatureSection } from '../../src/domain/feature-section.ts';
import { deleteMarket } from '../../src/domain/market.ts';
import { operation } from '../../src/domain/operation.ts';
import { createPlan, deletePlan } from '../../src/domain/plan.ts';
import { createPlanGroup, deletePlanGroup } from '../../src/domain/plan-group.ts';
import { addPlanPrice, deletePlanPrice } from '../../src/domain/price.ts';
import { createPublishableKey } from '../../src/domain/publishable-key.ts';
import { type Scope, scopes } from '../../src/vocabulary.ts';
import { bothModes, type Catalogue, newCatalogue } from '../catalogue.ts';
import type { World } from '../engines.ts';
import { keyOf } from '../gateway.ts';
import { arrange, type Ids, type Noun, usualCodes } from '../graphql/arrangement.ts';

/** Ids that nothing has. */
export const unknown: Ids = {
  plan: `pln_${'z'.repeat(26)}`,
  price: `pp_${'z'.repeat(26)}`,
  feature: `ftr_${'z'.repeat(26)}`,
  planGroup: `plg_${'z'.repeat(26)}`,
  section: `fse_${'z'.repeat(26)}`,
  market: `pmg_${'z'.repeat(26)}`,
  apiKey: `key_${'z'.repeat(26)}`,
  changeSet: `chs_${'z'.repeat(26)}`,
};

/** Ids and codes by what they are of. */
export type Names = Partial<Record<Noun, readonly string[]>>;

/** An entry of the audit log about each, which the wrong reader would find. */
const mention = operation('mention', async (writer, id: string) => writer.about(id));

/** One of each that exists, and is mentioned. The change set has its entry since its creation. */
const arrangeMentioned = async (catalogue: Catalogue, codes = usualCodes): Promise<Ids> => {
  const { changeSet, ...others } = await arrange(catalogue, codes);
  const { apiKey: apiKeyId } = others;
  for (const id of Object.values(others))
    await catalogue.change((w) => mention(w, id), { apiKeyId });
  return { ...others, changeSet };
};

/** Where publishable keys work. */
export const ORIGIN = 'https://shop.example';

/** The catalogue of a caller among those that are none of its business. */
export interface Scene {
  readonly catalogues: readonly Catalogue[];
  readonly ours: Ids;
  /** What answers as if it did not exist. */
  readonly hidden: { strangers: Names; otherMode: Names; deleted: Names };
  /** What answers so to publishable keys, though it is ours. */
  readonly unpublished: Names;
  readonly keys: Record<Scope | 'publishable', string>;
  /** Keys that let nobody in. */
  readonly useless: Record<'unknown' | 'revoked' | 'expired', string>;
}

const arrangeStrangers = async (catalogue: Catalogue, name: string): Promise<Names> => {
  const codes = {
    plan: `plan_of_${name}`,
    feature: `feature_of_${name}`,
    section: `section_of_${name}`,
    planGroup: `group_of_${name}`,
    market: `market_of_${name}`,
  };
  const { plan, price, feature, planGroup, section, market, apiKey, changeSet } =
    await arrangeMentioned(catalogue, codes);
  return {
    plan: [plan, codes.plan],
    price: [price],
    feature: [feature, codes.feature],
    planGroup: [planGroup, codes.planGroup],
    section: [section, codes.section],
    market: [market, codes.market],
    apiKey: [apiKey],
    changeSet: [changeSet],
  };
};

const arrangeDeleted = async (catalogue: Catalogue, livePlan: string): Promise<Names> => {
  const plan = await catalogue.change((w) =>
    createPlan(w, { name: 'Deleted', code: 'deleted_plan' }),
  );
  const ofDeleted = await catalogue.price(plan);
  await catalogue.change((w) => deletePlan(w, plan.id));
  const form = { billingInterval: 'yearly', price: 1 } as const;
  const price = await catalogue.change((w) => addPlanPrice(w, livePlan, form));
  await catalogue.change((w) => deletePlanPrice(w, livePlan, price.id));
  const feature = await catalogue.change((w) =>
    createFeature(w, { name: 'Deleted', code: 'deleted_feature', type: 'usage' }),
  );
  await catalogue.change((w) => deleteFeature(w, feature.id));
  const group = await catalogue.change((w) =>
    createPlanGroup(w, { name: 'Deleted', code: 'deleted_group' }),
  );
  await catalogue.change((w) => deletePlanGroup(w, group.id));
  const section = await catalogue.section({ code: 'deleted_section' });
  await catalogue.change((w) => deleteFeatureSection(w, section.id));
  const market = await catalogue.market({ code: 'deleted_market', countryCodes: ['AR'] });
  await catalogue.change((w) => deleteMarket(w, market.id));
  return {
    plan: [plan.id, plan.code],
    price: [price.id, ofDeleted.id],
    feature: [feature.id, feature.code],
    planGroup: [group.id, group.code],
    section: [section.id, section.code],
    market: [market.id, market.code],
  };
};

const arrangeUnpublished = async (catalogue: Catalogue): Promise<Names> => {
  const group = await catalogue.group({ isPublic: false, code: 'private_group' });
  const plan = await catalogue.plan({
    isPublic: false,
    code: 'private_plan',
    planGroupId: group.id,
  });
  const market = await catalogue.market({ code: 'private_market', countryCodes: ['UY'] });
  const marketPrices = [{ marketId: market.id, currency: 'uyu', price: 1 }];
  const price = await catalogue.price(plan, { marketPrices });
  const section = await catalogue.section({ code: 'private_section' });
  const feature = await catalogue.feature({ code: 'private_feature', sectionId: section.id });
  await catalogue.attach(plan, feature);
  return {
    plan: [plan.id, plan.code],
    price: [price.id],
    feature: [feature.id, feature.code],
    planGroup: [group.id, group.code],
    section: [section.id, section.code],
    market: [market.id, market.code],
  };
};

const publishableKey = async (catalogue: Catalogue): Promise<string> => {
  const form = { name: 'Page', allowedOrigins: [ORIGIN] };
  const { secret } = await catalogue.change((w) => createPublishableKey(w, form));
  return secret ?? '';
};

const uselessKeys = async (catalogue: Catalogue): Promise<Scene['useless']> => {
  const form = { name: 'Useless', scope: 'admin' } as const;
  const revoked = await catalogue.change((w) => createApiKey(w, form));
  await catalogue.change((w) => revokeApiKey(w, revoked.apiKey.id));
  const expired = await catalogue.changeAt('2020-01-01T00:00:00.000Z', (w) =>
    createApiKey(w, { ...form, expiresAt: '2020-01-02T00:00:00.000Z' }),
  );
  return {
    unknown: `ck_live_${'A'.repeat(43)}`,
    revoked: revoked.secret ?? '',
    expired: expired.secret ?? '',
  };
};

export const setScene = async (world: World): Promise<Scene> => {
  const [live, sandbox] = await bothModes(world);
  const stranger = await newCatalogue(world);
  const ours = await arrangeMentioned(live);
  const [read, write, admin, audit] = await Promise.all(
    scopes.map((scope) => keyOf(world, live.tenant, scope)),
  );
  return {
    catalogues: [live, sandbox, stranger],
    ours,
    hidden: {
      strangers: await arrangeStrangers(stranger, 'strangers'),
      otherMode: await arrangeStrangers(sandbox, 'sandbox'),
      deleted: await arrangeDeleted(live, ours.plan),
    },
    unpublished: await arrangeUnpublished(live),
    keys: {
      read: read ?? '',
      write: write ?? '',
      admin: admin ?? '',
      audit: audit ?? '',
      publishable: await publishableKey(live),
    },
    useless: await uselessKeys(live),
  };
};
