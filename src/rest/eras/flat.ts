import { z } from 'zod';
import {
  AddPlanFeatureInput,
  OverageInput,
  UpdateOverageInput,
  UpdatePlanFeatureInput,
} from '../../domain/plan-feature.ts';
import {
  AddPlanPriceInput,
  IntroOfferInput,
  UpdateIntroOfferInput,
  UpdatePlanPriceInput,
} from '../../domain/price.ts';

/** Bodies that flatten a nested object: `overage.unitPrice` is written as `overageUnitPrice`. */

type Flat<Parent extends string, Members> = {
  [Member in keyof Members & string as `${Parent}${Capitalize<Member>}`]: Members[Member];
};

const flatName = (parent: string, member: string): string =>
  `${parent}${member.slice(0, 1).toUpperCase()}${member.slice(1)}`;

export const flatten = <Parent extends string, Members extends object>(
  parent: Parent,
  members: Members,
): Flat<Parent, Members> =>
  Object.fromEntries(
    Object.entries(members).map(([member, value]) => [flatName(parent, member), value]),
  ) as Flat<Parent, Members>;

/** The name of a field, given its path in the domain's input. */
export const flatFieldName = (path: string): string =>
  path.replace(/^(overage|introOffer)\.(\w+)$/, (_path, parent, member) =>
    flatName(parent, member),
  );

/** The object of these members, unless all were left out. */
const given = <Members extends object>(members: Members): Members | undefined =>
  Object.values(members).some((member) => member !== undefined) ? members : undefined;

export const addPlanFeature = z.codec(
  AddPlanFeatureInput.omit({ overage: true, displayValue: true }).extend(
    flatten('overage', OverageInput.shape),
  ),
  AddPlanFeatureInput,
  {
    decode: ({ overageEnabled: enabled, overageUnitPrice: unitPrice, ...body }) => ({
      ...body,
      overage: given({ enabled, unitPrice }),
    }),
    encode: ({ overage, ...body }) => ({ ...body, ...flatten('overage', { ...overage }) }),
  },
);

export const updatePlanFeature = z.codec(
  UpdatePlanFeatureInput.omit({ overage: true, displayValue: true }).extend(
    flatten('overage', UpdateOverageInput.shape),
  ),
  UpdatePlanFeatureInput,
  {
    decode: ({ overageEnabled: enabled, overageUnitPrice: unitPrice, ...body }) => ({
      ...body,
      overage: given({ enabled, unitPrice }),
    }),
    encode: ({ overage, ...body }) => ({ ...body, ...flatten('overage', { ...overage }) }),
  },
);

export const addPlanPrice = z.codec(
  AddPlanPriceInput.omit({ introOffer: true, metadata: true, marketPrices: true }).extend(
    flatten('introOffer', {
      ...IntroOfferInput.shape,
      enabled: IntroOfferInput.shape.enabled.nullish(),
    }),
  ),
  AddPlanPriceInput,
  {
    decode: ({
      introOfferEnabled: enabled,
      introOfferDiscountType: discountType,
      introOfferDiscountValue: discountValue,
      introOfferDurationCycles: durationCycles,
      ...body
    }) => {
      const isOffered = [enabled, discountType, discountValue, durationCycles].some(
        (member) => member != null,
      );
      const offer = { enabled: enabled ?? false, discountType, discountValue, durationCycles };
      return { ...body, introOffer: isOffered ? offer : undefined };
    },
    encode: ({ introOffer, marketPrices: _, ...body }) => ({
      ...body,
      ...flatten('introOffer', { ...introOffer }),
    }),
  },
);

export const updatePlanPrice = z.codec(
  UpdatePlanPriceInput.omit({
    introOffer: true,
    metadata: true,
    name: true,
    marketPrices: true,
  }).extend(flatten('introOffer', UpdateIntroOfferInput.shape)),
  UpdatePlanPriceInput,
  {
    decode: ({
      introOfferEnabled: enabled,
      introOfferDiscountType: discountType,
      introOfferDiscountValue: discountValue,
      introOfferDurationCycles: durationCycles,
      ...body
    }) => ({
      ...body,
      introOffer: given({ enabled, discountType, discountValue, durationCycles }),
    }),
    encode: ({ introOffer, ...body }) => ({ ...body, ...flatten('introOffer', { ...introOffer }) }),
  },
);
