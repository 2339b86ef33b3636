import { type Command, Option } from 'commander';
import {
  type EffectivePrice,
  effectivePriceOf,
  type PriceStep,
  type UnitPriceInCurrency,
} from '../domain/effective-price.ts';
import type { Store } from '../domain/operation.ts';
import { getPlan } from '../domain/plan.ts';
import { featureById, Loaders, pricesOfPlan, variantsOfPrice } from '../domain/relations.ts';
import type { PriceTier } from '../domain/unit-price.ts';
import { formatAmount } from '../formatting.ts';
import { type BillingInterval, billingIntervals, type Mode } from '../vocabulary.ts';
import { countryCode, currencyCode, modeOption, organizationOption } from './argument.ts';
import { organizationNamed, tenantByNow } from './operator.ts';
import { withStore } from './store.ts';

interface Choice {
  interval: BillingInterval;
  country?: string;
  currency?: string;
  variant?: string;
  organization?: string;
  mode: Mode;
  json?: true;
}

export const addPrice = (program: Command): void => {
  program
    .command('price')
    .description('what a plan costs a visitor, and why')
    .argument('<plan>', 'id or code of the plan')
    .addOption(
      new Option('--interval <interval>', 'billing interval of the price')
        .choices(billingIntervals)
        .default('monthly'),
    )
    .addOption(
      new Option('--country <code>', "two-letter code of the visitor's country").argParser(
        countryCode,
      ),
    )
    .addOption(
      new Option('--currency <code>', 'the currency that the visitor asks for').argParser(
        currencyCode,
      ),
    )
    .option('--variant <code>', 'code of a variant of the price')
    .addOption(organizationOption().default(undefined, 'the only one that there is'))
    .addOption(modeOption().default('live'))
    .option('--json', 'print JSON: the price with its explanation')
    .action(async (plan: string, { json, ...choice }: Choice) => {
      const found = await withStore((store) => resolve(store, plan, choice));
      console.log(json ? JSON.stringify(shown(found)) : text(found));
    });
};

interface Resolved {
  effective: EffectivePrice;
  /** Of the features with unit prices, by id. */
  featureCodes: ReadonlyMap<string, string>;
}

const featureCodesOf = async (
  loaders: Loaders,
  { unitPrices }: EffectivePrice,
): Promise<ReadonlyMap<string, string>> => {
  const ids = unitPrices.map(({ unitPrice }) => unitPrice.planFeature.featureId);
  const features = await Promise.all(ids.map((id) => loaders.load(featureById, id)));
  return new Map(ids.map((id, place) => [id, features[place]?.code ?? id]));
};

const resolve = async (
  store: Store,
  named: string,
  { interval, country, currency, variant, organization: name, mode }: Omit<Choice, 'json'>,
): Promise<Resolved> => {
  const organization = await organizationNamed(store, name);
  const reader = store.reader(await tenantByNow(store, organization.name, mode));
  const loaders = new Loaders(reader);
  const plan = await getPlan(reader, named);
  const prices = await loaders.load(pricesOfPlan, plan.id);
  const base = prices.find(({ billingInterval }) => billingInterval === interval);
  if (!base) throw new Error(`the plan ${plan.code} has no ${interval} price`);
  const variants = variant === undefined ? [base] : await loaders.load(variantsOfPrice, base.id);
  const price = variant === undefined ? base : variants.find(({ code }) => code === variant);
  if (!price) throw new Error(`the ${interval} price of ${plan.code} has no variant ${variant}`);
  const effective = await effectivePriceOf(loaders, price, { country, currency }, organization);
  return { effective, featureCodes: await featureCodesOf(loaders, effective) };
};

const codeOf = ({ featureCodes }: Resolved, { unitPrice }: UnitPriceInCurrency): string =>
  featureCodes.get(unitPrice.planFeature.featureId) ?? unitPrice.planFeature.featureId;

const shown = (found: Resolved) => {
  const { market, unitPrices, explanation, ...rest } = found.effective;
  return {
    ...rest,
    market: market && { id: market.id, code: market.code, name: market.name },
    unitPrices: unitPrices.map((each) => ({
      featureId: each.unitPrice.planFeature.featureId,
      featureCode: codeOf(found, each),
      blockSize: each.unitPrice.blockSize,
      ...each.amounts,
      currency: each.currency,
    })),
    explanation,
  };
};

const money = (amount: number, currency: string): string =>
  formatAmount(amount, currency, { locale: 'en-US', trimZeros: false });

const tierText = ({ upTo, unitPrice, flatPrice }: PriceTier, currency: string): string => {
  const flat = flatPrice === 0 ? '' : ` and ${money(flatPrice, currency)} once`;
  const end = upTo === null ? 'beyond' : `up to ${upTo}`;
  return `${money(unitPrice, currency)}${flat} ${end}`;
};

const unitText = ({ unitPrice, amounts, currency }: UnitPriceInCurrency): string => {
  const block = unitPrice.blockSize === 1 ? 'unit' : `${unitPrice.blockSize} units`;
  if (amounts.unitPrice !== null) return `${money(amounts.unitPrice, currency)} per ${block}`;
  const tiers = amounts.tiers.map((tier) => tierText(tier, currency)).join(', ');
  return `per ${block}, ${amounts.tiersMode}: ${tiers}`;
};

const stepText = ({ rule, outcome, reason }: PriceStep): string =>
  `${outcome === 'matched' ? '→' : ' '} ${rule.padEnd(16)}  ${reason}`;

const text = (found: Resolved): string => {
  const { price, currency, perMonth, unitPrices, explanation } = found.effective;
  const monthly = perMonth === null ? '' : `, ${money(perMonth, currency)} a month`;
  return [
    `${money(price, currency)} (${currency})${monthly}`,
    ...unitPrices.map((unit) => `+ ${codeOf(found, unit)}: ${unitText(unit)}`),
    '',
    ...explanation.map(stepText),
  ].join('\n');
};
