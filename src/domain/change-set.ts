import { createHash } from 'node:crypto';
import { z } from 'zod';
import { byCreation } from '../db/read/keyset.ts';
import {
  countChangeSets as count,
  findChangeSet,
  insertChangeSet,
  listChangeSets as list,
  saveChangeSet,
  storedChangeSet,
} from '../db/records/change-set.ts';
import { currentRevision } from '../db/records/organization.ts';
import type { CatalogueChange, ChangeSet, Finding } from '../db/tables.ts';
import { rehearse } from '../db/write/rehearsal.ts';
import { ConflictError, ForbiddenError, fromZod, invalid, NotFoundError } from '../errors.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { catalogueScopes, includesScope, type Scope } from '../vocabulary.ts';
import { RefusedChange } from './catalogue/apply/refusal.ts';
import { applyCatalogue } from './catalogue/apply.ts';
import { needsOf, reversed, staleParts, withChangesInTurns } from './catalogue/changes.ts';
import { compareInTurns, ordersOf } from './catalogue/compare.ts';
import type { Catalogue, CatalogueFile } from './catalogue/document.ts';
import { finalFields } from './catalogue/final-fields.ts';
import { codeAt } from './catalogue/finding.ts';
import { lintInTurns } from './catalogue/lint.ts';
import { mergeInTurns } from './catalogue/merge.ts';
import { catalogueOf, pullCatalogue } from './catalogue/pull.ts';
import { LONGEST_FILE, readCatalogueFile } from './catalogue/read.ts';
import { takeTurn } from './catalogue/turns.ts';
import * as fields from './fields.ts';
import { operation, type Reader, type Writer } from './operation.ts';
import { type Page, type PageRequest, page } from './page.ts';

export type { CatalogueChange, ChangeSet, Finding };

/** How much one set may change. */
export const MOST_CHANGES = 5_000;

export const requireChangeSet = async (reader: Reader, id: string): Promise<ChangeSet> => {
  const set = await findChangeSet(reader, id);
  if (!set) throw new NotFoundError('change_set_not_found', 'id');
  return set;
};

/** Newest first. */
export const listChangeSets = (
  reader: Reader,
  request: PageRequest,
): MaybePromise<Page<ChangeSet>> =>
  page(request, {
    list: 'change-sets',
    sortKey: byCreation,
    fetch: (spec) => list(reader, spec),
  });

export const countChangeSets = (reader: Reader): Promise<number> => count(reader);

const isOpen = ({ status }: ChangeSet): boolean => status === 'draft' || status === 'scheduled';

/** Whether what the set touches is not as it was any more. */
export const isStale = async (reader: Reader, set: ChangeSet): Promise<boolean> =>
  isOpen(set) && staleParts(await catalogueOf(reader), set).length > 0;

export const CreateChangeSetInput = z.object({
  document: z
    .string()
    .describe(
      `The catalogue file in YAML or JSON, at most ${LONGEST_FILE / 1024} KiB. GET ` +
        '/catalogue/schema.json has its JSON Schema.',
    ),
  scope: z
    .enum(catalogueScopes)
    .nullish()
    .describe(
      'How much the file speaks of: listed leaves alone what it does not name, whole deletes that. ' +
        'listed when omitted.',
    ),
  name: fields.name.nullish().describe('What the set is called, 1 to 255 characters.'),
});
export type CreateChangeSetInput = z.infer<typeof CreateChangeSetInput>;

const errorAt = (rule: string, path: string, message: string): Finding => ({
  rule,
  severity: 'error',
  code: codeAt(path),
  path,
  message,
});

const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');

/** What the operations would refuse, found out by trying. */
const rehearsed = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
  changes: readonly CatalogueChange[],
): Promise<Finding[]> => {
  try {
    await rehearse(writer, (rehearsing) => applyCatalogue(rehearsing, before, after, changes));
    return [];
  } catch (failure) {
    if (!(failure instanceof RefusedChange)) throw failure;
    return [errorAt('refused-change', failure.path, failure.refusal.message)];
  }
};

interface Draft {
  name: string | null;
  revertOfId: string | null;
  findings?: Finding[];
}

/** Keeps what leads from one catalogue to the other. */
const insertDraft = async (
  writer: Writer,
  before: Catalogue,
  after: Catalogue,
  { name, revertOfId, findings: known = [] }: Draft,
): Promise<ChangeSet> => {
  const changes = await compareInTurns(before, after);
  if (changes.length > MOST_CHANGES)
    throw invalid(
      'document',
      `would change ${changes.length} objects; a set has at most ${MOST_CHANGES}`,
    );
  const findings = [
    ...known,
    ...finalFields(changes),
    ...(await lintInTurns(after, { baseCurrency: writer.tenant.baseCurrency })),
  ];
  if (!hasErrors(findings)) findings.push(...(await rehearsed(writer, before, after, changes)));
  const needs = needsOf(changes);
  const touched = new Set(changes.map(({ path }) => path.split('.')[0]));
  const orders = [...ordersOf(before)].filter(([path]) => touched.has(path.split('.')[0]));
  const set: ChangeSet = {
    id: writer.newId('changeSet'),
    name,
    status: 'draft',
    hash: createHash('sha256').update(JSON.stringify({ changes, needs })).digest('hex'),
    changes,
    needs,
    orders: Object.fromEntries(orders),
    findings,
    appliesAt: null,
    appliedAt: null,
    appliedRevision: null,
    failure: null,
    revertOfId,
    createdById: writer.apiKeyId,
    scheduledById: null,
    createdAt: writer.now,
    updatedAt: writer.now,
  };
  writer.about(set.id);
  await insertChangeSet(writer, set);
  return set;
};

const baseCurrencyFinding = (file: CatalogueFile, { tenant }: Writer): Finding[] =>
  file.baseCurrency == null || file.baseCurrency === tenant.baseCurrency
    ? []
    : [
        errorAt(
          'base-currency',
          'baseCurrency',
          `The file is in ${file.baseCurrency}, the organization's base currency is ` +
            `${tenant.baseCurrency}.`,
        ),
      ];

/** Writes nothing to the catalogue. `file` is the document, where it has been read already. */
export const createChangeSet = operation(
  'createChangeSet',
  async (writer, input: CreateChangeSetInput, file?: CatalogueFile): Promise<ChangeSet> => {
    const { name, scope } = input;
    const sent = file ?? readCatalogueFile(input.document);
    const before = await pullCatalogue(writer);
    const findings = baseCurrencyFinding(sent, writer);
    const known = { ...sent, baseCurrency: before.baseCurrency };
    const after = await mergeInTurns(before, known, scope ?? 'listed');
    return insertDraft(writer, before, after, {
      name: name?.trim() ?? null,
      revertOfId: null,
      findings,
    });
  },
  { raisesRevision: false },
);

const requireStored = async (writer: Writer, id: string): Promise<ChangeSet> => {
  const set = await storedChangeSet(writer, id);
  if (!set) throw new NotFoundError('change_set_not_found', 'id');
  return set;
};

const refuseStatus = ({ status }: ChangeSet, ...allowed: ChangeSet['status'][]): void => {
  if (!allowed.includes(status))
    throw new ConflictError('change_set_not_open', `The change set is ${status}.`, 'id');
};

const refuseHash = ({ hash }: ChangeSet, expectedHash: string): void => {
  if (hash !== expectedHash)
    throw new ConflictError(
      'change_set_stale',
      'The change set has another hash: look at its changes again.',
      'expectedHash',
    );
};

const admins: ReadonlySet<string> = new Set(['Plan', 'Feature', 'PlanGroup', 'Market']);

const refuseScope = ({ changes }: ChangeSet, scope: Scope): void => {
  const gone = changes.find(({ type, after }) => after === null && admins.has(type));
  if (gone && !includesScope(scope, 'admin'))
    throw new ForbiddenError(
      `This key has the scope ${scope}; a set that deletes ${gone.path} needs admin.`,
    );
};

const MOST_PATHS = 10;

const namedPaths = (paths: readonly string[]): string => {
  const more = paths.length - MOST_PATHS;
  return `${paths.slice(0, MOST_PATHS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The catalogue as it is and as the set makes it, if the set still fits. */
const fitting = async (
  writer: Writer,
  set: ChangeSet,
): Promise<{ before: Catalogue; after: Catalogue }> => {
  refuseErrors(set.findings);
  const before = await pullCatalogue(writer);
  await takeTurn();
  const stale = staleParts(before, set);
  if (stale.length > 0)
    throw new ConflictError(
      'change_set_stale',
      `What the change set touches has changed since it was made: ${namedPaths(stale)}.`,
      'id',
    );
  const after = await withChangesInTurns(before, set.changes);
  refuseErrors(await lintInTurns(after, { baseCurrency: writer.tenant.baseCurrency }));
  return { before, after };
};

const refuseErrors = (findings: readonly Finding[]): void => {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return;
  const what = errors.length === 1 ? 'an error' : `${errors.length} errors`;
  throw new ConflictError(
    'catalogue_invalid',
    `The change set has ${what}: ${first.path}: ${first.message}`,
    'id',
  );
};

const apply = operation(
  'applyChangeSet',
  async (writer, id: string, expectedHash: string, scope: Scope): Promise<ChangeSet> => {
    const set = await requireStored(writer, id);
    refuseHash(set, expectedHash);
    refuseStatus(set, writer.isScheduled ? 'scheduled' : 'draft');
    refuseScope(set, scope);
    const { before, after } = await fitting(writer, set);
    try {
      await applyCatalogue(writer, before, after, set.changes);
    } catch (failure) {
      if (!(failure instanceof RefusedChange)) throw failure;
      throw new ConflictError('catalogue_invalid', failure.message, 'id');
    }
    writer.about(id);
    return saveChangeSet(writer, {
      ...set,
      status: 'applied',
      appliedAt: writer.now,
      appliedRevision: (await currentRevision(writer)) + 1,
      updatedAt: writer.nextTimestamp(set.updatedAt),
    });
  },
);

/**
 * Makes the changes of a draft, all or none, in one revision. An applied set with the same hash is
 * answered as the first time. `scope` is that of the key: a set that deletes a plan, feature, group
 * or market needs admin.
 */
export const applyChangeSet = async (
  writer: Writer,
  id: string,
  expectedHash: string,
  scope: Scope,
): Promise<ChangeSet> => {
  const set = await storedChangeSet(writer, id);
  if (set?.status === 'applied' && set.hash === expectedHash) return set;
  return apply(writer, id, expectedHash, scope);
};

/** How REST says when; GraphQL has an argument, which takes any text. */
export const scheduleBody = z.object({
  appliesAt: z.iso
    .datetime({ offset: true, error: 'must be a time with a time zone, as ISO 8601 has it' })
    .describe('When it applies, in the future.'),
});

export const scheduleChangeSet = operation(
  'scheduleChangeSet',
  async (
    writer,
    id: string,
    expectedHash: string,
    sent: string,
    scope: Scope,
  ): Promise<ChangeSet> => {
    const { data, error } = scheduleBody.safeParse({ appliesAt: sent });
    if (error) throw fromZod(error);
    const appliesAt = new Date(data.appliesAt).toISOString();
    const set = await requireStored(writer, id);
    refuseHash(set, expectedHash);
    refuseStatus(set, 'draft');
    refuseScope(set, scope);
    if (appliesAt <= writer.now) throw invalid('appliesAt', 'must be in the future');
    await fitting(writer, set);
    writer.about(id);
    return saveChangeSet(writer, {
      ...set,
      status: 'scheduled',
      appliesAt,
      scheduledById: writer.apiKeyId,
      updatedAt: writer.nextTimestamp(set.updatedAt),
    });
  },
  { raisesRevision: false },
);

/** The set is a draft again. */
export const unscheduleChangeSet = operation(
  'unscheduleChangeSet',
  async (writer, id: string): Promise<ChangeSet> => {
    const set = await requireStored(writer, id);
    refuseStatus(set, 'scheduled');
    writer.about(id);
    return saveChangeSet(writer, {
      ...set,
      status: 'draft',
      appliesAt: null,
      scheduledById: null,
      updatedAt: writer.nextTimestamp(set.updatedAt),
    });
  },
  { raisesRevision: false },
);

export const discardChangeSet = operation(
  'discardChangeSet',
  async (writer, id: string): Promise<ChangeSet> => {
    const set = await requireStored(writer, id);
    refuseStatus(set, 'draft');
    writer.about(id);
    return saveChangeSet(writer, {
      ...set,
      status: 'discarded',
      updatedAt: writer.nextTimestamp(set.updatedAt),
    });
  },
  { raisesRevision: false },
);

/** A scheduled set that could not be applied at its time. */
export const failChangeSet = operation(
  'failChangeSet',
  async (writer, id: string, failure: string): Promise<ChangeSet> => {
    const set = await requireStored(writer, id);
    refuseStatus(set, 'scheduled');
    writer.about(id);
    return saveChangeSet(writer, {
      ...set,
      status: 'failed',
      failure,
      updatedAt: writer.nextTimestamp(set.updatedAt),
    });
  },
  { raisesRevision: false },
);

const newIds = (changes: readonly CatalogueChange[]): Finding[] =>
  changes
    .filter(({ type, after }) => after === null && admins.has(type))
    .map(({ path, code, type }) => ({
      rule: 'new-ids' as const,
      severity: 'warning' as const,
      code,
      path,
      message: `The ${type} ${code} comes back under a new id.`,
    }));

/** Makes a draft that undoes an applied set. */
export const revertChangeSet = operation(
  'revertChangeSet',
  async (writer, id: string): Promise<ChangeSet> => {
    const set = await requireStored(writer, id);
    refuseStatus(set, 'applied');
    const before = await pullCatalogue(writer);
    const { catalogue, conflicts } = reversed(before, set.changes, set.orders);
    if (conflicts.length > 0)
      throw new ConflictError(
        'change_set_not_revertible',
        `Later writes have changed the same: ${namedPaths(conflicts)}.`,
        'id',
      );
    const name = set.name === null ? null : `Revert ${set.name}`.slice(0, 255);
    return insertDraft(writer, before, catalogue, {
      name,
      revertOfId: id,
      findings: newIds(set.changes),
    });
  },
  { raisesRevision: false },
);

/** What the lint says of the catalogue as it is. */
export const lintCatalogue = async (reader: Reader): Promise<Finding[]> =>
  lintInTurns(await catalogueOf(reader), { baseCurrency: reader.tenant.baseCurrency });

/** The changes of a set, page by page. */
export const pageOfChanges = (
  { changes }: ChangeSet,
  request: PageRequest,
): MaybePromise<Page<CatalogueChange>> => {
  const places = new Map(changes.map((change, place) => [change, place]));
  return page(request, {
    list: 'changes',
    sortKey: {
      columns: { place: 'int32' },
      of: (change) => [places.get(change) ?? 0],
    },
    fetch: ({ limit, after, before, fromEnd }) => {
      const start = after ? Number(after[0]) + 1 : 0;
      const found = changes.slice(start, before ? Number(before[0]) : undefined);
      return fromEnd ? found.slice(-limit - 1).reverse() : found.slice(0, limit + 1);
    },
  });
};
