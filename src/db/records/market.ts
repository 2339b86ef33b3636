import { sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { nounOf } from '../ids.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { found, RecordLookup, record } from '../read/lookup.ts';
import { columns, listed, maybeOne } from '../read/nested.ts';
import { queries, type Reader, type Source } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import { type Market, market } from '../tables.ts';
import { marketCountryRows, marketRows } from '../write/catalogue.ts';
import { isWriter, type Writer } from '../write/writer.ts';
import { ofLivePlan } from './plan.ts';

/** Live markets; for the public, those of a price that it sees. */
const markets = (source: Source) =>
  source[queries]
    .selectFrom('market')
    .where('market.tenant_id', '=', source.tenant.id)
    .where('market.deleted_at', 'is', null)
    .$if(source.audience === 'public', (all) =>
      all.where((eb) =>
        eb.exists(
          source[queries]
            .selectFrom('market_price')
            .innerJoin('plan_price', (join) =>
              join
                .onRef('plan_price.tenant_id', '=', 'market_price.tenant_id')
                .onRef('plan_price.id', '=', 'market_price.price_id'),
            )
            .where('market_price.tenant_id', '=', source.tenant.id)
            .where('market_price.market_id', '=', sql.ref<string>('market.id'))
            .where('plan_price.archived_at', 'is', null)
            .where(ofLivePlan(source, sql.ref('plan_price.plan_id')))
            .select('market_price.price_id'),
        ),
      ),
    );

export const marketById = record(market, markets, { isCached: true });
export const marketByCode = record(market, markets, { key: 'code', byId: marketById });

const findMarketsById = found(marketById);

export const findMarket = async (reader: Reader, id: string): Promise<Market | undefined> =>
  isWriter(reader) ? storedMarket(reader, id) : (await findMarketsById(reader, [id]))[0];

const storedMarket = async (writer: Writer, id: string): Promise<Market | undefined> => {
  const image = await marketRows.find(writer, id);
  return image?.deletedAt === null ? marketRows.record(image) : undefined;
};

/** The live market with this id, else with this code. */
export const findMarketNamed = async (
  writer: Writer,
  idOrCode: string,
): Promise<Market | undefined> => {
  const byId = nounOf(idOrCode) === 'market' ? await storedMarket(writer, idOrCode) : undefined;
  if (byId) return byId;
  const [byCode] = await marketRows.select(writer, { code: idOrCode, deletedAt: null });
  return byCode && marketRows.record(byCode);
};

/** Live markets with these ids, to be written. */
export const storedMarkets = async (writer: Writer, ids: readonly string[]): Promise<Market[]> =>
  (await marketRows.select(writer, { id: ids, deletedAt: null })).map(marketRows.record);

/** The market that a country is in, by the code of the country. */
export const marketOfCountry = new RecordLookup<Market>(
  {
    table: market.name,
    key: 'countryCode',
    one: (source, countryCode, made) =>
      maybeOne(
        markets(source)
          .innerJoin('market_country', (join) =>
            join
              .onRef('market_country.tenant_id', '=', 'market.tenant_id')
              .onRef('market_country.market_id', '=', 'market.id'),
          )
          .where('market_country.country_code', '=', countryCode),
        made,
      ),
    columns: (source) => columns(source, market),
    exists: marketById.exists,
  },
  { isCached: true, byId: marketById },
);

/** The codes of all live markets. */
export const marketCodes = async (writer: Writer): Promise<Set<string>> => {
  const rows = await markets(writer).select('market.code').execute();
  return new Set(rows.map(({ code }) => code));
};

export const listMarkets = (reader: Reader, spec: PageSpec): MaybePromise<Market[]> =>
  listed(reader, paginate(markets(reader), byCreation, spec), columns(reader, market));

export const countMarkets = (reader: Reader): Promise<number> =>
  countedAll(reader, markets(reader), byCreation);

/** The markets that countries are in, by country. */
export const storedMarketsOfCountries = async (
  writer: Writer,
  countryCodes: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const rows = await marketCountryRows.select(writer, { countryCode: countryCodes });
  return new Map(rows.map(({ countryCode, marketId }) => [countryCode, marketId]));
};

const countriesOf = ({ id, countryCodes }: Market) =>
  countryCodes.map((countryCode) => ({ countryCode, marketId: id }));

export const insertMarket = async (writer: Writer, added: Market): Promise<void> => {
  await marketRows.insert(writer, [market.fresh(added)]);
  await marketCountryRows.insert(writer, countriesOf(added));
};

/** Its countries are in no other market. */
export const saveMarket = async (
  writer: Writer,
  before: Market,
  after: Market,
): Promise<Market> => {
  const [saved] = await marketRows.update(writer, [{ ...after }]);
  const gone = before.countryCodes.filter((code) => !after.countryCodes.includes(code));
  for (const countryCode of gone) await marketCountryRows.remove(writer, { countryCode });
  const added = countriesOf(after).filter(
    ({ countryCode }) => !before.countryCodes.includes(countryCode),
  );
  await marketCountryRows.insert(writer, added);
  return saved ? marketRows.record(saved) : after;
};

/** No price has it. */
export const markMarketDeleted = async (writer: Writer, gone: Market): Promise<void> => {
  await marketCountryRows.remove(writer, { marketId: gone.id });
  const deletedAt = writer.nextTimestamp(gone.updatedAt);
  marketRows.noteGone(writer, await marketRows.update(writer, [{ id: gone.id, deletedAt }]));
};
