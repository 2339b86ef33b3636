import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { insertApiKey } from '../db/records/api-key.ts';
import type { ApiKey } from '../db/tables.ts';
import { invalid } from '../errors.ts';
import type { ApiKeyKind, Mode } from '../vocabulary.ts';
import type { Writer } from './operation.ts';

const SECRET_BYTES = 32;
const HINT_CHARACTERS = 4;
const DEFAULT_LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;

/** What a secret begins with. */
export const prefixes: Record<ApiKeyKind, string> = { secret: 'ck_', publishable: 'pk_' };

/** A key has so much chance in it that one plain hash keeps it secret. */
export const hashOf = (secret: string): string => hash('sha256', secret);

export const expiresAt = z.iso
  .datetime({ error: 'must be an ISO 8601 time in UTC' })
  .nullish()
  .describe('When the key stops working; a year from now when omitted.');

const expiryOf = (writer: Writer, expiresAt: string | null | undefined): string => {
  const expiry = expiresAt
    ? new Date(expiresAt)
    : new Date(Date.parse(writer.now) + DEFAULT_LIFETIME_MS);
  if (expiry.toISOString() <= writer.now) throw invalid('expiresAt', 'must be in the future');
  return expiry.toISOString();
};

export interface CreatedApiKey {
  apiKey: ApiKey;
  /** Shown once; null when the request is repeated. */
  secret: string | null;
}

export const withoutSecret = <Created extends CreatedApiKey>(created: Created): Created => ({
  ...created,
  secret: null,
});

/** That nobody has had before. */
const newSecret = (kind: ApiKeyKind, mode: Mode): string =>
  `${prefixes[kind]}${mode}_${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** Only the hash of its secret is kept. */
export const issueApiKey = async (
  writer: Writer,
  {
    expiresAt,
    ...form
  }: Pick<ApiKey, 'name' | 'kind' | 'scope' | 'allowedOrigins' | 'trustedDocumentsOnly'> & {
    expiresAt: string | null | undefined;
  },
  secret = newSecret(form.kind, writer.tenant.mode),
): Promise<CreatedApiKey> => {
  const apiKey: ApiKey = {
    id: writer.newId('apiKey'),
    ...form,
    name: form.name.trim(),
    hint: secret.slice(-HINT_CHARACTERS),
    createdAt: writer.now,
    expiresAt: expiryOf(writer, expiresAt),
    revokedAt: null,
    lastUsedAt: null,
  };
  await insertApiKey(writer, apiKey, hashOf(secret));
  return { apiKey, secret };
};
