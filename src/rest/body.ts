import type { Edge } from '../context.ts';
import { ApiError, type ErrorDetail, fromZod, invalid, ValidationError } from '../errors.ts';
import { parseJson } from '../exact-json.ts';
import type { GatewayRequest } from '../request/request.ts';
import { type Endpoint, versionsWithMember } from './endpoints.ts';
import { asGiven } from './members.ts';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** The body as JSON. An empty one counts as `{}`, with any content type. */
export const readBody = async (request: GatewayRequest, edge: Edge): Promise<unknown> => {
  const text = await edge.readText(request);
  if (text === '') return {};
  if (!JSON_TYPE.test(request.header('content-type') ?? ''))
    throw new ApiError(
      'unsupported_media_type',
      'The body must be JSON, with Content-Type: application/json.',
    );
  try {
    return parseJson(text);
  } catch {
    throw new ApiError('invalid_json', 'The body is not JSON.');
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Members that only other versions have would be lost without a word. Those that no version has are
 * ignored.
 */
const refuseForeign = (
  { id, members, final }: Endpoint,
  version: string,
  body: Record<string, unknown>,
): void => {
  const details: ErrorDetail[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === null || members.includes(name) || final.includes(name)) continue;
    const versions = versionsWithMember(id, name);
    if (versions.length > 0)
      details.push({
        field: name,
        message: `is not in the API version ${version}, but in ${versions.join(', ')}`,
      });
  }
  if (details.length > 0) throw new ValidationError(details);
};

export interface Input {
  body: unknown;
  /** What the body says of members that cannot be changed. */
  repeated: Record<string, unknown>;
}

/** The input of an operation, as a body of the version says it. */
export const readInput = (
  endpoint: Endpoint,
  version: string,
  wire: unknown,
  baseCurrency: string,
): Input => {
  const { final } = endpoint;
  const schema = endpoint.bodyIn(baseCurrency);
  if (!schema) return { body: undefined, repeated: {} };
  const body = asGiven(schema, wire);
  if (!isObject(body)) throw invalid('body', 'must be a JSON object');
  refuseForeign(endpoint, version, body);
  const { success, data, error } = schema.safeParse(body);
  if (!success) throw fromZod(error);
  const repeated = Object.entries(body).filter(
    ([name, value]) => final.includes(name) && value !== null,
  );
  return { body: data, repeated: Object.fromEntries(repeated) };
};
