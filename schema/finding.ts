import type { Finding as FindingRecord } from '../src/domain/change-set.ts';
import { builder } from './builder.ts';
import { Severity } from './vocabulary.ts';

export const Finding = builder.objectRef<FindingRecord>('Finding').implement({
  description: 'What the lint says about an object of a catalogue.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'Name of the rule: `year-dearer-than-months`.' }),
    severity: t.expose('severity', {
      type: Severity,
      description: 'Errors keep a change set from being applied.',
    }),
    code: t.exposeString('code', {
      description: 'Code of the plan, feature, market, group or section that it is about.',
    }),
    path: t.exposeString('path', {
      description: 'Where it stands in the file: `plans.pro.prices.yearly`.',
    }),
    message: t.exposeString('message', { description: 'What was found, for people.' }),
    docUrl: t.string({
      description: 'Where the rule is explained.',
      resolve: ({ rule }, _, { lintUrl }) => lintUrl(rule),
    }),
  }),
});
