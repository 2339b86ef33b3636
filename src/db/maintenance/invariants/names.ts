import type { Kysely } from 'kysely';
import { isLink } from '../../../link.ts';
import { foldName, isVisible } from '../../../names.ts';
import type { Tables } from '../../tables.ts';
import type { Finding } from './query.ts';
import { rowsOf } from './rows-of.ts';

const faultOf = (name: string): string | undefined => {
  if (!isVisible(name)) return 'has no character that can be seen';
  return name === name.trim() ? undefined : 'has spaces around it';
};

const presented = [
  'presentation_tagline',
  'presentation_badge',
  'presentation_call_to_action_label',
  'presentation_call_to_action_url',
] as const;

/** Invariant 7: names, whose rules are younger than the first rows, and what stands like one. */
export const auditNames = async (db: Kysely<Tables>): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const add = (
    table: string,
    { tenant_id, id }: { tenant_id: string; id: string },
    fault: string,
    isWarning = true,
  ) =>
    findings.push({
      invariant: 7,
      finding: `the name of the ${table} ${fault}: ${id} (tenant ${tenant_id})`,
      ...(isWarning && { isWarning }),
    });
  for (const table of ['plan', 'plan_group', 'feature', 'feature_section', 'api_key'] as const)
    for await (const row of rowsOf(db, table, 'name')) {
      const fault = faultOf(row.name ?? '');
      if (fault) add(table, row, fault);
    }
  // They are as old as the rule; a price that is no variant has no name.
  for (const table of ['market', 'plan_price'] as const)
    for await (const row of rowsOf(db, table, 'name')) {
      const fault = faultOf(row.name ?? 'none');
      if (fault) add(table, row, fault, false);
    }
  for await (const row of rowsOf(db, 'plan_feature', 'display_value')) {
    const fault = row.display_value === null ? undefined : faultOf(row.display_value);
    if (fault)
      findings.push({
        invariant: 7,
        finding: `the display value of the plan feature ${fault}: ${row.id} (tenant ${row.tenant_id})`,
      });
  }
  for await (const row of rowsOf(db, 'plan', ...presented)) {
    const texts = [
      row.presentation_tagline,
      row.presentation_badge,
      row.presentation_call_to_action_label,
    ];
    const fault = texts.flatMap((text) => faultOf(text ?? 'none') ?? [])[0];
    const subject = `${row.id} (tenant ${row.tenant_id})`;
    if (fault) findings.push({ invariant: 7, finding: `a text of the plan ${fault}: ${subject}` });
    const url = row.presentation_call_to_action_url ?? null;
    if ((url === null) !== (row.presentation_call_to_action_label === null))
      findings.push({ invariant: 7, finding: `half a call to action: ${subject}` });
    else if (url !== null && !isLink(url))
      findings.push({ invariant: 7, finding: `the plan leads to no link: ${subject}` });
  }
  for await (const row of rowsOf(db, 'feature', 'name', 'folded_name', 'deleted_at')) {
    const folded = foldName(row.name ?? '');
    if (row.folded_name === folded || row.deleted_at !== null) continue;
    if (row.folded_name === `${folded} ${row.id}`)
      add('feature', row, 'is the same as that of another one');
    else add('feature', row, 'is folded wrongly', false);
  }
  return findings;
};
