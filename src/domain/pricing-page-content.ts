import { createHash } from 'node:crypto';
import { formatAmount } from '../formatting.ts';
import type { PricingOffer } from './pricing-offer.ts';
import type { PricingColumn, PricingPage, PricingRow, PricingSection } from './pricing-page.ts';

/** What a pricing page says, as plain values: what is printed outside GraphQL, and its hash. */

const offerOf = (offer: PricingOffer, locale: string) => {
  const { billingInterval, intervalName, effective, headline, savingsBasisPoints } = offer;
  const { price, currency, perMonth } = effective;
  const format = { locale, trimZeros: false };
  return {
    billingInterval,
    intervalName,
    priceId: offer.price.id,
    price,
    formattedPrice: formatAmount(price, currency, format),
    perMonth,
    formattedPerMonth: perMonth === null ? null : formatAmount(perMonth, currency, format),
    currency,
    source: effective.source,
    market: effective.market?.code ?? null,
    taxBehavior: effective.taxBehavior,
    unitPrices: effective.unitPrices.map(({ unitPrice, amounts }) => ({
      feature: offer.featureOf(unitPrice)?.code ?? null,
      unitPrice: amounts.unitPrice,
      tiersMode: amounts.tiersMode,
      tiers: amounts.tiers.map(({ upTo, unitPrice, flatPrice }) => ({
        upTo,
        unitPrice,
        flatPrice,
      })),
      blockSize: unitPrice.blockSize,
      minimumQuantity: unitPrice.minimumQuantity,
      maximumQuantity: unitPrice.maximumQuantity,
      includedAmount: unitPrice.planFeature.includedAmount,
    })),
    headline,
    headlineAmount: offer.headlineAmount,
    trialDays: offer.price.trialDays,
    trial: offer.trial,
    introOffer: offer.introOffer,
    savingsBasisPoints,
    savings: offer.savings,
  };
};

const columnOf = (
  { plan, texts, offers, basedOn, gainsTitle, gains }: PricingColumn,
  codes: ReadonlyMap<string, string>,
  locale: string,
) => {
  const { highlighted, callToActionUrl } = plan.presentation;
  return {
    plan: {
      id: plan.id,
      code: plan.code,
      availability: plan.availability,
      isFree: plan.isFree,
      publicMetadata: plan.publicMetadata,
    },
    name: texts.name ?? plan.name,
    description: texts.description,
    tagline: texts.tagline,
    badge: texts.badge,
    highlighted,
    callToAction: { label: texts.callToActionLabel, url: callToActionUrl },
    offers: offers.map((offer) => offerOf(offer, locale)),
    basedOn: basedOn?.code ?? null,
    gainsTitle,
    gains: gains.map(({ featureId }) => codes.get(featureId) ?? null),
  };
};

const rowOf = ({ feature, name, unitName, differs, cells }: PricingRow) => ({
  feature: { id: feature.id, code: feature.code, type: feature.type },
  name,
  unitName,
  differs,
  cells: cells.map(({ plan, kind, text, change }) => ({ plan: plan.code, kind, text, change })),
});

const sectionOf = ({ section, name, rows }: PricingSection) => ({
  section: section && { id: section.id, code: section.code },
  name,
  rows: rows.map(rowOf),
});

export const contentOf = (page: PricingPage) => {
  const { locale, currency, taxBehavior, taxNote, intervals, intervalNames } = page;
  const codes = new Map(
    page.sections.flatMap(({ rows }) =>
      rows.map(({ feature }): [string, string] => [feature.id, feature.code]),
    ),
  );
  return {
    locale,
    currency,
    taxBehavior,
    taxNote,
    intervals: intervals.map((billingInterval, place) => ({
      billingInterval,
      name: intervalNames[place] ?? billingInterval,
    })),
    columns: page.columns.map((column) => columnOf(column, codes, locale)),
    sections: page.sections.map(sectionOf),
  };
};
export type PageContent = ReturnType<typeof contentOf>;

/** Pages with the same hash say the same. */
export const hashOf = (content: PageContent): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex');

export const contentHash = (page: PricingPage): string => hashOf(contentOf(page));
