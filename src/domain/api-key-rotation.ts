import { z } from 'zod';
import { saveApiKey } from '../db/records/api-key.ts';
import type { ApiKey } from '../db/tables.ts';
import { invalid } from '../errors.ts';
import { requireApiKey } from './api-key.ts';
import { type CreatedApiKey, expiresAt, issueApiKey, withoutSecret } from './api-key-issue.ts';
import * as fields from './fields.ts';
import { operation } from './operation.ts';

const DAY_SECONDS = 24 * 60 * 60;
const MOST_DAYS = 30;

export const RotateApiKeyInput = z.object({
  overlapSeconds: fields.count
    .max(MOST_DAYS * DAY_SECONDS, `must be at most ${MOST_DAYS} days`)
    .nullish()
    .describe(`How long the old key goes on working, up to ${MOST_DAYS} days; a day when omitted.`),
  expiresAt: expiresAt.describe('When the new key stops working; a year from now when omitted.'),
});
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>;

export interface RotatedApiKey extends CreatedApiKey {
  /** The old key; it ends with the overlap, or when it would have ended anyway. */
  replaced: ApiKey;
}

export const rotateApiKey = operation(
  'rotateApiKey',
  async (
    writer,
    apiKeyId: string,
    { overlapSeconds, expiresAt }: RotateApiKeyInput,
  ): Promise<RotatedApiKey> => {
    const before = await requireApiKey(writer, apiKeyId);
    const isUsable =
      before.revokedAt === null && (before.expiresAt === null || before.expiresAt > writer.now);
    if (!isUsable) throw invalid('id', 'is the id of a key that has ended; create a new one');
    const { name, kind, scope, allowedOrigins, trustedDocumentsOnly } = before;
    const created = await issueApiKey(writer, {
      name,
      kind,
      scope,
      allowedOrigins,
      trustedDocumentsOnly,
      expiresAt,
    });
    const overlap = (overlapSeconds ?? DAY_SECONDS) * 1000;
    const end = new Date(Date.parse(writer.now) + overlap).toISOString();
    const expiresAtLast =
      before.expiresAt !== null && before.expiresAt < end ? before.expiresAt : end;
    writer.about(apiKeyId);
    const replaced = await saveApiKey(writer, { ...before, expiresAt: expiresAtLast });
    return { ...created, replaced };
  },
  { raisesRevision: false, withoutSecrets: withoutSecret },
);
