import { builder } from './builder.ts';

/** What every mutation takes that updates or deletes an object with a revision. */
export const expectedRevision = builder.args((t) => ({
  expectedRevision: t.int({
    description:
      'The `revision` of the object that is changed, as you have read it: the price, the feature ' +
      'of the plan, the feature, the section, the group or the market that the mutation names, ' +
      'else the plan. ' +
      'Where it is another by now, nothing is written (`revision_mismatch`). Any revision when omitted.',
  }),
}));
