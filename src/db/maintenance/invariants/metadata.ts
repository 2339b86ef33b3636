import type { Kysely } from 'kysely';
import { metadataFault } from '../../../metadata.ts';
import type { Tables } from '../../tables.ts';
import type { Finding } from './query.ts';
import { rowsOf } from './rows-of.ts';

const columns = [
  ['plan', 'metadata'],
  ['plan', 'public_metadata'],
  ['plan_price', 'metadata'],
  ['market', 'metadata'],
] as const;

/** Invariant 12: metadata is compact JSON within bounds, which no SQL can tell on every engine. */
export const auditMetadata = async (db: Kysely<Tables>): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const [table, column] of columns)
    for await (const row of rowsOf(db, table, column)) {
      const text = row[column];
      const fault = text === null ? undefined : faultOf(text);
      if (fault)
        findings.push({
          invariant: 12,
          finding: `${table}.${column} ${fault}: ${row.id} (tenant ${row.tenant_id})`,
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
