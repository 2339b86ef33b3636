import { type Command, Option } from 'commander';
import { listOrganizations } from '../db/records/organization.ts';
import {
  type EffectivePrice,
  effectivePriceOf,
  type PriceStep,
} from '../domain/effective-price.ts';
import type { Store } from '../domain/operation.ts';
import { getPlan } from '../domain/plan.ts';
import { Loaders, pricesOfPlan, variantsOfPrice } from '../domain/relations.ts';
import { formatAmount } from '../formatting.ts';
import { type BillingInterval, billingIntervals, type Mode } from '../vocabulary.ts';
import { countryCode, currencyCode, modeOption, organizationOption } from './argument.ts';
import { requireTenant } from './operator.ts';
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
      const effective = await withStore((store) => resolve(store, plan, choice));
      console.log(json ? JSON.stringify(shown(effective)) : text(effective));
    });
};

const organizationOf = async (store: Store, name: string | undefined) => {
  const all = await listOrganizations(store);
  const found = all.filter((each) => name === undefined || each.name === name.trim());
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new Error(
    name === undefined && all.length > 0
      ? 'there are several organizations: name one with --organization'
      : `there is no organization${name === undefined ? '' : ` named ${name}`}`,
  );
};

const resolve = async (
  store: Store,
  named: string,
  { interval, country, currency, variant, organization: name, mode }: Omit<Choice, 'json'>,
): Promise<EffectivePrice> => {
  const organization = await organizationOf(store, name);
  const reader = store.reader(await requireTenant(store, organization.name, mode));
  const loaders = new Loaders(reader);
  const plan = await getPlan(reader, named);
  const prices = await loaders.load(pricesOfPlan, plan.id);
  const base = prices.find(({ billingInterval }) => billingInterval === interval);
  if (!base) throw new Error(`the plan ${plan.code} has no ${interval} price`);
  const variants = variant === undefined ? [base] : await loaders.load(variantsOfPrice, base.id);
  const price = variant === undefined ? base : variants.find(({ code }) => code === variant);
  if (!price) throw new Error(`the ${interval} price of ${plan.code} has no variant ${variant}`);
  return effectivePriceOf(loaders, price, { country, currency }, organization);
};

const shown = ({ market, unitPrices, explanation, ...rest }: EffectivePrice) => ({
  ...rest,
  market: market && { id: market.id, code: market.code, name: market.name },
  unitPrices: unitPrices.map(({ unitPrice, amounts, currency }) => ({
    featureId: unitPrice.planFeature.featureId,
    blockSize: unitPrice.blockSize,
    ...amounts,
    currency,
  })),
  explanation,
});

const lineOf = ({ rule, outcome, reason }: PriceStep): string =>
  `${outcome === 'matched' ? '→' : ' '} ${rule.padEnd(16)}  ${reason}`;

const text = ({ price, currency, perMonth, explanation }: EffectivePrice): string => {
  const money = (amount: number) =>
    formatAmount(amount, currency, { locale: 'en-US', trimZeros: false });
  const monthly = perMonth === null ? '' : `, ${money(perMonth)} a month`;
  return [`${money(price)} (${currency})${monthly}`, '', ...explanation.map(lineOf)].join('\n');
};
