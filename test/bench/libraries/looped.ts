import type { Fields } from '../../../src/db/table.ts';

type Decode = ((stored: unknown) => unknown) | undefined;

interface Member {
  name: string;
  /** Where its value stands in the tuple. */
  at: number;
  decode: Decode;
}

interface Step extends Member {
  /** Of a group. */
  members?: Member[];
  /** Where the value stands without which the whole group is null. */
  presence?: number | undefined;
}

const decoded = (values: readonly unknown[], { at, decode }: Member): unknown =>
  decode ? decode(values[at]) : values[at];

/** The decoder of a table, which goes through its columns for each record. */
export const looped = (fields: Fields) => {
  let next = 0;
  const steps: Step[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if ('fields' in field) {
      const members = Object.entries(field.fields).map(([name, { codec }]): Member => {
        next += 1;
        return { name, at: next - 1, decode: codec?.decode };
      });
      const presence = members.find(({ name }) => name === field.presence)?.at;
      steps.push({ name, at: -1, decode: undefined, members, presence });
    } else if (!field.options.isInternal) {
      steps.push({ name, at: next, decode: field.codec?.decode });
      next += 1;
    }
  }
  return (values: readonly unknown[]): Record<string, unknown> => {
    const record: Record<string, unknown> = {};
    for (const step of steps) {
      const { name, members, presence } = step;
      if (!members) record[name] = decoded(values, step);
      else if (presence !== undefined && values[presence] === null) record[name] = null;
      else {
        const group: Record<string, unknown> = {};
        for (const member of members) group[member.name] = decoded(values, member);
        record[name] = group;
      }
    }
    return record;
  };
};
