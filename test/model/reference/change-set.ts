import { isDeepStrictEqual } from 'node:util';
import { billingIntervals } from '../../../src/vocabulary.ts';
import type { CallOf } from './calls.ts';
import { updateFeature } from './feature.ts';
import { setPlanFeatureLimits } from './feature-limit.ts';
import { updatePlan } from './plan.ts';
import { addPlanFeature, removePlanFeature } from './plan-feature.ts';
import { updatePlanPrice } from './price.ts';
import type { Edit, Feature, Plan, PlanFeature, Price } from './records.ts';
import { invalid, type ReferenceTenant, Refusal, type Result, type Stamp } from './tenant.ts';

/**
 * Change sets of documents that name what is there: which objects of the file they change, when
 * that is stale, and which operations it takes.
 */

/** What a file says of each object, by its path. */
type Images = Map<string, object>;

const said = (members: object): object =>
  Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) =>
        value != null && !(typeof value === 'object' && Object.keys(value).length === 0),
    ),
  );

const planImage = (tenant: ReferenceTenant, plan: Plan): object => {
  const { id, createdAt: _, updatedAt: __, code: ___, basedOnPlanId, presentation, ...own } = plan;
  const prices = tenant.pricesOf(id);
  const intervals = prices.map(({ billingInterval }) => billingInterval);
  const first = billingIntervals.find((interval) => intervals.includes(interval));
  const standard = prices.find(({ isDefault }) => isDefault)?.billingInterval;
  return said({
    ...own,
    presentation: said({ ...presentation, highlighted: presentation.highlighted || null }),
    basedOn: tenant.plans.find((other) => other.id === basedOnPlanId)?.code,
    defaultInterval: standard === first ? null : standard,
  });
};

const priceImage = (price: Price): object => {
  const { price: amount, trialDays, includedBalance, includedCredits, metadata } = price;
  const { introOffer: offer } = price;
  const discount =
    offer && offer.discountType !== null && offer.discountValue !== null
      ? { [offer.discountType]: offer.discountValue }
      : {};
  return said({
    ...{ price: amount, trialDays, includedBalance, includedCredits, metadata },
    // An offer that says nothing is one nevertheless.
    offer: offer && [offer.enabled, offer.durationCycles, discount],
  });
};

const linkImage = (link: PlanFeature): object => {
  const { planId: _, featureId: __, createdAt: ___, updatedAt: ____, overage, ...own } = link;
  const hasOverage = overage.enabled || overage.unitPrice > 0;
  return said({ ...own, overage: hasOverage ? overage : null });
};

const plainLink = linkImage({
  planId: '',
  featureId: '',
  enabled: true,
  includedAmount: 0,
  unlimited: false,
  overage: { enabled: false, unitPrice: 0 },
  creditsPerUnit: null,
  pricingMode: 'fixed',
  margin: null,
  displayValue: null,
  createdAt: '',
  updatedAt: '',
});

const featureImage = (tenant: ReferenceTenant, feature: Feature): object => {
  const { id, createdAt: _, updatedAt: __, code: ___, ...own } = feature;
  const section = tenant.sections.find((each) => each.id === tenant.sectionOf.get(id))?.code;
  return said({ ...own, section });
};

const limitPath = (edit: { plan: string; feature: string; limit: string }): string =>
  `plans.${edit.plan}.features.${edit.feature}.limits.${edit.limit}`;

/** Of what such documents can change, and what that needs. */
const imagesOf = (tenant: ReferenceTenant): Images => {
  const images: Images = new Map();
  const codeOf = (featureId: string) => tenant.feature(featureId).code;
  for (const feature of tenant.features) {
    images.set(`features.${feature.code}`, featureImage(tenant, feature));
    for (const { code } of tenant.limitsOf(feature.id))
      images.set(`features.${feature.code}.limits.${code}`, {});
  }
  for (const plan of tenant.plans) {
    const path = `plans.${plan.code}`;
    images.set(path, planImage(tenant, plan));
    for (const price of tenant.pricesOf(plan.id))
      images.set(`${path}.prices.${price.billingInterval}`, priceImage(price));
    for (const link of tenant.featuresOf(plan.id)) {
      const feature = codeOf(link.featureId);
      images.set(`${path}.features.${feature}`, linkImage(link));
      for (const { currency, unitPrice, autoSynced } of tenant.regionalOveragesOf(
        plan.id,
        link.featureId,
      ))
        if (!autoSynced)
          images.set(`${path}.features.${feature}.regionalOverages.${currency}`, { unitPrice });
      const definitions = tenant.limitsOf(link.featureId);
      for (const { code, amount } of tenant.planLimitsOf(plan.id, link.featureId)) {
        const { decimals = 0 } = definitions.find((each) => each.code === code) ?? {};
        images.set(limitPath({ plan: plan.code, feature, limit: code }), {
          amount: amount === null ? 'unlimited' : amount / 10 ** decimals,
        });
      }
    }
  }
  return images;
};

interface Document {
  features?: Record<string, { name: string }>;
  plans?: Record<
    string,
    {
      name?: string;
      prices?: Record<string, { price: number }>;
      features?: Record<string, { limits?: Record<string, string> } | null>;
    }
  >;
}

/** In the order in which they are carried out. */
const editsOf = (text: string): Edit[] => {
  // The generator wrote it.
  const { features = {}, plans = {} } = JSON.parse(text) as Document;
  const edits: Edit[] = Object.entries(features).map(([code, { name }]) => ({
    kind: 'featureName',
    path: `features.${code}`,
    feature: code,
    name,
  }));
  for (const [plan, { name, prices = {}, features: links = {} }] of Object.entries(plans)) {
    const path = `plans.${plan}`;
    if (name !== undefined) edits.push({ kind: 'planName', path, plan, name });
    for (const [interval, { price }] of Object.entries(prices))
      edits.push({
        kind: 'price',
        path: `${path}.prices.${interval}`,
        plan,
        interval,
        price: Math.round(price * 10_000),
      });
    for (const [feature, link] of Object.entries(links)) {
      const at = { path: `${path}.features.${feature}`, plan, feature };
      edits.push(link === null ? { kind: 'unlink', ...at } : { kind: 'link', ...at });
      for (const [limit, amount] of Object.entries(link?.limits ?? {}))
        edits.push({
          kind: 'limit',
          path: limitPath({ plan, feature, limit }),
          plan,
          feature,
          limit,
          amount,
        });
    }
  }
  const isFirst = ({ kind }: Edit) => kind === 'unlink';
  return [...edits.filter(isFirst), ...edits.filter((edit) => !isFirst(edit))];
};

const merged = (before: Images, edits: Edit[]): Images => {
  const after = new Map(before);
  for (const edit of edits) {
    const { kind, path } = edit;
    const image = after.get(path);
    if (kind === 'unlink')
      for (const each of [...after.keys()])
        if (each === path || each.startsWith(`${path}.`)) after.delete(each);
    if (kind === 'link' && !image) after.set(path, plainLink);
    if (kind === 'limit')
      after.set(path, { amount: edit.amount === 'unlimited' ? edit.amount : Number(edit.amount) });
    if (kind === 'price') after.set(path, said({ ...image, price: edit.price }));
    if (kind === 'planName' || kind === 'featureName')
      after.set(path, { ...image, name: edit.name });
  }
  return after;
};

const ancestorsOf = (path: string): string[] => {
  const steps = path.split('.');
  return steps.flatMap((_, length) =>
    length > 0 && length % 2 === 0 ? [steps.slice(0, length).join('.')] : [],
  );
};

const planOf = (tenant: ReferenceTenant, code: string): Plan => {
  const plan = tenant.plans.find((each) => each.code === code);
  if (!plan) throw invalid();
  return plan;
};

const perform = (tenant: ReferenceTenant, edits: Edit[], stamp: Stamp): void => {
  for (const edit of edits) {
    if (edit.kind === 'featureName') {
      const { feature: featureId, name } = edit;
      updateFeature(tenant, { operation: 'updateFeature', featureId, input: { name } }, stamp);
      continue;
    }
    const { id: planId } = planOf(tenant, edit.plan);
    if (edit.kind === 'planName')
      updatePlan(tenant, { operation: 'updatePlan', planId, input: { name: edit.name } }, stamp);
    else if (edit.kind === 'price') {
      const { price } = edit;
      const found = tenant
        .pricesOf(planId)
        .find(({ billingInterval }) => billingInterval === edit.interval);
      const priceId = found?.id ?? '';
      updatePlanPrice(
        tenant,
        { operation: 'updatePlanPrice', planId, priceId, input: { price } },
        stamp,
      );
    } else {
      const feature = tenant.features.find(({ code }) => code === edit.feature);
      if (!feature) throw invalid();
      const { id: featureId } = feature;
      if (edit.kind === 'unlink') {
        const isSold = tenant.unitPrices.some(
          (unit) => unit.planId === planId && unit.featureId === featureId,
        );
        // The document leaves the unit prices, which then name nothing.
        if (isSold) throw invalid();
        removePlanFeature(tenant, { operation: 'removePlanFeature', planId, featureId }, stamp);
      } else if (edit.kind === 'link')
        addPlanFeature(
          tenant,
          { operation: 'addPlanFeature', planId, input: { featureId } },
          stamp,
        );
      else {
        const { limit: code, amount } = edit;
        const others = tenant.planLimitsOf(planId, featureId).filter((each) => each.code !== code);
        const own =
          amount === 'unlimited' ? { code, unlimited: true } : { code, amount: Number(amount) };
        const limits = [
          ...others.map(({ code, amount, unlimited }) => ({ code, amount, unlimited })),
          own,
        ];
        setPlanFeatureLimits(
          tenant,
          { operation: 'setPlanFeatureLimits', planId, featureId, input: { limits } },
          stamp,
        );
      }
    }
  }
};

/** Whether the operations refuse it. */
const isRefused = (tenant: ReferenceTenant, edits: Edit[], stamp: Stamp): boolean => {
  try {
    perform(tenant.copy(), edits, stamp);
    return false;
  } catch (refusal) {
    if (refusal instanceof Refusal) return true;
    throw refusal;
  }
};

export const createChangeSet = (
  tenant: ReferenceTenant,
  { input }: CallOf<'createChangeSet'>,
  stamp: Stamp,
): Result => {
  const edits = editsOf(input.document);
  const before = imagesOf(tenant);
  const after = merged(before, edits);
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [was, is] = [before.get(path) ?? null, after.get(path) ?? null];
    return isDeepStrictEqual(was, is) ? [] : [{ path, before: was, isDeleted: is === null }];
  });
  const written = new Set(changes.map(({ path }) => path));
  const effective = edits.filter(({ path }) => written.has(path));
  const needs = effective
    .filter(({ kind }) => kind !== 'unlink')
    .flatMap((edit) => [
      ...ancestorsOf(edit.path),
      ...(edit.kind === 'link' ? [`features.${edit.feature}`] : []),
      ...(edit.kind === 'limit' ? [`features.${edit.feature}.limits.${edit.limit}`] : []),
    ])
    .filter((path) => !written.has(path));
  const changeSet = {
    id: stamp.id,
    hash: stamp.hash ?? '',
    name: input.name?.trim() ?? null,
    status: 'draft' as const,
    createdAt: stamp.now,
    changes,
    needs,
    edits: effective,
    isRefused: isRefused(tenant, effective, stamp),
  };
  tenant.changeSets.push(changeSet);
  return { changeSet, isQuiet: true };
};

export const isStale = (tenant: ReferenceTenant, id: string): boolean => {
  const { status, changes, needs } = tenant.changeSet(id);
  if (status !== 'draft') return false;
  const now = imagesOf(tenant);
  const deleted = changes.filter(({ isDeleted }) => isDeleted).map(({ path }) => path);
  return (
    changes.some(({ path, before }) => !isDeepStrictEqual(now.get(path) ?? null, before)) ||
    needs.some((path) => !now.has(path)) ||
    [...now.keys()].some(
      (path) => !deleted.includes(path) && ancestorsOf(path).some((each) => deleted.includes(each)),
    )
  );
};

export const applyChangeSet = (
  tenant: ReferenceTenant,
  { id, expectedHash }: CallOf<'applyChangeSet'>,
  stamp: Stamp,
): Result => {
  const changeSet = tenant.changeSet(id);
  const { status, hash, edits } = changeSet;
  if (status === 'applied' && hash === expectedHash) return { changeSet, isQuiet: true };
  if (hash !== expectedHash) throw new Refusal('change_set_stale', 'expectedHash');
  if (status !== 'draft') throw new Refusal('change_set_not_open', 'id');
  if (changeSet.isRefused) throw new Refusal('catalogue_invalid', 'id');
  if (isStale(tenant, id)) throw new Refusal('change_set_stale', 'id');
  if (isRefused(tenant, edits, stamp)) throw new Refusal('catalogue_invalid', 'id');
  perform(tenant, edits, stamp);
  changeSet.status = 'applied';
  return { changeSet, isQuiet: false };
};

export const discardChangeSet = (
  tenant: ReferenceTenant,
  { id }: CallOf<'discardChangeSet'>,
): Result => {
  const changeSet = tenant.changeSet(id);
  if (changeSet.status !== 'draft') throw new Refusal('change_set_not_open', 'id');
  changeSet.status = 'discarded';
  return { changeSet, isQuiet: true };
};
