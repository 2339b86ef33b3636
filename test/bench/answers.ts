import { deepStrictEqual } from 'node:assert';
import Sqlite from 'better-sqlite3';
import { type RunningServer, servers } from './servers.ts';
import { headersOf, type Traffic } from './workloads.ts';

/** A comparison is worth something only between servers that do the same. */

export const ask = async (
  server: RunningServer,
  traffic: Traffic,
  body: string,
  key: string,
): Promise<string> => {
  const { method, path } = traffic;
  const response = await fetch(server.url + path, {
    method,
    headers: headersOf(traffic, key),
    ...(method === 'POST' ? { body } : {}),
  });
  const answer = await response.text();
  if (!response.ok)
    throw new Error(`${servers[server.name]} answers ${response.status}: ${answer.slice(0, 500)}`);
  return answer;
};

const made = /^((pp|aud|req|key)_.+|\d{4}-\d\d-\d\dT.+Z)$/;
/** Ids and times that each server makes anew. */
const withoutMade = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, item) =>
      typeof item === 'string' && made.test(item) ? 'made' : item,
    ),
  );

/** Aborts unless every server gives the first one's answer to the request. */
export const compareAnswers = async (
  running: readonly RunningServer[],
  traffic: Traffic,
  body: string,
  key: string,
  writes: boolean,
): Promise<void> => {
  const read = async (server: RunningServer): Promise<unknown> => {
    // What an answer cost is told by the gateway alone.
    const { extensions: _, ...answer } = JSON.parse(await ask(server, traffic, body, key));
    return writes ? withoutMade(answer) : answer;
  };
  const [first, ...others] = running;
  if (!first) return;
  const expected = await read(first);
  if (JSON.stringify(expected).includes('"errors":'))
    throw new Error(`${servers[first.name]} fails: ${expected}`);
  for (const other of others)
    deepStrictEqual(
      await read(other),
      expected,
      `${servers[other.name]} answers otherwise than ${servers[first.name]}`,
    );
};

const stores = {
  prices: 'select * from plan_price',
  regionalPrices: 'select * from regional_price',
  plans: 'select id, description, revision, updated_at, deleted_at from plan',
  revisions: 'select revision from tenant',
  auditTrail:
    'select sequence, operation, object_id, at, api_key_id, request_id, revision, before, after, ' +
    'changes from audit_log',
  auditedObjects: 'select object_id, sequence from audit_log_object',
};

/** Columns whose members are compared as well. */
const documents: ReadonlySet<string> = new Set(['before', 'after', 'changes']);

const withMembers = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      documents.has(name) ? JSON.parse(String(value)) : value,
    ]),
  );

/** JSON of which the order of members says nothing. */
const printed = (value: unknown): string =>
  JSON.stringify(value, (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

/** What a file holds, but for what each server makes anew. */
const stored = (file: string): unknown => {
  const db = new Sqlite(file, { readonly: true });
  const rows = (query: string) =>
    db
      .prepare<[], Record<string, unknown>>(query)
      .all()
      .map((row) => printed(withoutMade(withMembers(row))));
  try {
    return Object.fromEntries(
      Object.entries(stores).map(([name, query]) => [name, rows(query).sort()]),
    );
  } finally {
    db.close();
  }
};

/** Aborts unless all have written the same rows, each to its own file. */
export const compareFiles = ([first, ...others]: readonly RunningServer[]): void => {
  if (!first) return;
  const expected = stored(first.file);
  for (const other of others)
    deepStrictEqual(
      stored(other.file),
      expected,
      `${servers[other.name]} writes otherwise than ${servers[first.name]}`,
    );
};
