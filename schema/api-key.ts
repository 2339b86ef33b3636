import type { Context } from '../src/context.ts';
import {
  CreateApiKeyInput,
  type CreatedApiKey as CreatedApiKeyRecord,
  countApiKeys,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../src/domain/api-key.ts';
import {
  RotateApiKeyInput,
  type RotatedApiKey as RotatedApiKeyRecord,
  rotateApiKey,
} from '../src/domain/api-key-rotation.ts';
import { CreatePublishableKeyInput, createPublishableKey } from '../src/domain/publishable-key.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { costOfPage } from './cost.ts';
import { inputType } from './input.ts';
import { adminMutation } from './mutation.ts';
import { ApiKey } from './refs.ts';
import { ApiKeyKind, Scope } from './vocabulary.ts';

ApiKey.implement({
  description:
    'A key that lets a client in, to one organization in one mode. Its secret is not kept.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Id of the key; not the secret.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    kind: t.expose('kind', {
      authScopes: { admin: true },
      type: ApiKeyKind,
      description: 'Whether it may stand in web pages.',
    }),
    scope: t.expose('scope', {
      authScopes: { admin: true },
      type: Scope,
      description: 'What it may do.',
    }),
    allowedOrigins: t.exposeStringList('allowedOrigins', {
      authScopes: { admin: true },
      nullable: true,
      description:
        'The origins of the pages that may use it; null for a secret key, which works anywhere.',
    }),
    trustedDocumentsOnly: t.exposeBoolean('trustedDocumentsOnly', {
      authScopes: { admin: true },
      description: 'It runs only the GraphQL documents that the operator has approved.',
    }),
    hint: t.exposeString('hint', {
      authScopes: { admin: true },
      description: 'The last characters of its secret.',
    }),
    createdAt: t.expose('createdAt', {
      authScopes: { admin: true },
      type: 'DateTime',
      description: 'When it was created.',
    }),
    expiresAt: t.expose('expiresAt', {
      authScopes: { admin: true },
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working.',
    }),
    revokedAt: t.expose('revokedAt', {
      authScopes: { admin: true },
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      authScopes: { admin: true },
      type: 'DateTime',
      nullable: true,
      description:
        'When a request was last made with it, known some minutes later; null for never.',
    }),
  }),
});

const secret = {
  nullable: true,
  description:
    'What clients send. Shown this once; null when the request is repeated with its idempotency ' +
    'key.',
  resolve: (key: { secret: string | null }, _: unknown, context: Context) => {
    if (key.secret !== null) context.showsSecret = true;
    return key.secret;
  },
} as const;

const CreatedApiKey = builder.objectRef<CreatedApiKeyRecord>('CreatedApiKey').implement({
  description: 'A new key with its secret.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', { type: ApiKey, description: 'The key.' }),
    secret: t.string(secret),
  }),
});

const RotatedApiKey = builder.objectRef<RotatedApiKeyRecord>('RotatedApiKey').implement({
  description: 'A new key with its secret, in the place of another one.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', {
      type: ApiKey,
      description: 'The new key: like the old one, but for its secret.',
    }),
    secret: t.string(secret),
    replaced: t.expose('replaced', {
      type: ApiKey,
      description: 'The old key, which works until it expires.',
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.connection(
    {
      type: ApiKey,
      complexity: costOfPage,
      description:
        'The keys of this organization and mode, oldest first, revoked ones included. Needs the ' +
        'scope admin.',
      authScopes: { admin: true },
      resolve: async (_, args, { reader, total }) =>
        connection(await listApiKeys(reader, pageRequest(args)), () =>
          total('apiKeys', null, () => countApiKeys(reader)),
        ),
    },
    ...connectionTypes('ApiKey'),
  ),
);

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreatedApiKey,
    description: 'Makes a key for this organization and mode. Needs the scope admin.',
    args: {
      input: t.arg({
        required: true,
        description: 'The key.',
        type: inputType('CreateApiKeyInput', CreateApiKeyInput, 'A new API key.', {
          name: 'String',
          scope: Scope,
          expiresAt: 'DateTime',
        }),
      }),
    },
    ...adminMutation,
    resolve: (_, { input }, { write }) => write((w) => createApiKey(w, input), { scope: 'admin' }),
  }),
  createPublishableKey: t.field({
    type: CreatedApiKey,
    description:
      'Makes a key that may stand in web pages: it reads public plans, without metadata and ' +
      'margins, from the origins that are named. ' +
      'Needs the scope admin.',
    args: {
      input: t.arg({
        required: true,
        description: 'The key.',
        type: inputType(
          'CreatePublishableKeyInput',
          CreatePublishableKeyInput,
          'A new publishable key.',
          {
            name: 'String',
            allowedOrigins: ['String'],
            trustedDocumentsOnly: 'Boolean',
            expiresAt: 'DateTime',
          },
        ),
      }),
    },
    ...adminMutation,
    resolve: (_, { input }, { write }) =>
      write((w) => createPublishableKey(w, input), { scope: 'admin' }),
  }),
  rotateApiKey: t.field({
    type: RotatedApiKey,
    description:
      'Makes a new key like another one, which goes on working for a while. Needs the scope ' +
      'admin. Errors: `not_found`.',
    args: {
      id: t.arg.id({ required: true, description: 'Id of the key to replace.' }),
      input: t.arg({
        required: true,
        description: 'For how long both work.',
        type: inputType('RotateApiKeyInput', RotateApiKeyInput, 'How a key is replaced.', {
          overlapSeconds: 'Int',
          expiresAt: 'DateTime',
        }),
      }),
    },
    ...adminMutation,
    resolve: (_, { id, input }, { write }) =>
      write((w) => rotateApiKey(w, id, input), { scope: 'admin' }),
  }),
  revokeApiKey: t.field({
    type: ApiKey,
    description:
      'Makes a key useless at once and for good. Needs the scope admin. Errors: `not_found`.',
    args: { id: t.arg.id({ required: true, description: 'Id of the key.' }) },
    ...adminMutation,
    resolve: (_, { id }, { write }) => write((w) => revokeApiKey(w, id), { scope: 'admin' }),
  }),
}));
