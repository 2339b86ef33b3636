import type { JsonObject } from '../../vocabulary.ts';
import {
  apiKey,
  changeSet,
  exchangeRate,
  feature,
  featureLimit,
  featureSection,
  market,
  marketCountry,
  marketPrice,
  marketUnitPrice,
  organization,
  plan,
  planFeature,
  planFeatureLimit,
  planGroup,
  planPrice,
  regionalOverage,
  regionalPrice,
  regionalUnitPrice,
  translation,
  unitPrice,
} from '../tables.ts';
import type { ChangeList } from './change-list.ts';
import { Rows } from './rows.ts';

/**
 * The tables that operations write, and which object each row is: its own id, or the one that
 * GraphQL makes for it.
 */

export const organizationRows = new Rows('Organization', organization, ({ id }) => ({
  id,
  planId: null,
}));
export const planGroupRows = new Rows('PlanGroup', planGroup, ({ id }) => ({ id, planId: null }));
export const planRows = new Rows('Plan', plan, ({ id }) => ({ id, planId: id }));
export const featureSectionRows = new Rows('FeatureSection', featureSection, ({ id }) => ({
  id,
  planId: null,
}));
export const featureRows = new Rows('Feature', feature, ({ id }) => ({ id, planId: null }));
export const featureLimitRows = new Rows('FeatureLimit', featureLimit, ({ featureId, code }) => ({
  id: `${featureId}_${code}`,
  planId: null,
  relatedIds: [featureId],
}));
export const priceRows = new Rows('PlanPrice', planPrice, ({ id, planId }) => ({ id, planId }));
export const exchangeRateRows = new Rows('ExchangeRate', exchangeRate, ({ planId, currency }) => ({
  id: `${planId}_${currency}`,
  planId,
}));
export const planFeatureRows = new Rows(
  'PlanFeature',
  planFeature,
  ({ id, planId, featureId }) => ({
    key: `${planId} ${featureId}`,
    id,
    planId,
    relatedIds: [featureId],
  }),
);

/** What the row hangs on has been read: a write changes no row of what it does not know. */
const known = (rows: ChangeList, type: string, key: string) => {
  const row = rows.find(type, key);
  const owner = row?.after ?? row?.before;
  if (!owner) throw new Error(`the ${type} ${key} was not read before its rows were written`);
  return owner as { id: string; planId: string };
};

export const regionalPriceRows = new Rows(
  'RegionalPrice',
  regionalPrice,
  ({ priceId, currency }, rows) => ({
    id: `${priceId}_${currency}`,
    planId: rows.isSummary ? null : known(rows, priceRows.type, priceId).planId,
    relatedIds: [priceId],
  }),
);
export const regionalOverageRows = new Rows(
  'RegionalOverage',
  regionalOverage,
  ({ planId, featureId, currency }, rows) => {
    const link = known(rows, planFeatureRows.type, `${planId} ${featureId}`);
    return { id: `${link.id}_${currency}`, planId, relatedIds: [link.id, featureId] };
  },
);

export const planFeatureLimitRows = new Rows(
  'PlanFeatureLimit',
  planFeatureLimit,
  ({ planId, featureId, code }, rows) => {
    // A batch counts its rows only.
    if (rows.isSummary) return { id: `${planId}_${featureId}_${code}`, planId };
    const link = known(rows, planFeatureRows.type, `${planId} ${featureId}`);
    return { id: `${link.id}_${code}`, planId, relatedIds: [link.id, featureId] };
  },
);

export const unitPriceRows = new Rows('UnitPrice', unitPrice, (image) => ({
  id: `${image.priceId}_${image.featureId}`,
  planId: image.planId,
  relatedIds: [image.priceId, image.featureId],
}));
export const regionalUnitPriceRows = new Rows(
  'RegionalUnitPrice',
  regionalUnitPrice,
  ({ priceId, featureId, currency }, rows) => {
    const id = `${priceId}_${featureId}`;
    return {
      id: `${id}_${currency}`,
      planId: rows.isSummary ? null : known(rows, unitPriceRows.type, id).planId,
      relatedIds: [id, priceId, featureId],
    };
  },
);

export const marketRows = new Rows('Market', market, ({ id }) => ({ id, planId: null }));
export const marketCountryRows = new Rows(
  'MarketCountry',
  marketCountry,
  ({ countryCode, marketId }) => ({
    key: countryCode,
    id: `${marketId}_${countryCode}`,
    planId: null,
    relatedIds: [marketId],
  }),
);
export const marketPriceRows = new Rows(
  'MarketPrice',
  marketPrice,
  ({ priceId, marketId }, rows) => ({
    id: `${priceId}_${marketId}`,
    planId: rows.isSummary ? null : known(rows, priceRows.type, priceId).planId,
    relatedIds: [priceId, marketId],
  }),
);
export const marketUnitPriceRows = new Rows(
  'MarketUnitPrice',
  marketUnitPrice,
  ({ priceId, featureId, marketId }, rows) => ({
    id: `${priceId}_${featureId}_${marketId}`,
    planId: rows.isSummary ? null : known(rows, priceRows.type, priceId).planId,
    relatedIds: [priceId, featureId, marketId],
  }),
);

export const translationRows = new Rows('Translation', translation, (image) => ({
  id: `${image.objectId}_${image.locale}`,
  planId: image.planId,
  relatedIds: [image.objectId],
}));

/** What a set holds is in the set, and in the entry of the write that applies it. */
export const changeSetRows = new Rows('ChangeSet', changeSet, ({ id }) => ({
  id,
  planId: null,
  unlogged: ['changes', 'needs', 'orders', 'findings'],
}));

/** All that a catalogue consists of, so that no row comes before one that it belongs to. */
export const childrenFirst = [
  changeSetRows,
  translationRows,
  marketUnitPriceRows,
  regionalUnitPriceRows,
  unitPriceRows,
  planFeatureLimitRows,
  regionalOverageRows,
  planFeatureRows,
  exchangeRateRows,
  regionalPriceRows,
  marketPriceRows,
  priceRows,
  marketCountryRows,
  marketRows,
  featureLimitRows,
  featureRows,
  featureSectionRows,
  planRows,
  planGroupRows,
];

export const apiKeyRows = new Rows('ApiKey', apiKey, ({ id }) => ({
  id,
  planId: null,
  unlogged: ['hash'],
}));

const records: ReadonlyMap<string, (image: never) => object> = new Map(
  [
    planRows,
    priceRows,
    featureRows,
    featureSectionRows,
    planFeatureRows,
    planGroupRows,
    marketRows,
    changeSetRows,
    apiKeyRows,
  ].map(({ type, record }) => [type, record]),
);

/** The record of an object that is told of in a change list: without what is stored only. */
export const recordOf = (type: string, image: JsonObject | null): JsonObject | null => {
  const record = records.get(type);
  // What a list tells of an object of the type is an image of its table.
  return image && record ? (record(image as never) as JsonObject) : image;
};
