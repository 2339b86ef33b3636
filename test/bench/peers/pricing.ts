import { randomUUID } from 'node:crypto';
import { type Plan, plan as planTable, type Tables } from '../../../src/db/tables.ts';
import { convertAmount } from '../../../src/domain/exchange.ts';
import { UpdatePlanInput } from '../../../src/domain/plan.ts';
import { AddPlanPriceInput, type PlanPrice } from '../../../src/domain/price.ts';

/** What the peers' two mutations check and write, with any way to the database. */

interface Failure {
  __typename: 'ValidationError' | 'NotFoundError' | 'ConflictError';
  code: string;
  message: string;
  param: string | null;
}

export class Refusal extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const invalid = (param: string, message: string): Refusal =>
  new Refusal({
    __typename: 'ValidationError',
    code: 'validation_error',
    message: `${param}: ${message}`,
    param,
  });

export const planNotFound = (): Refusal =>
  new Refusal({
    __typename: 'NotFoundError',
    code: 'plan_not_found',
    message: 'There is no such plan.',
    param: 'planId',
  });

const checked = <Value>(schema: { parse(input: unknown): Value }, input: unknown): Value => {
  try {
    return schema.parse(input);
  } catch (thrown) {
    throw invalid('input', String(thrown));
  }
};

export const checkedPrice = (input: unknown) => checked(AddPlanPriceInput, input);
export const checkedPlan = (input: unknown) => checked(UpdatePlanInput, input);

/** The new price of a plan, or why it cannot have it. */
export const newPrice = (
  plan: { id: string; isFree: boolean },
  intervals: readonly string[],
  input: ReturnType<typeof checkedPrice>,
  now: string,
): PlanPrice => {
  const { billingInterval, introOffer } = input;
  if (billingInterval === 'one_time' && (input.trialDays ?? 0) > 0)
    throw invalid('trialDays', 'must be 0 on a one-time price');
  if (introOffer?.enabled && (introOffer.discountType ?? null) === null)
    throw invalid('introOffer.discountType', 'is required');
  if (plan.isFree && input.price > 0) throw invalid('price', 'must be 0 on a free plan');
  if (intervals.includes(billingInterval))
    throw new Refusal({
      __typename: 'ConflictError',
      code: 'duplicate',
      message: `The plan has a ${billingInterval} price already.`,
      param: 'billingInterval',
    });
  return {
    id: `pp_${randomUUID()}`,
    planId: plan.id,
    billingInterval,
    price: input.price,
    isDefault: intervals.length === 0 || input.isDefault === true,
    trialDays: input.trialDays ?? 0,
    includedBalance: input.includedBalance ?? null,
    includedCredits: input.includedCredits ?? null,
    introOffer: introOffer
      ? {
          enabled: introOffer.enabled,
          discountType: introOffer.discountType ?? null,
          discountValue: introOffer.discountValue ?? null,
          durationCycles: introOffer.durationCycles ?? null,
        }
      : null,
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: now,
    revision: 1,
    inheritsFromPriceId: null,
    code: null,
    name: null,
  };
};

/** An amount at an exchange rate, which the tables keep as text. */
export const converted = (amount: number, rate: string, currency: string): number => {
  const result = convertAmount(amount, Number(rate), currency);
  if (result === undefined) throw invalid('price', 'is too large');
  return result;
};

export const newAuditId = (): string => `aud_${randomUUID()}`;
export const newRequestId = (): string => `req_${randomUUID()}`;

/** What a write did to one object, as the audit log keeps it: new objects whole, others by what differs. */
export interface Change {
  type: 'Plan' | 'PlanPrice' | 'RegionalPrice';
  objectId: string;
  planId: string;
  before: object | null;
  after: object;
}

export const addedPrice = (price: PlanPrice, isFree: boolean): Change => ({
  type: 'PlanPrice',
  objectId: price.id,
  planId: price.planId,
  before: null,
  after: { ...price, publicUpdatedAt: null, planIsFree: isFree, archivedAt: null },
});

export interface RegionalAmounts {
  currency: string;
  price: number;
  includedBalance: number | null;
}

export const addedRegionalPrice = (
  { id: priceId, planId }: PlanPrice,
  amounts: RegionalAmounts,
): Change => ({
  type: 'RegionalPrice',
  objectId: `${priceId}_${amounts.currency}`,
  planId,
  before: null,
  after: {
    priceId,
    ...amounts,
    autoSynced: true,
    includedBalanceAutoSynced: true,
    introOffer: null,
    introOfferAutoSynced: true,
  },
});

type DatedRow = Pick<Tables['plan'] | Tables['plan_price'], 'id' | 'updated_at' | 'revision'>;

const dated = (
  type: Change['type'],
  planId: string,
  { id, updated_at: updatedAt, revision }: DatedRow,
  now: string,
  before: object = {},
  after: object = {},
): Change => ({
  type,
  objectId: id,
  planId,
  before: { ...before, updatedAt, revision },
  after: { ...after, updatedAt: now, revision: revision + 1 },
});

/** The price was the default one until another became it. */
export const replacedDefault = (price: DatedRow, planId: string, now: string): Change =>
  dated('PlanPrice', planId, price, now, { isDefault: true }, { isDefault: false });

/** A plan changes with its prices. */
export const changedPlan = (plan: DatedRow, now: string, before?: object, after?: object): Change =>
  dated('Plan', plan.id, plan, now, before, after);

/** Every object that an entry about the changes is found by. */
export const objectsOf = (changes: readonly Change[]): string[] => [
  ...new Set(changes.flatMap(({ objectId, planId }) => [objectId, planId])),
];

/** The plan as entries about it keep it. */
export const planRecord = (row: Tables['plan']): Plan => planTable.record(planTable.image(row));
