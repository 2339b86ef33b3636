import { requireApiKey } from '../../domain/api-key.ts';
import { printJson, printYaml, shownChange } from '../../domain/catalogue/print.ts';
import { catalogueOf } from '../../domain/catalogue/pull.ts';
import {
  applyChangeSet,
  createChangeSet,
  type ChangeSet as DomainChangeSet,
  discardChangeSet,
  lintCatalogue,
  requireChangeSet,
  revertChangeSet,
  scheduleChangeSet,
  unscheduleChangeSet,
} from '../../domain/change-set.ts';
import type { Reader, Store, Tenant, Writer } from '../../domain/operation.ts';
import { ApiError } from '../../errors.ts';
import type { CatalogueScope, Mode } from '../../vocabulary.ts';
import { operator } from '../operator.ts';
import { shellWord } from '../terminal.ts';
import {
  type CatalogueAccess,
  type ChangeSet,
  type Finding,
  type Format,
  type Preview,
  StaleChangeSet,
} from './access.ts';

/** Takes back what a transaction has written so far. */
class Undone extends Error {}

/** The catalogue in a database. */
export class LocalCatalogue implements CatalogueAccess {
  readonly name: string;
  readonly options: string;
  readonly schemaUrl = undefined;
  readonly #store: Store;
  readonly #tenant: Tenant;

  constructor(store: Store, tenant: Tenant, organization: string, mode: Mode) {
    this.#store = store;
    this.#tenant = tenant;
    this.name = `${organization} (${mode})`;
    this.options = `--organization ${shellWord(organization)} --mode ${mode}`;
  }

  async pull(format: Format): Promise<string> {
    const catalogue = await catalogueOf(this.#reader);
    return format === 'yaml' ? printYaml(catalogue) : printJson(catalogue);
  }

  async preview(document: string, scope: CatalogueScope): Promise<Preview> {
    const seen: DomainChangeSet[] = [];
    try {
      await this.#store.write(this.#tenant, operator, async (writer) => {
        seen.push(await createChangeSet(writer, { document, scope }));
        throw new Undone();
      });
    } catch (failure) {
      if (!(failure instanceof Undone)) throw failure;
    }
    return {
      changes: seen.flatMap(({ changes }) => changes.map(shownChange)),
      findings: seen.flatMap(({ findings }) => findings),
      isRehearsed: true,
    };
  }

  createChangeSet(
    document: string,
    { scope, name }: { scope: CatalogueScope; name: string | undefined },
  ): Promise<ChangeSet> {
    return this.#write((writer) => createChangeSet(writer, { document, scope, name }));
  }

  async get(id: string): Promise<ChangeSet> {
    return this.#shown(await requireChangeSet(this.#reader, id));
  }

  apply(id: string, hash: string): Promise<ChangeSet> {
    return this.#write((writer) => applyChangeSet(writer, id, hash, 'admin'));
  }

  schedule(id: string, hash: string, appliesAt: string): Promise<ChangeSet> {
    return this.#write((writer) => scheduleChangeSet(writer, id, hash, appliesAt, 'admin'));
  }

  unschedule(id: string): Promise<ChangeSet> {
    return this.#write((writer) => unscheduleChangeSet(writer, id));
  }

  revert(id: string): Promise<ChangeSet> {
    return this.#write((writer) => revertChangeSet(writer, id));
  }

  discard(id: string): Promise<ChangeSet> {
    return this.#write((writer) => discardChangeSet(writer, id));
  }

  lint(): Promise<Finding[]> {
    return lintCatalogue(this.#reader);
  }

  get #reader(): Reader {
    return this.#store.reader(this.#tenant);
  }

  async #write(work: (writer: Writer) => Promise<DomainChangeSet>): Promise<ChangeSet> {
    try {
      return await this.#shown(await this.#store.write(this.#tenant, operator, work));
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'change_set_stale')
        throw new StaleChangeSet(failure.message);
      throw failure;
    }
  }

  async #shown({ createdById, ...set }: DomainChangeSet): Promise<ChangeSet> {
    return {
      ...set,
      changes: set.changes.map(shownChange),
      createdBy: createdById === null ? null : await requireApiKey(this.#reader, createdById),
    };
  }
}
