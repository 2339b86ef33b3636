import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  type ApiKey,
  countApiKeys as count,
  findApiKey,
  findKeyHolder,
  insertApiKey,
  type KeyHolder,
  listApiKeys as list,
  markApiKeyRevoked,
} from '../db/api-key.ts';
import { byCreation } from '../db/keyset.ts';
import { invalid, NotFoundError } from '../errors.ts';
import { type Mode, scopes } from '../vocabulary.ts';
import * as fields from './fields.ts';
import { operation, type Reader, type Store } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';

export type { ApiKey, KeyHolder };

const SECRET_BYTES = 32;
const HINT_CHARACTERS = 4;
const DEFAULT_LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;

/** A key has so much chance in it that one plain hash keeps it secret. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const newSecret = (mode: Mode): string => `ck_${mode}_${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** Whom the secret stands for; undefined when it is unknown, expired or revoked. */
export const authenticate = async (store: Store, secret: string): Promise<KeyHolder | undefined> =>
  secret.startsWith('ck_') ? findKeyHolder(store, hashOf(secret)) : undefined;

/** Oldest first; expired and revoked keys included. */
export const listApiKeys = (reader: Reader, request: PageRequest): Promise<Page<ApiKey>> =>
  page(request, { list: 'api-keys', sortKey: byCreation, fetch: (stretch) => list(reader, stretch) });

export const countApiKeys = (reader: Reader): Promise<number> => count(reader);

export const CreateApiKeyInput = z.object({
  name: fields.name,
  scope: z.enum(scopes).describe('What the key may do: admin includes write, write includes read.'),
  expiresAt: z.iso
    .datetime({ error: 'must be an ISO 8601 time in UTC' })
    .nullish()
    .describe('When the key stops working; a year from now when omitted.'),
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;

export interface CreatedApiKey {
  apiKey: ApiKey;
  /** Shown once; null when the request is repeated. */
  secret: string | null;
}

export const createApiKey = operation(
  'createApiKey',
  async (writer, { name, scope, expiresAt }: CreateApiKeyInput): Promise<CreatedApiKey> => {
    const expiry = expiresAt ? new Date(expiresAt) : new Date(Date.parse(writer.now) + DEFAULT_LIFETIME_MS);
    if (expiry.toISOString() <= writer.now) throw invalid('expiresAt', 'must be in the future');
    const secret = newSecret(writer.tenant.mode);
    const apiKey: ApiKey = {
      id: writer.newId('apiKey'),
      name,
      scope,
      hint: secret.slice(-HINT_CHARACTERS),
      createdAt: writer.now,
      expiresAt: expiry.toISOString(),
      revokedAt: null,
      lastUsedAt: null,
    };
    await insertApiKey(writer, apiKey, hashOf(secret));
    writer.changed(apiKey.id, null, apiKey);
    return { apiKey, secret };
  },
  { raisesRevision: false, withoutSecrets: ({ apiKey }) => ({ apiKey, secret: null }) },
);

/** Counts at once. Revoking a revoked key changes nothing. */
export const revokeApiKey = operation(
  'revokeApiKey',
  async (writer, apiKeyId: string): Promise<ApiKey> => {
    const before = await findApiKey(writer, apiKeyId);
    if (!before) throw new NotFoundError('not_found', 'id', 'There is no API key with this id.');
    const after = { ...before, revokedAt: before.revokedAt ?? writer.after(before.createdAt) };
    await markApiKeyRevoked(writer, apiKeyId, after.revokedAt);
    writer.changed(apiKeyId, before, after);
    return after;
  },
  { raisesRevision: false },
);
