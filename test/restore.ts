import type { Table } from '../src/db/table.ts';
import * as tables from '../src/db/tables.ts';
import type { AuditChange } from '../src/domain/audit-log.ts';
import { listAuditLog } from '../src/domain/audit-log.ts';
import type { Catalogue } from './catalogue.ts';

/** Puts the state before a write back, from its audit entry alone. */

type Image = Record<string, unknown>;
type Row = Record<string, unknown>;
/** Rows of the catalogue as the database has them, by table. */
export type Stored = Record<string, Row[]>;

interface AnyTable {
  name: string;
  key: readonly string[];
  image(row: Row): Image;
  row(image: Image): Row;
}

const declared = (table: Table<never, never>): AnyTable => table as unknown as AnyTable;

const types: Record<string, AnyTable> = Object.fromEntries(
  Object.entries({
    ApiKey: tables.apiKey,
    PlanGroup: tables.planGroup,
    Plan: tables.plan,
    FeatureSection: tables.featureSection,
    Feature: tables.feature,
    PlanPrice: tables.planPrice,
    RegionalPrice: tables.regionalPrice,
    ExchangeRate: tables.exchangeRate,
    PlanFeature: tables.planFeature,
    RegionalOverage: tables.regionalOverage,
    FeatureLimit: tables.featureLimit,
    PlanFeatureLimit: tables.planFeatureLimit,
    UnitPrice: tables.unitPrice,
    RegionalUnitPrice: tables.regionalUnitPrice,
    Market: tables.market,
    MarketCountry: tables.marketCountry,
    MarketPrice: tables.marketPrice,
    MarketUnitPrice: tables.marketUnitPrice,
    Translation: tables.translation,
  }).map(([type, table]) => [type, declared(table as unknown as Table<never, never>)]),
);

const names = Object.values(types).map(({ name }) => name);

export const storedOf = async (shop: Catalogue): Promise<Stored> =>
  Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await shop.rows(name as Parameters<typeof shop.rows>[0])]),
    ),
  );

/** To compare: in any order. */
export const sortedRows = (stored: Stored): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(stored).map(([name, rows]) => [
      name,
      rows
        .map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
        .sort(),
    ]),
  );

/** The ids that changes have for the rows of a table. */
const objectIdOf = (type: string, image: Image, links: ReadonlyMap<string, unknown>): string => {
  const { id, planId, priceId, featureId, code, currency, objectId, locale, marketId } = image;
  if (type === 'RegionalPrice') return `${priceId}_${currency}`;
  if (type === 'ExchangeRate') return `${planId}_${currency}`;
  if (type === 'RegionalOverage') return `${links.get(`${planId} ${featureId}`)}_${currency}`;
  if (type === 'FeatureLimit') return `${featureId}_${code}`;
  if (type === 'PlanFeatureLimit') return `${links.get(`${planId} ${featureId}`)}_${code}`;
  if (type === 'UnitPrice') return `${priceId}_${featureId}`;
  if (type === 'RegionalUnitPrice') return `${priceId}_${featureId}_${currency}`;
  if (type === 'MarketCountry') return `${marketId}_${image.countryCode}`;
  if (type === 'MarketPrice') return `${priceId}_${marketId}`;
  if (type === 'MarketUnitPrice') return `${priceId}_${featureId}_${marketId}`;
  if (type === 'Translation') return `${objectId}_${locale}`;
  return String(id);
};

export const restored = (
  stored: Stored,
  changes: readonly AuditChange[],
  tenantId: string,
): Stored => {
  const images = new Map(
    Object.entries(types).map(([type, table]) => [
      type,
      (stored[table.name] ?? []).map((row) => table.image(row)),
    ]),
  );
  const known = [
    ...(images.get('PlanFeature') ?? []),
    ...changes.flatMap(({ type, before }) => (type === 'PlanFeature' && before ? [before] : [])),
  ];
  const links = new Map(
    known.flatMap(({ id, planId, featureId }) => (id ? [[`${planId} ${featureId}`, id]] : [])),
  );
  const byId = new Map(
    [...images].map(([type, found]) => [
      type,
      new Map(found.map((image) => [objectIdOf(type, image, links), image])),
    ]),
  );
  for (const { type, objectId, before } of changes) {
    const rows = byId.get(type);
    if (!rows) throw new Error(`there are no rows of ${type}`);
    if (before === null) rows.delete(objectId);
    else rows.set(objectId, { ...rows.get(objectId), ...before });
  }
  return Object.fromEntries(
    Object.entries(types).map(([type, table]) => [
      table.name,
      [...(byId.get(type)?.values() ?? [])].map((image) => ({
        tenant_id: tenantId,
        ...table.row(image),
      })),
    ]),
  );
};

/** What was stored before the last write, by what its audit entry says. */
export const beforeLastWrite = async (shop: Catalogue): Promise<Stored> => {
  const { items } = await listAuditLog(shop.reader(), {}, { first: 1 });
  const [entry] = items;
  if (!entry) throw new Error('nothing was written');
  return restored(await storedOf(shop), entry.changes, shop.tenant.id);
};
