import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import { versionOf } from '../../src/rest/eras/index.ts';
import { openApi } from '../../src/rest/openapi.ts';
import { type ApiVersion, defaultApiVersion } from '../../src/vocabulary.ts';

/** Holds what the server answers against the OpenAPI document of the version. */

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, object> }>>;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

const documents = new Map<ApiVersion, Document>();
const documentOf = (version: ApiVersion): Document => {
  const known = documents.get(version);
  if (known) return known;
  const { paths, components } = openApi(version);
  ajv.addSchema({ $id: version, paths, components });
  const document = { paths } as Document;
  documents.set(version, document);
  return document;
};

const pointer = (...steps: string[]) =>
  steps
    .map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');

/**
 * The documented path that an address belongs to: of several, the one that says it most literally.
 */
const pathIn = ({ paths }: Document, method: string, address: string): string | undefined =>
  Object.keys(paths)
    .filter((path) => paths[path]?.[method])
    .filter((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(address))
    .sort((one, other) => one.split('{').length - other.split('{').length)[0];

const validators = new Map<string, ValidateFunction>();
const validatorOf = (version: ApiVersion, place: string): ValidateFunction => {
  const address = `${version}#${place}`;
  const validator = validators.get(address) ?? ajv.compile({ $ref: address });
  validators.set(address, validator);
  return validator;
};

export interface Exchange {
  method: string;
  /** Below `/api/v1`, without the query. */
  path: string;
  version: string | undefined;
  status: number;
  body: unknown;
}

/**
 * Every answer has the shape that the document gives it; what the document does not know is a
 * refusal.
 */
export const expectDocumented = ({ method, path, version: date, status, body }: Exchange): void => {
  const version = versionOf(date ?? defaultApiVersion);
  const document = documentOf(version);
  const verb = method.toLowerCase();
  const known = pathIn(document, verb, path);
  if (known)
    expect(Object.keys(document.paths[known]?.[verb]?.responses ?? {})).toContain(String(status));
  else expect([401, 404, 405]).toContain(status);
  const place = known
    ? pointer(
        'paths',
        known,
        verb,
        'responses',
        String(status),
        'content',
        'application/json',
        'schema',
      )
    : pointer('components', 'schemas', 'Error');
  const validate = validatorOf(version, place);
  validate(body);
  expect({ method, path, version, status, faults: validate.errors ?? [], body }).toMatchObject({
    faults: [],
  });
};
