import { type Kysely, sql } from 'kysely';
import type { Engine } from '../engine/engine.ts';
import type { Tables } from '../tables.ts';
import { basis } from './invariants/basis.ts';
import { changeSets } from './invariants/change-sets.ts';
import { currencies } from './invariants/currencies.ts';
import { history } from './invariants/history.ts';
import { limits } from './invariants/limits.ts';
import { links } from './invariants/links.ts';
import { markets } from './invariants/markets.ts';
import { auditMetadata } from './invariants/metadata.ts';
import { auditNames } from './invariants/names.ts';
import { offers } from './invariants/offers.ts';
import { prices } from './invariants/prices.ts';
import type { Audit, Finding } from './invariants/query.ts';
import { rules } from './invariants/rules.ts';
import { sections } from './invariants/sections.ts';
import { auditTiers, unitPrices } from './invariants/unit-prices.ts';
import { values } from './invariants/values.ts';

export type { Finding };

/**
 * Looks for rows that break an invariant, in every tenant, whether a constraint guards it or not.
 */
export const auditInvariants = ({ engine }: { engine: Engine }): Promise<Finding[]> =>
  engine.snapshot(async (db) => {
    const findings: Finding[] = [];
    for (const audit of [
      ...prices,
      ...currencies,
      ...offers,
      ...values(engine.ddl),
      ...rules,
      ...links,
      ...limits,
      ...unitPrices,
      ...markets,
      ...sections,
      ...basis,
      ...changeSets,
      ...history,
    ])
      findings.push(...(await runAudit(db, audit)));
    for (const check of [auditMetadata, auditNames, auditTiers])
      findings.push(...(await check(db)));
    return findings.sort((a, b) => a.invariant - b.invariant);
  });

const runAudit = async (
  db: Kysely<Tables>,
  { invariant, wrong, query, isWarning }: Audit,
): Promise<Finding[]> => {
  const { rows } = await sql.raw<{ tenant: string; subject: string }>(query).execute(db);
  return rows.map(({ tenant, subject }) => ({
    invariant,
    finding: `${wrong}: ${subject} (tenant ${tenant})`,
    ...(isWarning && { isWarning }),
  }));
};
