import type { Kysely } from 'kysely';
import { metadataFault } from '../../../metadata.ts';
import type { Tables } from '../../tables.ts';
import type { Finding } from './query.ts';
import { rowsOf } from './rows-of.ts';

/** Invariant 12: metadata is compact JSON within bounds, which no SQL can tell on every engine. */
export const auditMetadata = async (db: Kysely<Tables>): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const table of ['plan', 'plan_price'] as const)
    for await (const { tenant_id, id, metadata } of rowsOf(db, table, 'metadata')) {
      const fault = metadata === null ? undefined : faultOf(metadata);
      if (fault)
        findings.push({
          invariant: 12,
          finding: `${table}.metadata ${fault}: ${id} (tenant ${tenant_id})`,
        });
    }
  return findings;
};

const faultOf = (text: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? metadataFault(value) : 'must be compact JSON';
  } catch {
    return 'must be JSON';
  }
};
