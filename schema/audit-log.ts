import {
  type AuditEntry as AuditEntryRecord,
  AuditLogFilter,
  countAuditLog,
  listAuditLog,
} from '../src/domain/audit-log.ts';
import { builder } from './builder.ts';
import { connection, connectionTypes, pageRequest } from './connection.ts';
import { costOfPage } from './cost.ts';
import { inputType } from './input.ts';
import { ApiKey } from './refs.ts';
import { anyLength } from './selection.ts';

const AuditEntry = builder.objectRef<AuditEntryRecord>('AuditEntry').implement({
  description: 'One write: who did what to which object. Entries are never changed or removed.',
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
        'said otherwise). Needs the scope admin.',
      authScopes: { admin: true },
      args: {
        filter: t.arg({
          type: inputType('AuditLogFilter', AuditLogFilter, 'Which entries.', { objectId: 'ID' }),
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
