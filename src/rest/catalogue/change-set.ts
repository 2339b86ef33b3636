import { shownChange } from '../../domain/catalogue/print.ts';
import type { ChangeSet, Finding } from '../../domain/change-set.ts';

/** Change sets and findings as JSON, for REST and the command line. */

export interface ChangeSetFacts {
  isStale: boolean;
  createdBy: { id: string; name: string } | null;
  lintUrl(rule: string): string;
}

export const findingJson = (finding: Finding, lintUrl: ChangeSetFacts['lintUrl']) => ({
  ...finding,
  docUrl: lintUrl(finding.rule),
});

export const changeSetJson = (set: ChangeSet, { isStale, createdBy, lintUrl }: ChangeSetFacts) => ({
  id: set.id,
  name: set.name,
  status: set.status,
  hash: set.hash,
  isStale,
  changes: set.changes.map(shownChange),
  findings: set.findings.map((finding) => findingJson(finding, lintUrl)),
  appliesAt: set.appliesAt,
  appliedAt: set.appliedAt,
  appliedRevision: set.appliedRevision,
  failure: set.failure,
  revertOf: set.revertOfId,
  createdBy,
  createdAt: set.createdAt,
});
