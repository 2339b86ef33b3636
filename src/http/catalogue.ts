import { z } from 'zod';
import { preferred } from '../accept.ts';
import { Encodings } from '../content-coding.ts';
import type { Context, Edge, Surface } from '../context.ts';
import { catalogueSchema } from '../domain/catalogue/json-schema.ts';
import { hashOfCatalogue, printInTurns } from '../domain/catalogue/print.ts';
import { catalogueOf } from '../domain/catalogue/pull.ts';
import { readInTurns } from '../domain/catalogue/read.ts';
import {
  applyChangeSet,
  type ChangeSet,
  CreateChangeSetInput,
  createChangeSet,
  discardChangeSet,
  isStale,
  lintCatalogue,
  listChangeSets,
  requireChangeSet,
  revertChangeSet,
  scheduleBody,
  scheduleChangeSet,
  unscheduleChangeSet,
} from '../domain/change-set.ts';
import { apiKeyById } from '../domain/relations.ts';
import { ApiError, ForbiddenError, fromZod, MethodNotAllowed, NotFoundError } from '../errors.ts';
import type { GatewayRequest } from '../request/request.ts';
import { GatewayResponse, jsonResponse } from '../response.ts';
import { namesTag } from '../response-cache.ts';
import { changeSetJson, findingJson } from '../rest/catalogue/change-set.ts';
import { failureJson } from './failure-json.ts';
import { CATALOGUE_PATH, CHANGE_SETS_PATH } from './paths.ts';

export const isCataloguePath = (path: string): boolean =>
  path === CATALOGUE_PATH || path.startsWith(`${CATALOGUE_PATH}/`);

const schemaEncodings = new Encodings();

/** Characters that one request may read: a large catalogue, or a page of large sets. */
const MOST_READ = 50_000_000;
const DEFAULT_SETS = 25;
const MOST_SETS = 100;

interface Options {
  edge: Edge;
  /** How long a read may take. */
  seconds: number;
}

const mediaTypes = ['application/yaml', 'application/json'] as const;

const printed = async (request: GatewayRequest, { reader }: Context): Promise<GatewayResponse> => {
  const type = preferred(request.header('accept') ?? '', mediaTypes)?.type ?? mediaTypes[0];
  const catalogue = await catalogueOf(reader);
  // Weak: it is the same in YAML and JSON, and in every content coding.
  const etag = `W/"${await hashOfCatalogue(catalogue)}"`;
  const headers = { etag, 'cache-control': 'private, no-cache' };
  if (namesTag(request.header('if-none-match') ?? '', etag))
    return new GatewayResponse(304, headers, '').withVaries('accept');
  const body = await printInTurns(catalogue, type === 'application/json' ? 'json' : 'yaml');
  return new GatewayResponse(
    200,
    { ...headers, 'content-type': `${type}; charset=utf-8` },
    body,
  ).withVaries('accept');
};

const shown = async (context: Context, set: ChangeSet) => {
  const { reader, loaders, lintUrl } = context;
  const key = set.createdById === null ? null : await loaders.load(apiKeyById, set.createdById);
  return changeSetJson(set, {
    isStale: await isStale(reader, set),
    createdBy: key && { id: key.id, name: key.name },
    lintUrl,
  });
};

/** The hash that the client has looked at. */
const expectedHashOf = (request: GatewayRequest): string => {
  const header = request.header('if-match');
  const [, hash] = /^\s*(?:W\/)?"([0-9a-f]{64})"\s*$/.exec(header ?? '') ?? [];
  if (hash !== undefined) return hash;
  throw new ApiError(
    'precondition_required',
    header === undefined
      ? 'If-Match is missing: send the hash of the change set in quotes.'
      : 'If-Match must be the hash of the change set in quotes.',
  );
};

const Query = CreateChangeSetInput.omit({ document: true });

const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MOST_SETS).default(DEFAULT_SETS),
  cursor: z.string().optional(),
});

const parsed = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const { data, error } = schema.safeParse(value);
  if (error) throw fromZod(error);
  return data;
};

/** Parameters that are empty count as left out. */
const queryOf = ({ query }: GatewayRequest): Record<string, string> =>
  Object.fromEntries([...query].filter(([, value]) => value !== ''));

type Answer = (request: GatewayRequest, context: Context, id: string) => Promise<GatewayResponse>;

/** The catalogue as a file, and change sets: outside of the versions of REST. */
export const createCatalogue = ({ edge, seconds }: Options): Surface => {
  const textOf = async (request: GatewayRequest): Promise<string> => edge.readText(request);

  const jsonOf = async (request: GatewayRequest): Promise<unknown> => {
    const text = await textOf(request);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new ApiError('invalid_json', 'The body is not JSON.', { cause });
    }
  };

  const change =
    (
      work: (
        context: Context,
        id: string,
        request: GatewayRequest,
      ) => Promise<ChangeSet> | ChangeSet,
      status = 200,
    ): Answer =>
    async (request, context, id) =>
      jsonResponse(await shown(context, await work(context, id, request)), status);

  const create = change(async (context, _, request) => {
    const options = parsed(Query, queryOf(request));
    const document = await textOf(request);
    const file = await readInTurns(document);
    return context.write((w) => createChangeSet(w, { ...options, document }, file));
  }, 201);

  const list: Answer = async (request, context) => {
    const { limit, cursor } = parsed(ListQuery, queryOf(request));
    const found = await listChangeSets(context.reader, { first: limit, after: cursor });
    const last = found.items.at(-1);
    const data = [];
    for (const set of found.items) data.push(await shown(context, set));
    return jsonResponse({
      data,
      hasMore: found.hasNextPage,
      ...(found.hasNextPage && last && { nextCursor: found.cursorOf(last) }),
    });
  };

  const read = change((context, id) => requireChangeSet(context.reader, id));

  const actions: Readonly<Record<string, Answer>> = {
    apply: change((context, id, request) => {
      const hash = expectedHashOf(request);
      return context.write((w) => applyChangeSet(w, id, hash, context.caller.scope));
    }),
    schedule: change(async (context, id, request) => {
      const hash = expectedHashOf(request);
      const { appliesAt } = parsed(scheduleBody, await jsonOf(request));
      const { scope } = context.caller;
      return context.write((w) => scheduleChangeSet(w, id, hash, appliesAt, scope));
    }),
    unschedule: change((context, id) => context.write((w) => unscheduleChangeSet(w, id))),
    discard: change((context, id) => context.write((w) => discardChangeSet(w, id))),
    revert: change((context, id) => context.write((w) => revertChangeSet(w, id)), 201),
  };

  const lint: Answer = async (_, context) =>
    jsonResponse({
      findings: (await lintCatalogue(context.reader)).map((finding) =>
        findingJson(finding, context.lintUrl),
      ),
    });

  /** What the address and the method ask for. */
  const answerOf = (path: string, method: string): { answer: Answer; id: string; name: string } => {
    const offer = (answers: Readonly<Record<string, Answer>>, name: string, id = '') => {
      const answer = answers[method === 'HEAD' ? 'GET' : method];
      if (!answer)
        throw new MethodNotAllowed(
          Object.keys(answers).flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : each)),
        );
      return { answer, id, name };
    };
    if (path === CATALOGUE_PATH) return offer({ GET: printed }, 'catalogue');
    if (path === `${CATALOGUE_PATH}/lint`) return offer({ GET: lint }, 'lint');
    if (path === CHANGE_SETS_PATH) return offer({ GET: list, POST: create }, 'change-sets');
    const [, id, action] =
      /^\/catalogue\/change-sets\/([A-Za-z0-9_]+)(?:\/([a-z]+))?$/.exec(path) ?? [];
    if (id !== undefined && action === undefined) return offer({ GET: read }, 'change-set', id);
    const post = action !== undefined && Object.hasOwn(actions, action) && actions[action];
    if (id !== undefined && post) return offer({ POST: post }, `change-set-${action}`, id);
    throw new NotFoundError('not_found', undefined, `There is nothing at ${path}.`);
  };

  return {
    handle: async (request) => {
      const { path, method, log } = request;
      if (path === `${CATALOGUE_PATH}/schema.json`) {
        if (method !== 'GET' && method !== 'HEAD') throw new MethodNotAllowed(['GET', 'HEAD']);
        edge.takePlace(request);
        return new GatewayResponse(
          200,
          {
            'content-type': 'application/schema+json',
            'cache-control': 'public, max-age=3600',
            'access-control-allow-origin': '*',
          },
          catalogueSchema(),
        ).withEncodings(schemaEncodings);
      }
      const context = await edge.admit(request);
      const { caller, budget } = context;
      if (caller.kind === 'publishable')
        throw new ForbiddenError('A publishable key does not show the catalogue as a file.');
      if (caller.trustedDocumentsOnly)
        throw new ForbiddenError('This key runs trusted GraphQL documents only.');
      context.require('read');
      const { answer, id, name } = answerOf(path, method);
      log.operation = name;
      edge.takePlace(request);
      budget.limitTo({ fields: Number.POSITIVE_INFINITY, charactersRead: MOST_READ, seconds });
      return answer(request, context, id);
    },
    refuse: failureJson,
  };
};
