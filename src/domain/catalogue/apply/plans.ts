import { isSame } from '../../../db/write/change-list.ts';
import { invalid } from '../../../errors.ts';
import { SetPlanFeatureLimitsInput, setPlanFeatureLimits } from '../../feature-limit.ts';
import type { Writer } from '../../operation.ts';
import {
  CreatePlanInput,
  createPlan,
  deletePlan,
  UpdatePlanInput,
  updatePlan,
} from '../../plan.ts';
import {
  AddPlanFeatureInput,
  addPlanFeature,
  removePlanFeature,
  UpdatePlanFeatureInput,
  updatePlanFeature,
} from '../../plan-feature.ts';
import type { Catalogue, CataloguePlan, CataloguePlanFeature } from '../document.ts';
import { none } from '../level.ts';
import { isSameMap } from './features.ts';
import { at, checked } from './refusal.ts';

/** Plans and what they offer. Prices are apart. */

const pathOf = (code: string) => `plans.${code}`;

const members = [
  'name',
  'description',
  'isPublic',
  'availability',
  'presentation',
  'metadata',
  'publicMetadata',
] as const;

const hasChanged = (before: CataloguePlan, after: CataloguePlan): boolean =>
  members.some((name) => !isSame(before[name], after[name]));

const presentationOf = ({ presentation }: CataloguePlan) => ({
  tagline: presentation?.tagline ?? null,
  badge: presentation?.badge ?? null,
  highlighted: presentation?.highlighted ?? false,
  callToAction: presentation?.callToAction ?? null,
});

/** Plans without what they are based on: that may be a plan that comes later. */
export const writePlans = async (
  writer: Writer,
  { plans: before = none }: Catalogue,
  { plans: after = none }: Catalogue,
): Promise<void> => {
  for (const [code, plan] of after)
    await at(pathOf(code), async () => {
      const { name = '', description, isPublic, availability, metadata, publicMetadata } = plan;
      const earlier = before.get(code);
      if (!earlier)
        await createPlan(
          writer,
          checked(CreatePlanInput, {
            code,
            name,
            description,
            consumptionModel: plan.consumptionModel,
            isPublic,
            isFree: plan.isFree,
            blockOnExhaustion: plan.blockOnExhaustion,
            availability,
            presentation: presentationOf(plan),
            metadata,
            publicMetadata,
          }),
        );
      else if (hasChanged(earlier, plan))
        await updatePlan(
          writer,
          code,
          checked(UpdatePlanInput, {
            name,
            description: description ?? null,
            isPublic: isPublic ?? true,
            availability: availability ?? 'self_service',
            presentation: presentationOf(plan),
            ...(!isSame(earlier.metadata, metadata) && { metadata: metadata ?? {} }),
            publicMetadata: publicMetadata ?? {},
          }),
        );
    });
};

/** First the plans that are based on no other any more: a cycle may be turned round. */
export const writeBases = async (
  writer: Writer,
  { plans: before = none }: Catalogue,
  { plans: after = none }: Catalogue,
): Promise<void> => {
  const moved = [...after].filter(([code, { basedOn }]) => before.get(code)?.basedOn !== basedOn);
  for (const [code] of moved)
    if (before.get(code)?.basedOn !== undefined)
      await at(pathOf(code), () => updatePlan(writer, code, { basedOnPlanId: null }));
  for (const [code, { basedOn }] of moved)
    if (basedOn !== undefined)
      await at(pathOf(code), () => updatePlan(writer, code, { basedOnPlanId: basedOn }));
};

export const removePlans = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const code of before.plans?.keys() ?? [])
    if (!after.plans?.has(code)) await at(pathOf(code), () => deletePlan(writer, code));
};

/** What both plans have before anything is added: what is gone makes room. */
export const removePlanFeatures = async (
  writer: Writer,
  code: string,
  before: CataloguePlan,
  after: CataloguePlan,
): Promise<void> => {
  for (const [feature, { limits = none }] of before.features ?? none) {
    const path = `${pathOf(code)}.features.${feature}`;
    const link = after.features?.get(feature);
    if (!link) await at(path, () => removePlanFeature(writer, code, feature));
    else if ([...limits.keys()].some((limit) => !link.limits?.has(limit)))
      await at(path, () => setPlanFeatureLimits(writer, code, feature, { limits: [] }));
  }
};

const linkMembers = [
  'enabled',
  'includedAmount',
  'unlimited',
  'overage',
  'creditsPerUnit',
  'pricingMode',
  'margin',
  'displayValue',
] as const;

const inputOf = (link: CataloguePlanFeature) => ({
  enabled: link.enabled ?? true,
  includedAmount: link.includedAmount ?? 0,
  unlimited: link.unlimited ?? false,
  overage: {
    enabled: link.overage ? (link.overage.enabled ?? true) : false,
    unitPrice: link.overage?.unitPrice ?? 0,
  },
  creditsPerUnit: link.creditsPerUnit ?? null,
  pricingMode: link.pricingMode ?? ('fixed' as const),
  margin: link.margin ?? null,
  displayValue: link.displayValue ?? null,
});

/** A decimal as a whole number of its last digits. */
const limitAmount = (text: string, decimals: number): number => {
  const [whole = '', fraction = ''] = text.split('.');
  if (fraction.length > decimals)
    throw invalid('amount', `must have at most ${decimals} decimals, as the limit has`);
  const amount = Number(whole + fraction.padEnd(decimals, '0'));
  if (!Number.isSafeInteger(amount)) throw invalid('amount', 'is too large');
  return amount;
};

export const writePlanFeatures = async (
  writer: Writer,
  code: string,
  before: CataloguePlan | undefined,
  after: CataloguePlan,
  definitions: { before: Catalogue['features']; after: Catalogue['features'] },
): Promise<void> => {
  const limitsOf = (when: keyof typeof definitions, feature: string) =>
    definitions[when]?.get(feature)?.limits;
  for (const [feature, link] of after.features ?? none) {
    const path = `${pathOf(code)}.features.${feature}`;
    const earlier = before?.features?.get(feature);
    await at(path, async () => {
      if (!earlier)
        await addPlanFeature(
          writer,
          code,
          checked(AddPlanFeatureInput, { featureId: feature, ...inputOf(link) }),
        );
      else if (linkMembers.some((name) => !isSame(earlier[name], link[name])))
        await updatePlanFeature(
          writer,
          code,
          feature,
          checked(UpdatePlanFeatureInput, inputOf(link)),
        );
    });
    const defined = limitsOf('after', feature);
    const isWrittenAlike = [...(link.limits?.keys() ?? [])].every(
      (limit) =>
        limitsOf('before', feature)?.get(limit)?.decimals === defined?.get(limit)?.decimals,
    );
    if (isWrittenAlike && isSameMap(earlier?.limits, link.limits)) continue;
    const limits = [...(link.limits ?? none)].map(([limit, { amount = '' }]) => ({
      limit,
      amount,
    }));
    await at(`${path}.limits`, () =>
      setPlanFeatureLimits(
        writer,
        code,
        feature,
        checked(SetPlanFeatureLimitsInput, {
          limits: limits.map(({ limit, amount }) =>
            amount === 'unlimited'
              ? { code: limit, unlimited: true }
              : {
                  code: limit,
                  amount: limitAmount(amount, defined?.get(limit)?.decimals ?? 0),
                },
          ),
        }),
      ),
    );
  }
};
