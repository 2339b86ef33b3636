import { describe, expect, it } from 'vitest';
import { breakingChanges } from './breaking-changes.ts';

const before = `
  type Query { plan(id: ID, code: String): Plan  plans(filter: Filter): [Plan!]! }
  type Plan { id: ID!  name: String!  oldName: String @deprecated  interval: Interval! }
  input Filter { code: String }
  enum Interval { MONTHLY YEARLY }
`;

const without = (text: string, replacement = '') => {
  expect(before).toContain(text);
  return before.replace(text, replacement);
};

describe('breaking changes', () => {
  it.each([
    [
      'a field that is gone',
      without('name: String!'),
      "Field 'name' was removed from object type 'Plan'",
    ],
    ['a field that may be null', without('name: String!', 'name: String'), "'String!' to 'String'"],
    ['a field of another type', without('name: String!', 'name: Int!'), "'String!' to 'Int!'"],
    ['an argument that is gone', without(', code: String'), "Argument 'code: String' was removed"],
    ['an argument that is required', without('id: ID,', 'id: ID!,'), "'ID' to 'ID!'"],
    [
      'a new required input field',
      without('code: String }', 'code: String  isFree: Boolean! }'),
      'isFree',
    ],
    ['an input field that is gone', without('code: String }', 'other: String }'), "'code'"],
    ['an enum value that is gone', without('YEARLY'), "Enum value 'YEARLY' was removed"],
  ])('tells of %s', async (_, after, told) => {
    expect((await breakingChanges(before, after)).join('\n')).toContain(told);
  });

  it.each([
    ['nothing new', before],
    ['a new field', without('name: String!', 'name: String!  code: String!')],
    ['a new optional argument', without('id: ID,', 'id: ID, slug: String,')],
    ['a deprecated field that is gone', without('oldName: String @deprecated')],
  ])('has nothing against %s', async (_, after) => {
    expect(await breakingChanges(before, after)).toEqual([]);
  });
});
