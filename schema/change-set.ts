import { shownChange } from '../src/domain/catalogue/print.ts';
import { readInTurns } from '../src/domain/catalogue/read.ts';
import {
  applyChangeSet,
  type CatalogueChange as CatalogueChangeRecord,
  CreateChangeSetInput,
  countChangeSets,
  createChangeSet,
  discardChangeSet,
  isStale,
  listChangeSets,
  pageOfChanges,
  revertChangeSet,
  scheduleChangeSet,
  unscheduleChangeSet,
} from '../src/domain/change-set.ts';
import { apiKeyById, changeSetById } from '../src/domain/relations.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { COST_OF_CATALOGUE, COST_OF_LONGER_LIST, costOfPage } from './cost.ts';
import { Finding } from './finding.ts';
import { inputType } from './input.ts';
import { mutation } from './mutation.ts';
import { Node } from './node.ts';
import { ApiKey, ChangeSet } from './refs.ts';
import { anyLength } from './selection.ts';
import { CatalogueScope, ChangeKind, ChangeSetStatus } from './vocabulary.ts';

const CatalogueChange = builder.objectRef<CatalogueChangeRecord>('CatalogueChange').implement({
  description:
    'One object that a change set creates, changes or deletes. Both states have its own members ' +
    'as the catalogue file has them: amounts in units of their currency.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ChangeKind, description: 'What happens to it.' }),
    type: t.exposeString('type', {
      description:
        'What the object is, named as its type: `PlanPrice`. `FeatureOrder` is the order of ' +
        'sections, features or limits.',
    }),
    code: t.exposeString('code', {
      description: 'Its key in the file: a code, an interval, a currency or a locale.',
    }),
    path: t.exposeString('path', {
      description: 'Where it stands in the file: `plans.pro.prices.monthly`.',
    }),
    before: t.field({
      type: 'JSONObject',
      nullable: true,
      extensions: anyLength,
      description: 'What it was when the set was made; null for a new object.',
      resolve: (change) => shownChange(change).before,
    }),
    after: t.field({
      type: 'JSONObject',
      nullable: true,
      extensions: anyLength,
      description: 'What it becomes; null for a deleted object.',
      resolve: (change) => shownChange(change).after,
    }),
  }),
});

ChangeSet.implement({
  description:
    'What a catalogue file would change, kept until it is applied. Refused to publishable keys.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'What its author calls it; null without a name.',
    }),
    status: t.expose('status', { type: ChangeSetStatus, description: 'How far it has come.' }),
    hash: t.exposeString('hash', {
      description: 'Of the changes and of what they touch: applying it takes this hash.',
    }),
    isStale: t.boolean({
      complexity: COST_OF_CATALOGUE,
      description:
        'Something that it touches has changed since it was made, so that it cannot be applied. ' +
        'False once it is not open any more.',
      resolve: (set, _, { reader }) => isStale(reader, set),
    }),
    changes: t.connection(
      {
        type: CatalogueChange,
        complexity: costOfPage,
        description: 'What it changes, in the order of the file, at most 100 a page.',
        resolve: async (set, args) =>
          connection(await pageOfChanges(set, pageRequest(args)), async () => set.changes.length),
      },
      ...connectionTypes('CatalogueChange'),
    ),
    findings: t.expose('findings', {
      type: [Finding],
      complexity: COST_OF_LONGER_LIST,
      description: 'What the lint says of the catalogue that it leads to. Errors keep it a draft.',
    }),
    appliesAt: t.expose('appliesAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it applies; null unless it was scheduled.',
    }),
    appliedAt: t.expose('appliedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was applied; null unless it was.',
    }),
    appliedRevision: t.exposeInt('appliedRevision', {
      nullable: true,
      description: 'What the revision of the catalogue became by it; null unless it was applied.',
    }),
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Why it was not applied at its time; null unless it failed.',
    }),
    revertOf: t.field({
      type: ChangeSet,
      nullable: true,
      description: 'The applied set that it undoes; null for others.',
      resolve: ({ revertOfId }, _, { loaders }) =>
        revertOfId === null ? null : loaders.load(changeSetById, revertOfId),
    }),
    createdBy: t.field({
      type: ApiKey,
      nullable: true,
      description: 'The key that made it; null for the command line.',
      resolve: ({ createdById }, _, { loaders }) =>
        createdById === null ? null : loaders.load(apiKeyById, createdById),
    }),
    scheduledBy: t.field({
      type: ApiKey,
      nullable: true,
      description: 'The key that scheduled it, which it is applied as; null where none did.',
      resolve: ({ scheduledById }, _, { loaders }) =>
        scheduledById === null ? null : loaders.load(apiKeyById, scheduledById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When its status last changed.',
    }),
  }),
});

builder.queryFields((t) => ({
  changeSet: t.field({
    type: ChangeSet,
    nullable: true,
    authScopes: { secret: true },
    description: 'One change set; null when there is none. Refused to publishable keys.',
    args: { id: t.arg.id({ required: true, description: 'Id of the change set.' }) },
    resolve: (_, { id }, { loaders }) => loaders.load(changeSetById, id),
  }),
  changeSets: t.connection(
    {
      type: ChangeSet,
      nullable: true,
      complexity: costOfPage,
      authScopes: { secret: true },
      description:
        'The change sets, newest first, at most 100 a page (20 unless said otherwise). Refused to ' +
        'publishable keys.',
      resolve: async (_, args, { reader, total }) =>
        connection(await listChangeSets(reader, pageRequest(args)), () =>
          total('changeSets', null, () => countChangeSets(reader)),
        ),
    },
    ...connectionTypes('ChangeSet'),
  ),
}));

const changeSetId = builder.args((t) => ({
  id: t.id({ required: true, description: 'Id of the change set.' }),
}));

const expectedHash = builder.args((t) => ({
  expectedHash: t.string({
    required: true,
    description: 'The `hash` of the set as it was looked at.',
  }),
}));

builder.mutationFields((t) => ({
  createChangeSet: t.field({
    type: ChangeSet,
    description:
      'Makes a draft of what a catalogue file would change, with what the lint says about it. ' +
      'Writes nothing to the catalogue. Errors: `validation_error`, with line and column of what ' +
      'cannot be read; `payload_too_large`.',
    args: {
      input: t.arg({
        required: true,
        description: 'The catalogue file.',
        type: inputType('CreateChangeSetInput', CreateChangeSetInput, 'A catalogue file.', {
          document: 'String',
          scope: CatalogueScope,
          name: 'String',
        }),
      }),
    },
    ...mutation,
    resolve: async (_, { input }, { write }) => {
      const file = await readInTurns(input.document);
      return write((w) => createChangeSet(w, input, file));
    },
  }),
  applyChangeSet: t.field({
    type: ChangeSet,
    description:
      'Makes the changes of a draft, all or none, in one revision. An applied set with the same ' +
      'hash is answered as the first time. Clients that cache objects read again what they show. ' +
      'To delete a plan, feature, group or market takes the scope admin. Errors: ' +
      '`change_set_not_found`, `change_set_stale`, ' +
      '`change_set_not_open`, `catalogue_invalid`, `forbidden`.',
    args: { ...changeSetId, ...expectedHash },
    ...mutation,
    resolve: (_, { id, expectedHash }, { write, caller }) =>
      write((w) => applyChangeSet(w, id, expectedHash, caller.scope)),
  }),
  scheduleChangeSet: t.field({
    type: ChangeSet,
    description:
      'Has a draft applied at a time, as the key that schedules it. What touches it until then ' +
      'makes it stale, so that it fails at its time and changes nothing. Shared caches may show ' +
      'what they hold for a while. Errors: as those of `applyChangeSet`, `validation_error` ' +
      '(appliesAt in the past).',
    args: {
      ...changeSetId,
      ...expectedHash,
      appliesAt: t.arg({
        type: 'DateTime',
        required: true,
        description: 'When it applies, in the future.',
      }),
    },
    ...mutation,
    resolve: (_, { id, expectedHash, appliesAt }, { write, caller }) =>
      write((w) => scheduleChangeSet(w, id, expectedHash, appliesAt, caller.scope)),
  }),
  unscheduleChangeSet: t.field({
    type: ChangeSet,
    description:
      'Makes a scheduled set a draft again. Errors: `change_set_not_found`, `change_set_not_open`.',
    args: { ...changeSetId },
    ...mutation,
    resolve: (_, { id }, { write }) => write((w) => unscheduleChangeSet(w, id)),
  }),
  revertChangeSet: t.field({
    type: ChangeSet,
    description:
      'Makes a draft that undoes an applied set. Deleted objects come back under new ids. Errors: ' +
      '`change_set_not_found`, `change_set_not_open`, `change_set_not_revertible` (a later write ' +
      'changed the same fields).',
    args: { ...changeSetId },
    ...mutation,
    resolve: (_, { id }, { write }) => write((w) => revertChangeSet(w, id)),
  }),
  discardChangeSet: t.field({
    type: ChangeSet,
    description: 'Drops a draft. Errors: `change_set_not_found`, `change_set_not_open`.',
    args: { ...changeSetId },
    ...mutation,
    resolve: (_, { id }, { write }) => write((w) => discardChangeSet(w, id)),
  }),
}));
