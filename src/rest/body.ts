import type { Arrival } from '../context.ts';
import { ApiError } from '../errors.ts';
import { parseJson } from '../exact-json.ts';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** The body as JSON; an empty one counts as `{}`, whatever its type. */
export const readBody = async ({ readText, header }: Arrival): Promise<unknown> => {
  const text = await readText();
  if (text === '') return {};
  if (!JSON_TYPE.test(header('content-type') ?? ''))
    throw new ApiError('unsupported_media_type', 'The body must be JSON, with Content-Type: application/json.');
  try {
    return parseJson(text);
  } catch {
    throw new ApiError('invalid_json', 'The body is not JSON.');
  }
};
