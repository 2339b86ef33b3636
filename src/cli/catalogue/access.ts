import { z } from 'zod';
import type { CatalogueScope } from '../../vocabulary.ts';

/** What the commands show of a finding. */
export const Finding = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning']),
  path: z.string(),
  message: z.string(),
  docUrl: z.string().nullish(),
});
export type Finding = z.infer<typeof Finding>;

const members = z.record(z.string(), z.json()).nullable();

/** One object, its members as a catalogue file has them. */
export const Change = z.object({
  kind: z.enum(['create', 'update', 'delete']),
  type: z.string(),
  code: z.string(),
  path: z.string(),
  before: members,
  after: members,
});
export type Change = z.infer<typeof Change>;

export const ChangeSet = z.object({
  id: z.string(),
  name: z.string().nullable(),
  status: z.enum(['draft', 'scheduled', 'applied', 'discarded', 'failed']),
  hash: z.string(),
  changes: z.array(Change),
  findings: z.array(Finding),
  appliesAt: z.string().nullable(),
  appliedAt: z.string().nullable(),
  createdBy: z.object({ name: z.string() }).nullable(),
});
export type ChangeSet = z.infer<typeof ChangeSet>;

export type Format = 'yaml' | 'json';

/** What a file would do. */
export interface Preview {
  changes: Change[];
  findings: Finding[];
  /** False where operations could refuse still, because nobody has tried them. */
  isRehearsed: boolean;
}

/** A way to one catalogue: in a database, or behind the address of a server. */
export interface CatalogueAccess {
  /** What people call the catalogue. */
  readonly name: string;
  /** The options that lead to it, without the key. */
  readonly options: string;
  /** Where editors find the JSON Schema of the file. */
  readonly schemaUrl: string | undefined;
  pull(format: Format): Promise<string>;
  preview(document: string, scope: CatalogueScope): Promise<Preview>;
  createChangeSet(
    document: string,
    set: { scope: CatalogueScope; name: string | undefined },
  ): Promise<ChangeSet>;
  get(id: string): Promise<ChangeSet>;
  apply(id: string, hash: string): Promise<ChangeSet>;
  schedule(id: string, hash: string, appliesAt: string): Promise<ChangeSet>;
  unschedule(id: string): Promise<ChangeSet>;
  revert(id: string): Promise<ChangeSet>;
  discard(id: string): Promise<ChangeSet>;
  lint(): Promise<Finding[]>;
}

/** What a set touches is not as it was shown. */
export class StaleChangeSet extends Error {}

/** The key may not do this. */
export class NotAllowed extends Error {}
