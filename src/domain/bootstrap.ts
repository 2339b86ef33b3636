import { findTenantOfApiKey, hasOrganizations } from '../db/records/organization.ts';
import { issueApiKey } from './api-key-issue.ts';
import type { Store, WriteRequest } from './operation.ts';
import { ensureOrganization } from './organization.ts';

interface Bootstrap {
  organization: string;
  /** Of a live secret key. */
  secret: string;
}

/**
 * Gives an empty database its first organization, with an admin key whose secret the operator chose.
 * Answers the key's id; undefined where there is an organization already. Processes that start
 * together create one.
 */
export const bootstrap = async (
  store: Store,
  { organization, secret }: Bootstrap,
  request: WriteRequest,
): Promise<string | undefined> => {
  if (await hasOrganizations(store.engine.reading)) return undefined;
  let apiKeyId: string | undefined;
  await ensureOrganization(store, organization, request, {
    isFirst: true,
    fill: async (writer) => {
      if (writer.tenant.mode !== 'live') return;
      const form = {
        name: 'bootstrap',
        kind: 'secret',
        scope: 'admin',
        allowedOrigins: null,
        trustedDocumentsOnly: false,
        expiresAt: null,
      } as const;
      ({ id: apiKeyId } = (await issueApiKey(writer, form, secret)).apiKey);
    },
  });
  // What an attempt has made that was then undone is nowhere.
  return apiKeyId && (await findTenantOfApiKey(store, apiKeyId)) ? apiKeyId : undefined;
};
