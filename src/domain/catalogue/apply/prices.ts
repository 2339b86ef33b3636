import { storedVariantsOf } from '../../../db/records/price.ts';
import { isSame } from '../../../db/write/change-list.ts';
import { invalid } from '../../../errors.ts';
import { SetMarketPricesInput, setMarketPrices } from '../../market-price.ts';
import type { Writer } from '../../operation.ts';
import {
  AddPlanPriceInput,
  addPlanPrice,
  deletePlanPrice,
  type IntroOffer,
  type PlanPrice,
  type PriceTerms,
  replacePriceTerms,
  replaceVariantTerms,
  setDefaultPlanPrice,
} from '../../price.ts';
import { AddPriceVariantInput, addPriceVariant } from '../../price-variant.ts';
import { removeUnitPrice, SetUnitPriceInput, setUnitPrice } from '../../unit-price.ts';
import { firstInterval } from '../canonical.ts';
import type {
  CatalogueMarketPrice,
  CataloguePlan,
  CataloguePrice,
  CatalogueUnitPrice,
} from '../document.ts';
import { none } from '../level.ts';
import { pricesInPlace } from './prices-in-place.ts';
import { at, checked } from './refusal.ts';
import { releaseRegionalUnitPrices, unitInput } from './regional.ts';

/** Prices of one plan with unit prices, market prices and variants. */

type Markets = ReadonlyMap<string, CatalogueMarketPrice>;

const pathTo = (code: string, interval: string) => `plans.${code}.prices.${interval}`;

const variantsInPlace = async (
  writer: Writer,
  price: PlanPrice,
): Promise<ReadonlyMap<string | null, PlanPrice>> =>
  new Map((await storedVariantsOf(writer, price.id)).map((variant) => [variant.code, variant]));

const marketInput = (markets: Markets | undefined) => ({
  marketPrices: [...(markets ?? none)].map(
    ([marketId, { currency = '', price = 0, unitPrices }]) => ({
      marketId,
      currency,
      price,
      unitPrices: [...(unitPrices ?? none)].map(([featureId, amounts]) => ({
        featureId,
        ...unitInput(amounts),
      })),
    }),
  ),
});

const checkedMarkets = (markets: Markets | undefined) =>
  checked(SetMarketPricesInput, marketInput(markets));

const isSameMarkets = (one: Markets | undefined, other: Markets | undefined): boolean =>
  isSame(marketInput(one), marketInput(other));

/** What both have, as it was: without unit prices that go, or that have other blocks. */
const stayingMarkets = (
  before: Markets | undefined,
  after: Markets | undefined,
  unitStays: (feature: string) => boolean,
): Markets =>
  new Map(
    [...(before ?? none)]
      .filter(([market]) => after?.has(market))
      .map(([market, { unitPrices, ...row }]) => [
        market,
        {
          ...row,
          unitPrices: new Map([...(unitPrices ?? none)].filter(([feature]) => unitStays(feature))),
        },
      ]),
  );

/** Variants, market prices and unit prices that go, then prices: what is gone makes room. */
export const removePrices = async (
  writer: Writer,
  code: string,
  before: CataloguePlan,
  after: CataloguePlan,
): Promise<void> => {
  const prices = await pricesInPlace(writer, code);
  for (const [interval, earlier] of before.prices ?? none) {
    const price = prices.get(interval);
    if (!price) continue;
    const path = pathTo(code, interval);
    const now = after.prices?.get(interval);
    const units = now?.unitPrices;
    const unitStays = (feature: string) =>
      units?.get(feature)?.blockSize === earlier.unitPrices?.get(feature)?.blockSize &&
      units?.has(feature) === true &&
      after.features?.has(feature) === true;
    const variants = await variantsInPlace(writer, price);
    for (const [name, { markets }] of earlier.variants ?? none) {
      const variant = variants.get(name);
      if (!variant) continue;
      const place = `${path}.variants.${name}`;
      const next = now?.variants?.get(name);
      const staying = stayingMarkets(markets, next?.markets, unitStays);
      // One that keeps no market cannot be without any in the meantime: it comes back anew.
      if (!next || staying.size === 0)
        await at(place, () => deletePlanPrice(writer, code, variant.id));
      else if (!isSameMarkets(markets, staying))
        await at(place, () => setMarketPrices(writer, code, variant.id, checkedMarkets(staying)));
    }
    const staying = stayingMarkets(earlier.markets, now?.markets, unitStays);
    if (now && !isSameMarkets(earlier.markets, staying))
      await at(path, () => setMarketPrices(writer, code, price.id, checkedMarkets(staying)));
    for (const feature of earlier.unitPrices?.keys() ?? [])
      if (now && !(units?.has(feature) && after.features?.has(feature)))
        await at(`${path}.unitPrices.${feature}`, () =>
          removeUnitPrice(writer, code, price.id, feature),
        );
    if (!now) await at(path, () => deletePlanPrice(writer, code, price.id));
  }
};

const offerOf = ({ introOffer }: CataloguePrice): IntroOffer | null => {
  if (!introOffer) return null;
  const { enabled = true, percentage, amount, durationCycles } = introOffer;
  if (percentage !== undefined && amount !== undefined)
    throw invalid('introOffer', 'must have a percentage or an amount, not both');
  const isPercentage = percentage !== undefined;
  const discountType = isPercentage ? 'percentage' : 'amount';
  return {
    enabled,
    discountType: isPercentage || amount !== undefined ? discountType : null,
    discountValue: percentage ?? amount ?? null,
    durationCycles: durationCycles ?? null,
  };
};

const termsOf = (price: CataloguePrice): PriceTerms => ({
  price: price.price ?? 0,
  trialDays: price.trialDays ?? 0,
  includedBalance: price.includedBalance ?? null,
  includedCredits: price.includedCredits ?? null,
  introOffer: offerOf(price),
  metadata: price.metadata ?? {},
});

const quantitiesOf = ({ blockSize, minimum, maximum }: CatalogueUnitPrice) => ({
  blockSize: blockSize ?? 1,
  minimumQuantity: minimum ?? 0,
  maximumQuantity: maximum ?? null,
});

/** Prices with their unit prices in the base currency. */
export const writePrices = async (
  writer: Writer,
  code: string,
  before: CataloguePlan | undefined,
  after: CataloguePlan,
): Promise<void> => {
  const intervals = [...(after.prices?.keys() ?? [])] as PlanPrice['billingInterval'][];
  let prices = await pricesInPlace(writer, code);
  for (const interval of intervals) {
    const next = after.prices?.get(interval);
    const earlier = before?.prices?.get(interval);
    const price = prices.get(interval);
    if (!next) continue;
    await at(pathTo(code, interval), async () => {
      if (!price)
        await addPlanPrice(
          writer,
          code,
          checked(AddPlanPriceInput, { billingInterval: interval, ...termsOf(next) }),
        );
      else if (!earlier || !isSame(termsOf(earlier), termsOf(next))) {
        const terms = termsOf(next);
        // A file does not say all of an offer without a discount.
        const offerStays = earlier && isSame(offerOf(earlier), terms.introOffer);
        await replacePriceTerms(writer, price.planId, price.id, {
          ...terms,
          introOffer: offerStays ? price.introOffer : terms.introOffer,
        });
      }
    });
  }
  prices = await pricesInPlace(writer, code);
  const interval = after.defaultInterval ?? firstInterval(after);
  const heir = prices.get(interval ?? '');
  if (heir && !heir.isDefault)
    await at(`plans.${code}`, () => setDefaultPlanPrice(writer, code, heir.id));
  for (const each of intervals) {
    const price = prices.get(each);
    const units = after.prices?.get(each)?.unitPrices ?? none;
    for (const [feature, unit] of price ? units : none) {
      const earlier = before?.prices?.get(each)?.unitPrices?.get(feature);
      if (!price || (earlier && isSame(earlier, unit))) continue;
      await at(`${pathTo(code, each)}.unitPrices.${feature}`, async () => {
        await releaseRegionalUnitPrices(writer, price, feature);
        await setUnitPrice(
          writer,
          code,
          price.id,
          checked(SetUnitPriceInput, {
            featureId: feature,
            ...unitInput(unit),
            ...quantitiesOf(unit),
          }),
        );
      });
    }
  }
};

/** Market prices, then the variants that override them. */
export const writeMarketsOfPrices = async (
  writer: Writer,
  code: string,
  before: CataloguePlan | undefined,
  after: CataloguePlan,
): Promise<void> => {
  const prices = await pricesInPlace(writer, code);
  for (const [interval, { markets, variants }] of after.prices ?? none) {
    const price = prices.get(interval);
    if (!price) continue;
    const path = pathTo(code, interval);
    const earlier = before?.prices?.get(interval);
    if (!isSameMarkets(earlier?.markets, markets))
      await at(`${path}.markets`, () =>
        setMarketPrices(writer, code, price.id, checkedMarkets(markets)),
      );
    const inPlace = await variantsInPlace(writer, price);
    for (const [name, next] of variants ?? none) {
      const was = earlier?.variants?.get(name);
      const variant = inPlace.get(name);
      const place = `${path}.variants.${name}`;
      if (!variant || !was)
        await at(place, () =>
          addPriceVariant(
            writer,
            code,
            checked(AddPriceVariantInput, {
              inheritsFromPriceId: price.id,
              code: name,
              name: next.name,
              metadata: next.metadata,
              ...marketInput(next.markets),
            }),
          ),
        );
      else {
        if (was.name !== next.name || !isSame(was.metadata, next.metadata))
          await at(place, () =>
            replaceVariantTerms(writer, variant.planId, variant.id, {
              name: next.name ?? null,
              metadata: next.metadata ?? {},
            }),
          );
        if (!isSameMarkets(was.markets, next.markets))
          await at(place, () =>
            setMarketPrices(writer, code, variant.id, checkedMarkets(next.markets)),
          );
      }
    }
  }
};
