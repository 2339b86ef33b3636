import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { MaybePromise } from '../../maybe-promise.ts';
import { dialect, queries } from '../read/reader.ts';
import { placeholder, Statement } from '../read/statement.ts';
import { type Fields, type ImageOf, type RecordOf, snake, type Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import {
  type ChangeList,
  type Identity,
  type Image,
  isSame,
  type TrackedRow,
} from './change-list.ts';
import { insertInto } from './insertion.ts';
import { unit, type Writer } from './writer.ts';

type Row = Record<string, unknown>;

/** There are as many texts as sets of columns that operations change together. */
const statement = new Statement<Row>();

const TENANT = ':tenant';
const KEYS = ':keys';

/** Runs the statement of this name with values, which are bound by their names. */
const execute = (
  writer: Writer,
  name: string,
  values: Readonly<Row>,
  compile: () => CompiledQuery,
): MaybePromise<Row[]> =>
  statement.run(
    writer,
    { ...values, [TENANT]: writer.tenant.id },
    () => compile() as CompiledQuery<Row>,
    name,
  );

/** What tells the rows of a table apart, and which object each is. */
type Identify<Of> = (image: Of, known: ChangeList) => Omit<Identity, 'type' | 'record'>;

export interface SaveOptions {
  /** Whether the public sees the change; left out where the members that change tell. */
  isSeen?: boolean;
}

/** Rows that get the same values. */
interface Update {
  readonly columns: readonly string[];
  readonly values: Readonly<Row>;
  readonly ids: string[];
}

/** The rows of a table, as a write finds and changes them. All that it does goes on record. */
export class Rows<Name extends keyof Tables, Of extends Fields> {
  readonly type: string;
  readonly #table: Table<Name, Of>;
  readonly #identify: Identify<ImageOf<Table<Name, Of>>>;
  readonly #insert: ReturnType<typeof insertInto<Name, Of>>;
  readonly #replace: ReturnType<typeof insertInto<Name, Of>>;

  /** `type` is the name of the GraphQL type. */
  constructor(type: string, table: Table<Name, Of>, identify: Identify<ImageOf<Table<Name, Of>>>) {
    this.type = type;
    this.#table = table;
    this.#identify = identify;
    this.#insert = insertInto(table);
    this.#replace = insertInto(table, { replaces: true });
  }

  /** Without what is stored only. */
  readonly record = (image: ImageOf<Table<Name, Of>>): RecordOf<Table<Name, Of>> =>
    this.#table.record(image as never) as RecordOf<Table<Name, Of>>;

  /** The row with this id, as it is in this write. */
  async find(writer: Writer, id: string): Promise<ImageOf<Table<Name, Of>> | undefined> {
    const known = writer[unit].changes.find(this.type, id);
    if (known?.isWhole) return (known.after ?? undefined) as ImageOf<Table<Name, Of>> | undefined;
    const [image] = await this.select(writer, { id });
    return image;
  }

  /**
   * The rows that have these values, or one of a list, by key, unless other members are named to
   * sort by.
   */
  async select(
    writer: Writer,
    where: Image,
    order: readonly (keyof Of & string)[] = this.#table.key,
  ): Promise<ImageOf<Table<Name, Of>>[]> {
    const rows = await execute(
      writer,
      `select ${this.#table.name} ${this.#nameOf(where)} ${order.join()}`,
      this.#valuesOf(writer, where),
      () =>
        // Built by Kysely, so that the driver knows it as a query.
        order
          .reduce(
            (sorted, member) => sorted.orderBy(sql.ref(snake(member))),
            writer[queries]
              .selectFrom<keyof Tables>(this.#table.name)
              .selectAll()
              .where(this.#having(writer, where)),
          )
          .compile(),
    );
    return rows.map((row) => {
      const image = this.#table.image(row as never) as ImageOf<Table<Name, Of>>;
      writer[unit].changes.read(this.#identity(writer, image), image as Image);
      return image;
    });
  }

  async insert(writer: Writer, images: readonly ImageOf<Table<Name, Of>>[]): Promise<void> {
    if (images.length === 0) return;
    await this.#insert(writer, images as never);
    for (const image of images)
      writer[unit].changes.note(this.#identity(writer, image), null, image as Image);
  }

  /**
   * Puts rows in the place of those with the same key. One that is the same costs no statement, and
   * counts as written nevertheless.
   */
  async replace(
    writer: Writer,
    before: readonly ImageOf<Table<Name, Of>>[],
    after: readonly ImageOf<Table<Name, Of>>[],
  ): Promise<void> {
    const earlier = new Map(before.map((image) => [this.#keyOf(image), image]));
    const added = after.filter((image) => !earlier.has(this.#keyOf(image)));
    await this.insert(writer, added);
    const changed = [];
    for (const image of after) {
      const was = earlier.get(this.#keyOf(image));
      if (was === undefined) continue;
      if (this.#table.difference(was as never, image as never).length > 0) changed.push(image);
      writer[unit].changes.note(this.#identity(writer, image), was as Image, image as Image);
    }
    if (changed.length > 0) await this.#replace(writer, changed as never);
  }

  /**
   * Writes what differs from the rows as they are, and marks them as changed. Answers the rows as
   * they are then.
   */
  async update(
    writer: Writer,
    changes: readonly Image[],
    { isSeen }: SaveOptions = {},
  ): Promise<ImageOf<Table<Name, Of>>[]> {
    const updates = new Map<string, Update>();
    const images: ImageOf<Table<Name, Of>>[] = [];
    for (const change of changes) {
      const row = await this.#tracked(writer, change);
      const before = row.after as ImageOf<Table<Name, Of>>;
      const after = this.#stamped(writer, row, { ...row.after, ...change }, isSeen);
      images.push(after);
      this.#addTo(updates, row, before, after);
      writer[unit].changes.note(row.identity, before as Image, after as Image);
    }
    for (const update of updates.values()) await this.#write(writer, update);
    return images;
  }

  /** Deletes the rows that have these values, or one of a list. */
  async remove(writer: Writer, where: Image): Promise<ImageOf<Table<Name, Of>>[]> {
    const images = await this.select(writer, where);
    if (images.length === 0) return images;
    const { name } = this.#table;
    await execute(
      writer,
      `delete ${name} ${this.#nameOf(where)}`,
      this.#valuesOf(writer, where),
      () =>
        sql`delete from ${sql.table(name)} where ${this.#having(writer, where)}`.compile(
          writer[queries],
        ),
    );
    for (const image of images)
      writer[unit].changes.note(this.#identity(writer, image), image as Image, null);
    return images;
  }

  /**
   * Deletes all rows of the tenant, before any of them is read. Goes on record as a count. Where
   * rows may name others of the table in `column`, those that none names go first.
   */
  async removeAll(writer: Writer, column?: string): Promise<number> {
    const table = sql.table(this.#table.name);
    const tenantId = writer.tenant.id;
    const isNamed = column
      ? sql`and not exists (select 1 from ${table} as child
          where child.tenant_id = ${tenantId} and child.${sql.ref(column)} = ${table}.id)`
      : sql``;
    let count = 0;
    for (let removed = -1; removed !== 0; count += removed) {
      const { numAffectedRows = 0n } =
        await sql`delete from ${table} where tenant_id = ${tenantId} ${isNamed}`.execute(
          writer[queries],
        );
      removed = Number(numAffectedRows);
    }
    writer[unit].changes.noteAllRemoved(this.type, count);
    return count;
  }

  /** Rows that stay in the table, but nobody finds them any more. */
  noteGone(writer: Writer, images: readonly Image[]): void {
    for (const image of images)
      writer[unit].changes.noteGone(this.#identity(writer, image as never), image);
  }

  /** A row that was written in the same transaction on behalf of another tenant. */
  noteWritten(
    writer: Writer,
    before: ImageOf<Table<Name, Of>> | null,
    after: ImageOf<Table<Name, Of>>,
  ): void {
    const identity = this.#identity(writer, after);
    writer[unit].changes.note(identity, before as Image | null, after as Image);
  }

  /** Rows that stay, and were written without being read as a whole. */
  noteMembers(writer: Writer, before: Image, after: Image): void {
    const identity = this.#identity(writer, after as never);
    writer[unit].changes.note(identity, before, after, false);
  }

  /** The public sees a difference between the row as the write found it and as it is. */
  isSeenByPublic({ before, after, isGone }: TrackedRow): boolean {
    if (before === null || after === null || isGone) return true;
    return this.#isSeen(before, after);
  }

  #isSeen(before: Image, after: Image): boolean {
    return this.#table.members.some(
      ({ name, isHidden }) =>
        !isHidden && name !== 'updatedAt' && !isSame(before[name], after[name]),
    );
  }

  /** When it changed and how often, for all and for the public: once in each write. */
  #stamped(
    writer: Writer,
    row: TrackedRow,
    after: Image,
    isSeen = this.#isSeen(row.after ?? {}, after),
  ): ImageOf<Table<Name, Of>> {
    const now = row.after as { updatedAt?: string; publicUpdatedAt?: string | null };
    const stamped: Row = { ...after };
    const { fields, members } = this.#table;
    if (now.updatedAt !== undefined) stamped.updatedAt = writer.nextTimestamp(now.updatedAt);
    if ('revision' in fields) {
      const first = row.before as { revision: number } | null;
      stamped.revision = first === null ? 1 : first.revision + 1;
    }
    const publicTime = members.find(({ name }) => name === 'publicUpdatedAt');
    if (publicTime && !isSeen) stamped.publicUpdatedAt = now.publicUpdatedAt ?? now.updatedAt;
    // Null says that the public has seen the last change.
    else if (publicTime) stamped.publicUpdatedAt = publicTime.isNullable ? null : stamped.updatedAt;
    return stamped as ImageOf<Table<Name, Of>>;
  }

  async #tracked(writer: Writer, change: Image): Promise<TrackedRow> {
    const { key, id } = this.#identify(change as never, writer[unit].changes);
    const find = () => writer[unit].changes.find(this.type, key ?? id);
    if (!find()?.isWhole)
      await this.select(
        writer,
        Object.fromEntries(this.#table.key.map((name) => [name, change[name]])),
      );
    const row = find();
    if (!row?.isWhole || !row.after) throw new Error(`the ${this.type} ${id} is not there`);
    return row;
  }

  #addTo(
    updates: Map<string, Update>,
    row: TrackedRow,
    before: ImageOf<Table<Name, Of>>,
    after: ImageOf<Table<Name, Of>>,
  ): void {
    const changed = this.#table.difference(before as never, after as never);
    if (changed.length === 0) return;
    const columns = changed.map(([column]) => column);
    // Of rows that are changed alike, each counts on from its own revision.
    const values = Object.fromEntries(changed.filter(([column]) => column !== 'revision'));
    const name = JSON.stringify([columns, values]);
    const update = updates.get(name) ?? { columns, values, ids: [] };
    updates.set(name, update);
    update.ids.push(row.identity.id);
  }

  async #write(writer: Writer, { columns, values, ids }: Update): Promise<void> {
    const { name } = this.#table;
    const isAlone = ids.length === 1;
    await execute(
      writer,
      `update ${name} ${isAlone} ${columns.join()}`,
      { ...values, [KEYS]: isAlone ? ids[0] : writer[dialect].askFor(ids) },
      () => {
        const sets = columns.map((column) =>
          column === 'revision'
            ? sql`revision = revision + 1`
            : sql`${sql.ref(column)} = ${placeholder(column)}`,
        );
        const named = isAlone
          ? sql`id = ${placeholder(KEYS)}`
          : sql`id in (select value from ${writer[dialect].asked(placeholder(KEYS))} as asked)`;
        return sql`update ${sql.table(name)} set ${sql.join(sets)}
          where ${this.#ofTenant()} and ${named}`.compile(writer[queries]);
      },
    );
  }

  #identity(writer: Writer, image: ImageOf<Table<Name, Of>>): Identity {
    // What a record holds is what JSON has.
    const record = this.record as Identity['record'];
    return { type: this.type, record, ...this.#identify(image, writer[unit].changes) };
  }

  #keyOf(image: ImageOf<Table<Name, Of>>): string {
    return this.#table.key.map((name) => (image as Image)[name]).join(' ');
  }

  #ofTenant(): RawBuilder<unknown> {
    return this.#table.name === 'organization'
      ? sql`1 = 1`
      : sql`tenant_id = ${placeholder(TENANT)}`;
  }

  #nameOf(where: Image): string {
    return Object.entries(where)
      .map(([name, value]) => {
        if (Array.isArray(value)) return `${name}*`;
        return value === null ? `${name}?` : name;
      })
      .join();
  }

  #valuesOf(writer: Writer, where: Image): Row {
    const values = Object.entries(where).map(([name, value]) => [
      name,
      Array.isArray(value) ? writer[dialect].askFor(value) : value,
    ]);
    return Object.fromEntries(values);
  }

  #having(writer: Writer, where: Image): RawBuilder<boolean> {
    const conditions = Object.entries(where).map(([name, value]) => {
      const [column = name] = this.#table.members.find((each) => each.name === name)?.columns ?? [];
      if (value === null) return sql`${sql.ref(column)} is null`;
      if (!Array.isArray(value)) return sql`${sql.ref(column)} = ${placeholder(name)}`;
      const asked = writer[dialect].asked(placeholder(name));
      return sql`${sql.ref(column)} in (select value from ${asked} as asked)`;
    });
    return sql<boolean>`${sql.join([this.#ofTenant(), ...conditions], sql` and `)}`;
  }
}
