/**
 * What surfaces load of the catalogue, record by record or relation by relation: their port to the
 * SQL layer.
 */
export { type Include, IncludeBuilder, including } from '../db/read/include.ts';
export { Loaders } from '../db/read/loaders.ts';
export { type Lookup, Reference, Relation } from '../db/read/lookup.ts';
export { apiKeyById } from '../db/records/api-key.ts';
export { changeSetById } from '../db/records/change-set.ts';
export { exchangeRatesOfPlan } from '../db/records/exchange-rate.ts';
export { featureByCode, featureById } from '../db/records/feature.ts';
export { limitsOfFeature, limitsOfPlan } from '../db/records/feature-limit.ts';
export {
  featureSectionByCode,
  featureSectionById,
} from '../db/records/feature-section.ts';
export { marketByCode, marketById, marketOfCountry } from '../db/records/market.ts';
export {
  featureOfMarketUnitPrice,
  marketOfMarketPrice,
  marketPricesOfPrice,
  marketUnitPricesOfPrice,
} from '../db/records/market-price.ts';
export { planByCode, planById, plansOfGroup, sizeOfGroup } from '../db/records/plan.ts';
export {
  featureOfPlanFeature,
  featuresOfPlan,
  planFeatureById,
  plansOfFeature,
} from '../db/records/plan-feature.ts';
export { planGroupByCode, planGroupById } from '../db/records/plan-group.ts';
export { rowsOfPlan, rowsOfPlanInMarkets } from '../db/records/plan-rows.ts';
export { priceById, pricesOfPlan, variantsOfPrice } from '../db/records/price.ts';
export { regionalOveragesOfPlan } from '../db/records/regional-overage.ts';
export { regionalPricesOfPrice } from '../db/records/regional-price.ts';
export {
  translationsOfFeature,
  translationsOfGroup,
  translationsOfPlan,
  translationsOfPlanFeatures,
  translationsOfSection,
} from '../db/records/translation.ts';
export { regionalUnitPricesOfPrice, unitPricesOfPrice } from '../db/records/unit-price.ts';
