import { connect } from '../../../src/db/engine/connect.ts';
import { findTenantOfApiKey } from '../../../src/db/records/organization.ts';
import { Store } from '../../../src/db/store.ts';
import { pricingPage } from '../../../src/domain/pricing-page.ts';
import { Loaders } from '../../../src/domain/relations.ts';
import type { Settings } from './settings.ts';

/** What a peer is asked for. */
export interface PageArguments {
  group: string;
  context: { country?: string; currency?: string };
  locale: string;
}

/** Pricing pages by the gateway's own code over the same file, which keeps nothing in memory. */
export const openPages = async ({ file, apiKeyId }: Settings) => {
  const store = new Store(await connect(`file:${file}`));
  const tenant = await findTenantOfApiKey(store, apiKeyId);
  if (!tenant) throw new Error(`there is no key ${apiKeyId} in ${file}`);
  return (asked: PageArguments) => {
    const reader = store.reader(tenant, 'public');
    return pricingPage(reader, new Loaders(reader), { ...asked, taxBehavior: 'unspecified' });
  };
};
export type Pages = Awaited<ReturnType<typeof openPages>>;
