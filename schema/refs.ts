import type { ApiKey as ApiKeyRecord } from '../src/domain/api-key.ts';
import type { ChangeSet as ChangeSetRecord } from '../src/domain/change-set.ts';
import type { ExchangeRate as ExchangeRateRecord } from '../src/domain/exchange-rate.ts';
import type { Feature as FeatureRecord } from '../src/domain/feature.ts';
import type { FeatureSection as FeatureSectionRecord } from '../src/domain/feature-section.ts';
import type { Market as MarketRecord } from '../src/domain/market.ts';
import type { Plan as PlanRecord } from '../src/domain/plan.ts';
import type { PlanFeature as PlanFeatureRecord } from '../src/domain/plan-feature.ts';
import type { PlanGroup as PlanGroupRecord } from '../src/domain/plan-group.ts';
import type { PlanPrice as PlanPriceRecord } from '../src/domain/price.ts';
import type { RegionalOverage as RegionalOverageRecord } from '../src/domain/regional-overage.ts';
import type { RegionalPrice as RegionalPriceRecord } from '../src/domain/regional-price.ts';
import { builder } from './builder.ts';

/**
 * The object types and the records behind them. Types refer to each other in circles; their files
 * need not.
 */

export const Plan = builder.objectRef<PlanRecord>('Plan');
export const PlanPrice = builder.objectRef<PlanPriceRecord>('PlanPrice');
export const RegionalPrice = builder.objectRef<RegionalPriceRecord>('RegionalPrice');
export const RegionalOverage = builder.objectRef<
  RegionalOverageRecord & { planFeature: PlanFeatureRecord }
>('RegionalOverage');
export const ExchangeRate = builder.objectRef<ExchangeRateRecord>('ExchangeRate');
export const PlanFeature = builder.objectRef<PlanFeatureRecord>('PlanFeature');
export const Feature = builder.objectRef<FeatureRecord>('Feature');
export const FeatureSection = builder.objectRef<FeatureSectionRecord>('FeatureSection');
export const Market = builder.objectRef<MarketRecord>('Market');
export const PlanGroup = builder.objectRef<PlanGroupRecord>('PlanGroup');
export const ChangeSet = builder.objectRef<ChangeSetRecord>('ChangeSet');
export const ApiKey = builder.objectRef<ApiKeyRecord>('ApiKey');
