import { z } from 'zod';
import { catalogue, type ErrorCode } from '../../src/errors.ts';
import type { Probe } from './probe.ts';
import { strangersIn } from './tenants.ts';
import type { Answer } from './wire.ts';

/** Holds an answer to what every answer must be. */

const codes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];
const Told = z.looseObject({ code: z.enum(codes).exclude(['internal_error']), type: z.string() });
/** No address of ours is known to whom no request was understood. */
const Malformed = Told.extend({ message: z.string().min(1), doc_url: z.string().optional() });
const RestError = z.strictObject({
  success: z.literal(false).optional(),
  error: Malformed.required({ doc_url: true }),
});
/** Of reads without a version. */
const FlatError = z.strictObject({
  success: z.literal(false),
  code: z.enum(codes).exclude(['internal_error']),
  message: z.string().min(1),
  details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
const GraphqlAnswer = z.looseObject({
  data: z.looseObject({}).nullish(),
  errors: z
    .array(z.looseObject({ message: z.string().min(1), extensions: Told }))
    .min(1)
    .optional(),
});

const STREAMED = /^(text\/event-stream|multipart\/mixed)/;
const PAGE = /^\/(docs|metrics|catalogue|$)/;
const MARKS_OF_THE_INSIDE = [
  /\n\s+at .+:\d+:\d+/,
  /node_modules|node:internal|file:\/\/\//,
  /\/(src|dist|schema|test)\/[\w/-]+\.(ts|js)\b/,
  /SQLITE_|SqliteError|better-sqlite3|kysely|postgres:\/\//i,
  /\b(select .{1,80} from|insert into|update "?\w+"? set|delete from) /i,
  /duplicate key value|violates .{1,40} constraint|UNIQUE constraint|syntax error at or near/i,
  /Cannot read propert|is not a function|is not iterable|Unexpected error/,
];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const typeOf = ({ headers }: Answer): string => headers.get('content-type') ?? '';

const isPage = (answer: Answer, path: string): boolean => {
  const type = typeOf(answer);
  const isExplorer = path === '/graphql' && type.startsWith('text/html');
  return answer.status === 200 && (isExplorer || (PAGE.test(path) && !type.includes('json')));
};

/** A browser reads why a request failed on a page. */
const isFailurePage = (answer: Answer, { method, bytes }: Probe): boolean =>
  answer.status >= 400 &&
  method === 'GET' &&
  typeOf(answer).startsWith('text/html') &&
  /^accept:.*text\/html/im.test(bytes.toString('latin1'));

const faultsOfShape = (answer: Answer, probe: Probe, path: string): string[] => {
  const { status, body } = answer;
  const { method, whole } = probe;
  if (method === 'HEAD' || status === 204 || (status >= 300 && status < 400)) return [];
  if (isPage(answer, path) || isFailurePage(answer, probe)) return [];
  const type = typeOf(answer);
  const part = STREAMED.test(type) ? /^(?:data: )?(\{[^\r\n]*)/m.exec(body)?.[1] : undefined;
  const json = parsed(part ?? body);
  if (typeof json !== 'object' || json === null) return [`is no JSON object (${type})`];
  if (part === undefined && !type.includes('json')) return [`is JSON, but says that it is ${type}`];
  const isGraphql = path === '/graphql' && !('error' in json);
  const isUnversioned = /^\/api\/(plans|cli)(\/|$)/.test(path) && !('error' in json);
  if (!isGraphql && status < 400)
    return 'error' in json ? ['is an error with a status of success'] : [];
  const known = isUnversioned
    ? FlatError
    : isGraphql
      ? GraphqlAnswer
      : whole
        ? RestError
        : RestError.extend({ error: Malformed });
  const { error } = known.safeParse(json);
  return error ? [`has an unknown shape: ${z.prettifyError(error)}`] : [];
};

const pathOf = (sent: string): string => /^\S+ (?:http:\/\/[^/ ]*)?([^ ?]*)/.exec(sent)?.[1] ?? '';

/** What is wrong with an answer, one line each. */
export const faultsOf = (answer: Answer, probe: Probe, secrets: readonly string[]): string[] => {
  const { status, headers, body } = answer;
  const sent = probe.bytes.toString('utf8');
  const told = `${body}\n${[...headers].flat().join('\n')}`;
  const wait = headers.get('retry-after');
  const path = pathOf(sent);
  const faults = faultsOfShape(answer, probe, path);
  if (!(status >= 200 && status < 500) && !(status === 503 && Number(wait) >= 1))
    faults.push(`has the status ${status}`);
  if (headers.has('transfer-encoding') && headers.has('content-length'))
    faults.push('has two lengths');
  if (!headers.has('x-request-id')) faults.push('has no x-request-id');
  if (secrets.some((secret) => told.includes(secret))) faults.push('shows a key');
  // Pages bring the libraries that they are made with.
  if (!isPage(answer, path))
    faults.push(
      ...MARKS_OF_THE_INSIDE.filter((mark) => mark.test(told)).map((mark) => `shows ${mark}`),
    );
  faults.push(
    ...strangersIn(told, probe.holder, sent).map((word) => `shows ${word} of somebody else`),
  );
  return faults;
};
