import {
  CreateApiKeyInput,
  type CreatedApiKey as CreatedApiKeyRecord,
  countApiKeys,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../src/domain/api-key.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { inputType } from './input.ts';
import { adminMutation } from './mutation.ts';
import { ApiKey } from './refs.ts';
import { Scope } from './vocabulary.ts';

ApiKey.implement({
  description: 'A key that lets a client in, to one organization in one mode. Its secret is not kept.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Id of the key; not the secret.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    scope: t.expose('scope', { type: Scope, description: 'What it may do.' }),
    hint: t.exposeString('hint', { description: 'The last characters of its secret.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it stops working.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was revoked.' }),
  }),
});

const CreatedApiKey = builder.objectRef<CreatedApiKeyRecord>('CreatedApiKey').implement({
  description: 'A new key with its secret.',
  fields: (t) => ({
    apiKey: t.expose('apiKey', { type: ApiKey, description: 'The key.' }),
    secret: t.exposeString('secret', {
      nullable: true,
      description: 'What clients send. Shown this once; null when the request is repeated with its idempotency key.',
    }),
  }),
});

builder.queryField('apiKeys', (t) =>
  t.connection(
    {
      type: ApiKey,
      description:
        'The keys of this organization and mode, oldest first, revoked ones included. Needs the scope admin.',
      authScopes: { admin: true },
      resolve: async (_, args, { reader }) =>
        connection(await listApiKeys(reader, pageRequest(args)), () => countApiKeys(reader)),
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
    resolve: (_, { input }, { write }) => write((w) => createApiKey(w, input), 'admin'),
  }),
  revokeApiKey: t.field({
    type: ApiKey,
    description: 'Makes a key useless at once and for good. Needs the scope admin. Errors: `not_found`.',
    args: { id: t.arg.id({ required: true, description: 'Id of the key.' }) },
    ...adminMutation,
    resolve: (_, { id }, { write }) => write((w) => revokeApiKey(w, id), 'admin'),
  }),
}));
