import { AddPlanPriceInput, UpdatePlanPriceInput } from '../../domain/price.ts';
import type { ApiVersion } from '../../vocabulary.ts';
import { type Currencies, setPlanRegionalPricing, withoutUsd, withUsd } from './currencies.ts';
import { wrapped } from './envelope.ts';
import type { Era } from './era.ts';
import { currentNames, featureAnswer } from './feature.ts';
import { marketAnswers } from './market.ts';
import { deleted, planWith, removed } from './plan.ts';
import { planFeatureAnswer } from './plan-feature.ts';
import { addedToGroup, groupWithPlans, reordered } from './plan-group.ts';
import { priceAnswer, priceInPlan } from './price.ts';
import {
  deletedRegionalPrices,
  regionalPricingResult,
  upsertedRegionalPrices,
} from './regional-pricing.ts';

const features = featureAnswer(currentNames);
const groupAnswer = groupWithPlans('PlanGroup');

/** Its bodies are the domain's inputs. The other eras are written down as exceptions to it. */
const eraB = (
  since: ApiVersion,
  currencies: Currencies,
  planAnswer = planWith(priceInPlan, currencies),
): Era => ({
  since,
  routes: {},
  bodies: {
    'add-plan-price': AddPlanPriceInput.omit({ metadata: true, marketPrices: true }),
    'update-plan-price': UpdatePlanPriceInput.omit({
      metadata: true,
      name: true,
      marketPrices: true,
    }),
    'set-plan-regional-pricing': setPlanRegionalPricing(currencies),
  },
  errors: {},
  answers: {
    'create-plan': planAnswer,
    'list-plans': planAnswer,
    'get-plan': planAnswer,
    'update-plan': planAnswer,
    'delete-plan': deleted('DeletedPlan', 'plan'),
    'set-plan-visibility': planAnswer,
    'add-plan-feature': planFeatureAnswer,
    'update-plan-feature': planFeatureAnswer,
    'remove-plan-feature': removed('RemovedPlanFeature', 'plan'),
    'add-plan-price': priceAnswer,
    'update-plan-price': priceAnswer,
    'delete-plan-price': deleted('DeletedPlanPrice', 'plan'),
    'set-default-plan-price': priceAnswer,
    'upsert-regional-prices': upsertedRegionalPrices('plan'),
    'delete-regional-prices': deletedRegionalPrices('plan'),
    'set-plan-regional-pricing': regionalPricingResult('plan'),
    'list-features': features,
    'get-feature': features,
    'create-feature': features,
    'update-feature': features,
    'delete-feature': deleted('DeletedFeature', 'feature'),
    'list-plan-groups': groupAnswer,
    'get-plan-group': groupAnswer,
    'create-plan-group': groupAnswer,
    'update-plan-group': groupAnswer,
    'delete-plan-group': deleted('DeletedPlanGroup', 'plan_group'),
    'add-plan-to-group': addedToGroup('plan_group'),
    'remove-plan-from-group': removed('RemovedPlanFromGroup', 'plan_group'),
    'reorder-plans-in-group': reordered('plan_group'),
    ...marketAnswers('market'),
  },
  envelope: wrapped,
  priceUnit: 'rate_scale',
  hasMarkets: false,
  stamp: (stamp, fields) => Object.assign({}, fields, stamp),
  fieldName: (param) => param,
});

export const b = eraB('2026-06-07', withoutUsd);
export const b0711 = eraB('2026-07-11', withUsd);
