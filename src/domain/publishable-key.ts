import { z } from 'zod';
import { ForbiddenError } from '../errors.ts';
import { isOrigin, NO_ORIGIN } from '../origin.ts';
import type { Audience } from '../vocabulary.ts';
import type { KeyHolder } from './api-key.ts';
import { type CreatedApiKey, expiresAt, issueApiKey, withoutSecret } from './api-key-issue.ts';
import * as fields from './fields.ts';
import { beyond, maxima } from './maxima.ts';
import { operation } from './operation.ts';

const origin = fields.text(255).refine(isOrigin, NO_ORIGIN);

export const CreatePublishableKeyInput = z.object({
  name: fields.name,
  allowedOrigins: z
    .array(origin)
    .min(1, 'must not be empty')
    .max(maxima.originsOfKey, beyond('originsOfKey'))
    .refine((origins) => new Set(origins).size === origins.length, 'must not repeat an origin')
    .describe('The origins of the pages that may use the key, e.g. https://shop.example.'),
  trustedDocumentsOnly: z
    .boolean()
    .nullish()
    .describe(
      'The key runs only the GraphQL documents that the operator has approved; false when omitted.',
    ),
  expiresAt,
});
export type CreatePublishableKeyInput = z.infer<typeof CreatePublishableKeyInput>;

export const createPublishableKey = operation(
  'createPublishableKey',
  async (writer, input: CreatePublishableKeyInput): Promise<CreatedApiKey> => {
    const { name, allowedOrigins, trustedDocumentsOnly, expiresAt } = input;
    const created = await issueApiKey(writer, {
      name,
      kind: 'publishable',
      scope: 'read',
      allowedOrigins,
      trustedDocumentsOnly: trustedDocumentsOnly ?? false,
      expiresAt,
    });
    writer.about(created.apiKey.id);
    return created;
  },
  { raisesRevision: false, withoutSecrets: withoutSecret },
);

/** What the holder of a key may see. */
export const audienceOf = ({ kind }: Pick<KeyHolder, 'kind'>): Audience =>
  kind === 'publishable' ? 'public' : 'all';

/** The key names the origin, which is the request's header. */
export const isAllowedOrigin = (
  { allowedOrigins }: Pick<KeyHolder, 'allowedOrigins'>,
  origin: string | undefined,
): boolean => origin !== undefined && allowedOrigins?.includes(origin) === true;

/** A secret key is used from anywhere, a publishable one by pages of its origins. */
export const requireAllowedOrigin = (
  caller: Pick<KeyHolder, 'allowedOrigins'>,
  origin: string | undefined,
): void => {
  if (caller.allowedOrigins === null || isAllowedOrigin(caller, origin)) return;
  throw new ForbiddenError(
    origin === undefined
      ? 'This publishable key works in web pages only: the request has no Origin.'
      : 'This publishable key does not work at the origin of the request.',
  );
};
