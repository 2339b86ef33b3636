import { saveMarket, storedMarkets } from '../../../db/records/market.ts';
import { isSame } from '../../../db/write/change-list.ts';
import {
  CreateMarketInput,
  createMarket,
  deleteMarket,
  type Market,
  UpdateMarketInput,
  updateMarket,
} from '../../market.ts';
import type { Writer } from '../../operation.ts';
import { findNamed } from '../../reference.ts';
import type { Catalogue } from '../document.ts';
import { none } from '../level.ts';
import { at, checked } from './refusal.ts';

const pathOf = (code: string) => `markets.${code}`;

/** Markets of which no price is any more; a country that leaves one is free for another. */
export const removeMarkets = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const [code, { countries = [] }] of before.markets ?? none) {
    const market = after.markets?.get(code);
    if (!market) await at(pathOf(code), () => deleteMarket(writer, code));
    else {
      const countryCodes = countries.filter((country) => market.countries?.includes(country));
      if (countryCodes.length > 0 && countryCodes.length < countries.length)
        await at(pathOf(code), () => updateMarket(writer, code, { countryCodes }));
    }
  }
};

export const writeMarkets = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
): Promise<void> => {
  for (const [code, market] of after.markets ?? none)
    await at(pathOf(code), async () => {
      const { name = '', countries: countryCodes = [], taxBehavior, metadata = {} } = market;
      const earlier = before.markets?.get(code);
      if (!earlier) {
        await createMarket(
          writer,
          checked(CreateMarketInput, { code, name, countryCodes, taxBehavior, metadata }),
        );
        return;
      }
      if (isSame(earlier, market)) return;
      await updateMarket(
        writer,
        code,
        checked(UpdateMarketInput, { name, countryCodes, taxBehavior: taxBehavior ?? null }),
      );
      // An update merges metadata; the file has all of them.
      if (!isSame(earlier.metadata, market.metadata)) await replaceMetadata(writer, code, metadata);
    });
};

const replaceMetadata = async (
  writer: Writer,
  code: string,
  metadata: Market['metadata'],
): Promise<void> => {
  const found = await findNamed(writer, 'market', code);
  const [market] = found ? await storedMarkets(writer, [found.id]) : [];
  if (market) await saveMarket(writer, market, { ...market, metadata });
};
