import {
  type AuditChange as AuditChangeRecord,
  type AuditEntry as AuditEntryRecord,
  AuditLogFilter,
  countAuditLog,
  listAuditLog,
} from '../src/domain/audit-log.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { COST_OF_LONGER_LIST, costOfPage } from './cost.ts';
import { inputType } from './input.ts';
import { ApiKey } from './refs.ts';
import { anyLength } from './selection.ts';

const AuditChange = builder.objectRef<AuditChangeRecord>('AuditChange').implement({
  description:
    'One object that a write changed. Of an object that was there before and stays, both states ' +
    'have the fields that differ; names and values are those that are stored.',
  fields: (t) => ({
    type: t.exposeString('type', {
      description: 'What the object is, named as its type: `PlanPrice`.',
    }),
    objectId: t.exposeID('objectId', { description: 'Id of the object.' }),
    planId: t.exposeID('planId', {
      nullable: true,
      description: 'Id of the plan that the object is or belongs to; null where there is none.',
    }),
    before: t.expose('before', {
      type: 'JSONObject',
      nullable: true,
      extensions: anyLength,
      description: 'What was there before; null when the object is new.',
    }),
    after: t.expose('after', {
      type: 'JSONObject',
      nullable: true,
      extensions: anyLength,
      description: 'What is there since; null when nothing is.',
    }),
  }),
});

const AuditEntry = builder.objectRef<AuditEntryRecord>('AuditEntry').implement({
  description:
    'One write: who did what to which object. Entries are never changed, ' +
    'and removed only when they are older than the operator keeps them.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Id of the entry.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    apiKeyId: t.exposeID('apiKeyId', {
      nullable: true,
      description: 'Id of the key that did it; null for the command line.',
    }),
    apiKey: t.expose('apiKey', {
      type: ApiKey,
      nullable: true,
      description: 'The key that did it, as it is now; null for the command line.',
    }),
    operation: t.exposeString('operation', {
      description: 'What was done, named as the mutation: `addPlanPrice`.',
    }),
    objectId: t.exposeID('objectId', { description: 'Id of the object that it was done to.' }),
    before: t.expose('before', {
      type: 'JSONObject',
      nullable: true,
      extensions: anyLength,
      description: 'What was there before, as it was stored; null when the object is new.',
    }),
    after: t.expose('after', {
      type: 'JSONObject',
      nullable: true,
      extensions: anyLength,
      description: 'What is there since, as it was stored; null when nothing is.',
    }),
    changes: t.expose('changes', {
      type: [AuditChange],
      complexity: COST_OF_LONGER_LIST,
      description:
        'Every object that the write changed, with what was derived from it or went with it. Put ' +
        'back in reverse order, the states before give what was there before the write.',
    }),
    sequence: t.exposeInt('sequence', {
      description: 'Its place among the writes to this organization and mode, from 1.',
    }),
    revision: t.exposeInt('revision', {
      nullable: true,
      description:
        'What the revision of the catalogue became; null for writes to keys, and in older entries.',
    }),
    scheduled: t.exposeBoolean('scheduled', {
      description: 'It was done at a time that was set before, as the key that set it.',
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'Id that the gateway gave the request; null for the command line.',
    }),
    clientRequestId: t.exposeString('clientRequestId', {
      nullable: true,
      description: 'The `X-Request-Id` that the client sent; null without one.',
    }),
  }),
});

builder.queryField('auditLog', (t) =>
  t.connection(
    {
      type: AuditEntry,
      complexity: costOfPage,
      description:
        'Every write to this organization and mode, newest first, at most 100 a page (20 unless ' +
        'said otherwise). Needs the scope admin or audit.',
      authScopes: { audit: true },
      args: {
        filter: t.arg({
          type: inputType('AuditLogFilter', AuditLogFilter, 'Which entries.', {
            planId: 'ID',
            objectId: 'ID',
            operation: 'String',
            apiKeyId: 'ID',
            from: 'DateTime',
            to: 'DateTime',
          }),
          description: 'Which entries.',
        }),
      },
      resolve: async (_, { filter, ...page }, { reader, total }) =>
        connection(await listAuditLog(reader, filter ?? {}, pageRequest(page)), () =>
          total('auditLog', filter, () => countAuditLog(reader, filter ?? {})),
        ),
    },
    ...connectionTypes('AuditEntry'),
  ),
);
