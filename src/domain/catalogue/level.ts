import { z } from 'zod';

/**
 * A level of the catalogue file: objects of one type, which stand in a map under their codes. From
 * the levels follow how a file is read, checked, merged, compared and printed, and its JSON Schema.
 */
export interface Level<
  Members extends z.ZodRawShape = z.ZodRawShape,
  Children extends Levels = Levels,
> {
  /** Name of the GraphQL type. */
  readonly type: string;
  /** What an object says of itself, in the order of the file. Any of it may be left out. */
  readonly members: Members;
  /** Maps of objects that belong to it, in the order of the file. */
  readonly children: Children;
  /** What the keys of a map of these objects are. */
  readonly key: z.ZodType<string>;
  /** The member for which a plain value stands. */
  readonly short?: Short | undefined;
}

interface Short {
  readonly member: string;
  /** The canonical form is the plain value. Otherwise it is for people. */
  readonly isCanonical: boolean;
}

export interface Levels {
  readonly [name: string]: Level;
}

/** An object of a level as it is: what is left out has its default. */
export type EntryOf<Of extends Level> = {
  [Name in keyof Of['members']]?: z.output<Of['members'][Name]> | undefined;
} & {
  [Name in keyof Of['children']]?: ReadonlyMap<string, EntryOf<Of['children'][Name]>> | undefined;
};

/** An object as a file says it. Null takes a member, or an object, away. */
export type SentEntryOf<Of extends Level> = {
  [Name in keyof Of['members']]?: z.output<Of['members'][Name]> | null | undefined;
} & {
  [Name in keyof Of['children']]?:
    | ReadonlyMap<string, SentEntryOf<Of['children'][Name]> | null>
    | undefined;
};

/** Any object, for what treats all levels alike. */
export interface AnyEntry {
  readonly [name: string]: unknown;
}

export const level = <Members extends z.ZodRawShape, const Children extends Levels>(
  type: string,
  key: z.ZodType<string>,
  members: Members,
  children: Children,
  short?: Short,
): Level<Members, Children> => ({ type, key, members, children, short });

/** A map that is left out. */
export const none: ReadonlyMap<string, never> = new Map<string, never>();

/** The objects of a map of a level, none where it is left out. */
export const childrenOf = (
  entry: AnyEntry | undefined,
  name: string,
): ReadonlyMap<string, AnyEntry> => {
  const map = entry?.[name];
  return map instanceof Map ? map : none;
};

/**
 * How numbers of the file are stored: as whole numbers of their last decimal, or as the text that
 * stands there. They are read from the text of the file, never as floating-point numbers.
 */
export interface Decimal {
  places: number;
  isText?: boolean;
}
export const decimals = z.registry<Decimal>();
