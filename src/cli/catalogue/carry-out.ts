import type { Catalogue } from '../../domain/catalogue/document.ts';
import { ask, printable, quoted, say } from '../terminal.ts';
import { type CatalogueAccess, type ChangeSet, StaleChangeSet } from './access.ts';
import { countsOf } from './differences.ts';
import { countsOfFindings, hasErrors } from './findings.ts';
import { show } from './show.ts';

export const CODES =
  '\nExit codes: 0 done or nothing to do, 1 answered with no, 2 refused. Nothing is done by halves.';

interface Choice {
  yes?: true | undefined;
  at?: string | undefined;
  color: boolean;
}

const authorOf = ({ createdBy }: ChangeSet): string =>
  createdBy ? `by the key ${quoted(createdBy.name)}` : 'by the command line';

export const titleOf = (set: ChangeSet): string =>
  `${printable(set.id)}${set.name === null ? '' : ` ${quoted(set.name)}`}, ${authorOf(set)}`;

/** Shows a draft, asks, and applies or schedules it. A draft that is not wanted is discarded. */
export const carryOut = async (
  access: CatalogueAccess,
  draft: ChangeSet,
  before: Catalogue | undefined,
  { yes, at, color }: Choice,
): Promise<void> => {
  show(draft, before, color);
  if (draft.changes.length === 0) {
    await access.discard(draft.id);
    return;
  }
  if (hasErrors(draft.findings)) {
    await access.discard(draft.id);
    throw new Error(`${countsOfFindings(draft.findings)}: nothing was applied to ${access.name}`);
  }
  say(`Change set ${titleOf(draft)}.`);
  const when = at === undefined ? 'now' : `at ${at}`;
  if (!yes && !(await ask(`Apply to ${access.name} ${when}?`))) {
    await access.discard(draft.id);
    say('Nothing was applied.');
    process.exitCode = 1;
    return;
  }
  say(`${at === undefined ? 'Applying' : 'Scheduling'}: ${countsOf(draft.changes)} …`);
  const done = await act(access, draft, at);
  const undo = `plans-gateway catalogue revert ${printable(done.id)} ${access.options}`;
  console.log(
    at === undefined
      ? `Applied ${titleOf(done)}, to ${access.name}.\nTo undo it: ${undo}`
      : `Scheduled ${titleOf(done)}, for ${done.appliesAt}, on ${access.name}.\nTo call it off: ${undo}`,
  );
};

const act = async (
  access: CatalogueAccess,
  { id, hash }: ChangeSet,
  at: string | undefined,
): Promise<ChangeSet> => {
  try {
    if (at !== undefined) return await access.schedule(id, hash, at);
    return await access.apply(id, hash);
  } catch (failure) {
    const isDiscarded = await access.discard(id).then(
      () => true,
      () => false,
    );
    if (failure instanceof StaleChangeSet)
      throw new Error(
        `${access.name} has changed since this was shown, and nothing was applied: ` +
          `${failure.message} Look at the differences again, then push again.`,
      );
    if (isDiscarded || !(failure instanceof Error)) throw failure;
    throw new Error(
      `${failure.message}; look at the change set ${id}, which may have been applied`,
    );
  }
};
