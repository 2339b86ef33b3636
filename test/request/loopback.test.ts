import { describe, expect, it } from 'vitest';
import { isLocalRequest, isLoopbackHost } from '../../src/request/loopback.ts';

const LOOPBACK = '127.0.0.1';

const isLocal = (
  remoteAddress: string | undefined,
  headers: Record<string, string>,
  httpVersion = '1.1',
) =>
  isLocalRequest({
    socket: { remoteAddress },
    headers: { host: 'localhost:4000', ...headers },
    httpVersion,
  });

describe('a host', () => {
  it.each([
    'localhost',
    'localhost:4000',
    'LocalHost:4000',
    '127.0.0.1',
    '127.0.0.1:4000',
    '127.1.2.3:80',
    '[::1]',
    '[::1]:4000',
    '[0:0:0:0:0:0:0:1]:4000',
    '[::ffff:127.0.0.1]:4000',
    '[::ffff:7f00:1]:4000',
  ])('that is loopback: %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    '',
    ':4000',
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    'evil.localhost.example:4000',
    '127.0.0.1.evil.example',
    '127.0.0.1.nip.io:4000',
    'evil-localhost',
    'localhost:4000:evil',
    'localhost:evil.example',
    '0.0.0.0:4000',
    '[::]:4000',
    '10.0.0.1:4000',
    '128.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '[::2]:4000',
    '[fe80::1]:4000',
    '[::ffff:10.0.0.1]:4000',
    '[::1',
    '[]',
  ])('that is not: %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe('a request', () => {
  it.each([LOOPBACK, '127.9.9.9', '::1', '::ffff:127.0.0.1'])('of %s is local', (address) => {
    expect(isLocal(address, {})).toBe(true);
  });

  it.each([
    undefined,
    '',
    '10.0.0.1',
    '192.168.1.7',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    '2001:db8::1',
    '127.0.0.1x',
  ])('of %j is not', (address) => {
    expect(isLocal(address, {})).toBe(false);
  });

  it.each([
    ['a name that leads to loopback', { host: 'rebound.example:4000' }],
    ['no host', { host: '' }],
    ['the Origin of a script', { origin: 'http://localhost:3000' }],
    ['X-Forwarded-For', { 'x-forwarded-for': '10.0.0.1' }],
    ['an X-Forwarded-For that claims loopback', { 'x-forwarded-for': LOOPBACK }],
    ['an empty X-Forwarded-For', { 'x-forwarded-for': '' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'plans.example' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
    ['X-Real-IP', { 'x-real-ip': '10.0.0.1' }],
    ['Forwarded', { forwarded: 'for=10.0.0.1' }],
    ['Via', { via: '1.1 proxy' }],
  ])('with %s is not', (_what, headers) => {
    expect(isLocal(LOOPBACK, headers)).toBe(false);
  });

  it('of a proxy that speaks HTTP/1.0 is not', () => {
    expect(isLocal(LOOPBACK, {}, '1.0')).toBe(false);
  });
});
