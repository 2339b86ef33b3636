import { z } from 'zod';
import { byCreation } from '../db/read/keyset.ts';
import {
  countApiKeys as count,
  findApiKey,
  listApiKeys as list,
  saveApiKey,
} from '../db/records/api-key.ts';
import { findKeyHolder, type KeyHolder } from '../db/records/api-key-cache.ts';
import type { ApiKey } from '../db/tables.ts';
import { NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { scopes } from '../vocabulary.ts';
import {
  type CreatedApiKey,
  expiresAt,
  hashOf,
  issueApiKey,
  prefixes,
  withoutSecret,
} from './api-key-issue.ts';
import * as fields from './fields.ts';
import { operation, type Reader, type Store } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';

export type { ApiKey, CreatedApiKey, KeyHolder };

/** What secrets of publishable keys begin with. */
export const publishablePrefix = prefixes.publishable;

/** Whom the secret stands for; undefined when it is unknown, expired or revoked. */
export const authenticate = (store: Store, secret: string): MaybePromise<KeyHolder | undefined> =>
  Object.values(prefixes).some((prefix) => secret.startsWith(prefix))
    ? findKeyHolder(store, hashOf(secret))
    : undefined;

/** Oldest first; expired and revoked keys included. */
export const listApiKeys = (reader: Reader, request: PageRequest): MaybePromise<Page<ApiKey>> =>
  page(request, {
    list: 'api-keys',
    sortKey: byCreation,
    fetch: (spec) => list(reader, spec),
  });

export const countApiKeys = (reader: Reader): Promise<number> => count(reader);

export const requireApiKey = async (reader: Reader, apiKeyId: string): Promise<ApiKey> => {
  const apiKey = await findApiKey(reader, apiKeyId);
  if (!apiKey) throw new NotFoundError('not_found', 'id', 'There is no API key with this id.');
  return apiKey;
};

export const CreateApiKeyInput = z.object({
  name: fields.name,
  scope: z
    .enum(scopes)
    .describe(
      'What the key may do: admin includes all others, write includes read, audit stands alone.',
    ),
  expiresAt,
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;

export const createApiKey = operation(
  'createApiKey',
  async (writer, { name, scope, expiresAt }: CreateApiKeyInput): Promise<CreatedApiKey> => {
    const form = {
      name,
      scope,
      kind: 'secret',
      allowedOrigins: null,
      trustedDocumentsOnly: false,
    } as const;
    const created = await issueApiKey(writer, { ...form, expiresAt });
    writer.about(created.apiKey.id);
    return created;
  },
  { raisesRevision: false, withoutSecrets: withoutSecret },
);

/** Counts at once. Revoking a revoked key changes nothing. */
export const revokeApiKey = operation(
  'revokeApiKey',
  async (writer, apiKeyId: string): Promise<ApiKey> => {
    const before = await requireApiKey(writer, apiKeyId);
    writer.about(apiKeyId);
    const revokedAt = before.revokedAt ?? writer.nextTimestamp(before.createdAt);
    return saveApiKey(writer, { ...before, revokedAt });
  },
  { raisesRevision: false },
);
