import { describe, expect, it } from 'vitest';
import { type Probe, probeOf } from './probe.ts';
import { Ids } from './tenants.ts';
import { faultsOf } from './verdict.ts';
import type { Answer } from './wire.ts';

const holder = {
  secret: 'ck_live_1',
  canaries: ['canary_amber_live', 'canary amber'],
  ids: new Ids(),
};
const secrets = ['ck_live_1', 'ck_live_2'];

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: new Map(
    Object.entries({ 'content-type': 'application/json', 'x-request-id': 'r', ...headers }),
  ),
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const refused = (code: string, message = 'No.') => ({
  success: false,
  error: { type: 'not_found_error', code, message, doc_url: 'http://localhost/docs/errors/x' },
});

const probe = (target = '/api/v1/plans', body = ''): Probe =>
  probeOf('rest', { method: 'POST', target, headers: [], body: Buffer.from(body) }, holder);

describe('the verdict on an answer', () => {
  it('finds nothing wrong with what is as it should be', () => {
    expect(
      faultsOf(answer({ data: [{ name: 'canary_amber_live name' }] }), probe(), secrets),
    ).toEqual([]);
    expect(faultsOf(answer(refused('plan_not_found'), 404), probe(), secrets)).toEqual([]);
    expect(faultsOf(answer({ data: { plan: null } }), probe('/graphql'), secrets)).toEqual([]);
    const explorer = answer('<!doctype html>', 200, { 'content-type': 'text/html; charset=utf-8' });
    expect(faultsOf(explorer, probe('/graphql'), secrets)).toEqual([]);
    const busy = answer(refused('service_unavailable'), 503, { 'retry-after': '1' });
    expect(faultsOf(busy, probe(), secrets)).toEqual([]);
    const echoed = answer(refused('validation_error', 'canary_birch_live is no code'), 400);
    expect(faultsOf(echoed, probe('/api/v1/plans', 'canary_birch_live'), secrets)).toEqual([]);
  });

  it.each<[string, Answer, target?: string]>([
    ['has the status 500', answer(refused('not_found'), 500)],
    ['has the status 503', answer(refused('service_unavailable'), 503)],
    ['has an unknown shape', answer(refused('internal_error'), 400)],
    ['has an unknown shape', answer({ message: 'No.' }, 404)],
    ['has an unknown shape', answer({ errors: [{ message: 'No.' }] }), '/graphql'],
    ['is no JSON object', answer('<html>', 404)],
    ['is no JSON object', answer('{"data":', 200)],
    ['is no JSON object', answer('<html>', 200, { 'content-type': 'text/html' })],
    [
      'is JSON, but says that it is text/plain',
      answer({ data: [] }, 200, { 'content-type': 'text/plain' }),
    ],
    ['is an error with a status of success', answer(refused('not_found'))],
    [
      'has no x-request-id',
      { ...answer({ data: [] }), headers: new Map([['content-type', 'application/json']]) },
    ],
    [
      'has two lengths',
      answer({ data: [] }, 200, { 'transfer-encoding': 'chunked', 'content-length': '11' }),
    ],
    ['shows a key', answer({ data: ['ck_live_2'] })],
    ['shows a key', answer({ data: [] }, 200, { 'x-echo': 'ck_live_1' })],
    ['shows canary_birch_live of somebody else', answer({ data: ['a canary_birch_live name'] })],
    ['shows canary_amber_sandbox of somebody else', answer({ data: ['canary_amber_sandbox'] })],
    ['shows canary birch of somebody else', answer({ data: ['Canary Birch'] })],
    [
      'shows /\\n\\s+at',
      answer(refused('not_found', 'x\n    at run (file.ts:1:2)').error.message, 404),
    ],
    ['shows /SQLITE_', answer(refused('not_found', 'SQLITE_BUSY'), 404)],
  ])('says that it %s', (fault, given, target) => {
    expect(faultsOf(given, probe(target), secrets).join('\n')).toContain(fault);
  });
});
