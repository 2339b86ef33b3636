import {
  exchangeRatesOfPlan,
  featureByCode,
  featureById,
  featuresOfPlan,
  planByCode,
  planById,
  planFeatureById,
  planGroupById,
  plansOfGroup,
  priceById,
  pricesOfPlan,
  regionalOveragesOfPlan,
  regionalPricesOfPrice,
  translationsOfFeature,
  translationsOfGroup,
  translationsOfPlan,
} from '../src/domain/relations.ts';

/** Every lookup of the catalogue, by name. */
export const lookups = {
  planById,
  planByCode,
  priceById,
  featureById,
  featureByCode,
  planGroupById,
  planFeatureById,
  pricesOfPlan,
  featuresOfPlan,
  plansOfGroup,
  exchangeRatesOfPlan,
  regionalPricesOfPrice,
  regionalOveragesOfPlan,
  translationsOfPlan,
  translationsOfFeature,
  translationsOfGroup,
};
export type LookupName = keyof typeof lookups;
