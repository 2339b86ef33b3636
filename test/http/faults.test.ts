import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, invalid } from '../../src/errors.ts';
import { reportFault } from '../../src/http/faults.ts';

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => vi.restoreAllMocks());

it('tells the operator of a fault, and of what caused it', () => {
  reportFault('req_1', new Error('outer', { cause: new Error('disk full') }));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'error',
    requestId: 'req_1',
    code: 'internal_error',
    error: { message: 'outer', stack: expect.stringContaining('outer'), cause: { message: 'disk full' } },
  });
});

it('tells the true cause of an answer that the client reads as unavailable', () => {
  reportFault('req_2', new ApiError('service_unavailable', 'Try again.', { cause: new Error('connection lost') }));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    code: 'service_unavailable',
    error: { message: 'connection lost' },
  });
});

it('passes over what a client did wrong', () => {
  reportFault('req_3', invalid('price', 'must not be negative'));
  expect(lines).toEqual([]);
});
