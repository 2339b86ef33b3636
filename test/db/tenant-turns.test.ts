import { describe, expect, it, vi } from 'vitest';
import { TenantTurns } from '../../src/db/engine/tenant-turns.ts';

/** Work that ends when it is told to. */
const held = () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = vi.fn(() => ended);
  return { work, end };
};

describe('turns', () => {
  it('are taken one after the other by a tenant, and at once by others', async () => {
    const turns = new TenantTurns(60_000);
    const [first, second, other] = [held(), held(), held()];
    const order: string[] = [];
    const running = [
      turns.take('one', first.work).then(() => order.push('first')),
      turns.take('one', second.work).then(() => order.push('second')),
      turns.take('two', other.work).then(() => order.push('other')),
    ];
    expect([first, second, other].map(({ work }) => work.mock.calls.length)).toEqual([1, 0, 1]);
    other.end();
    await running[2];
    second.end();
    first.end();
    await Promise.all(running);
    expect(order).toEqual(['other', 'first', 'second']);
    expect(await turns.take('one', async () => 'again')).toBe('again');
  });

  it('go on after a failure', async () => {
    const turns = new TenantTurns(60_000);
    const failing = turns.take('one', () => Promise.reject(new Error('failed')));
    const next = turns.take('one', async () => 'next');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('next');
  });

  it('are not waited for without end, and are not given to those who have gone', async () => {
    const turns = new TenantTurns(20);
    const first = held();
    const running = turns.take('one', first.work);
    const late = held();
    await expect(turns.take('one', late.work)).rejects.toMatchObject({
      code: 'service_unavailable',
      retryAfter: 1,
    });
    first.end();
    await running;
    expect(late.work).not.toHaveBeenCalled();
    expect(await turns.take('one', async () => 'again')).toBe('again');
  });
});
