import type { KeyHolder } from '../src/domain/api-key.ts';
import { includesScope, scopes } from '../src/vocabulary.ts';
import { builder } from './builder.ts';
import { Organization } from './organization.ts';
import { ApiKeyKind, Mode, Scope } from './vocabulary.ts';

const Viewer = builder.objectRef<KeyHolder>('Viewer').implement({
  description: 'Whom the key of this request stands for.',
  fields: (t) => ({
    id: t.id({
      description: 'Id for caches, made from that of the key. `node` does not know it.',
      resolve: ({ apiKeyId }) => `viewer_${apiKeyId}`,
    }),
    organization: t.expose('organization', {
      type: Organization,
      description: 'The organization of the key.',
    }),
    mode: t.field({
      type: Mode,
      description: 'The mode of the key.',
      resolve: ({ tenant }) => tenant.mode,
    }),
    keyKind: t.expose('kind', {
      type: ApiKeyKind,
      description: 'Who may know the secret of the key.',
    }),
    scopes: t.field({
      type: [Scope],
      description: 'What the key may do, weakest first, AUDIT at the end.',
      resolve: ({ scope }) => scopes.filter((included) => includesScope(scope, included)),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Whom the key of this request stands for.',
    resolve: (_, __, { caller }) => caller,
  }),
);
