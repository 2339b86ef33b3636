import { describe, expect, it } from 'vitest';
import type { PageSpec, SortKey } from '../../src/db/read/keyset.ts';
import { type PageRequest, page } from '../../src/domain/page.ts';

interface Letter {
  rank: number;
  name: string;
}

const byRank: SortKey<Letter> = {
  columns: { rank: 'int32', name: 'text' },
  of: ({ rank, name }) => [rank, name],
};

const asked: PageSpec[] = [];
const letters = async (request: PageRequest, found: Letter[] = []) =>
  page(request, {
    list: 'letters',
    sortKey: byRank,
    fetch: async (spec) => {
      asked.push(spec);
      return found;
    },
  });

const a = { rank: 1, name: 'a' };
const b = { rank: 2, name: 'b' };
const c = { rank: 3, name: 'c' };

const cursor = (...parts: unknown[]) =>
  `cur_${Buffer.from(JSON.stringify(parts)).toString('base64url')}`;

describe('page', () => {
  it('reads a page of 20 from the start unless told otherwise', async () => {
    await letters({});
    expect(asked.at(-1)).toEqual({
      limit: 20,
      fromEnd: false,
      after: undefined,
      before: undefined,
    });
  });

  it('tells from the row too many that the list goes on', async () => {
    expect(await letters({ first: 2 }, [a, b, c])).toMatchObject({
      items: [a, b],
      hasNextPage: true,
      hasPreviousPage: false,
    });
    expect(await letters({ first: 3 }, [a, b, c])).toMatchObject({
      items: [a, b, c],
      hasNextPage: false,
    });
    expect(await letters({ first: 0 }, [a])).toMatchObject({ items: [], hasNextPage: true });
  });

  it('turns rows that were counted from the end round', async () => {
    expect(await letters({ last: 2 }, [c, b, a])).toMatchObject({
      items: [b, c],
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });

  it('passes on the place that a cursor stands for', async () => {
    const { cursorOf } = await letters({});
    const after = cursorOf(b);
    expect(after).toMatch(/^cur_[A-Za-z0-9_-]+$/);
    expect(await letters({ first: 1, after, before: cursorOf(c) })).toMatchObject({
      hasPreviousPage: true,
    });
    expect(asked.at(-1)).toMatchObject({ after: [2, 'b'], before: [3, 'c'] });
    expect(await letters({ last: 1, before: cursorOf(c) })).toMatchObject({ hasNextPage: true });
  });

  it.each([
    ['nothing', ''],
    ['no cursor', 'garbage'],
    ['a bare prefix', 'cur_'],
    ['base64 of no JSON', `cur_${Buffer.from('letters').toString('base64url')}`],
    ['JSON that is no list', cursor('letters').replace(/.{4}$/, '')],
    ['a cursor of another list', cursor('numbers', 1, 'a')],
    ['too few places', cursor('letters', 1)],
    ['too many places', cursor('letters', 1, 'a', 'b')],
    ['text for a number', cursor('letters', '1', 'a')],
    ['a number for text', cursor('letters', 1, 2)],
    ['a fraction', cursor('letters', 1.5, 'a')],
    ['a number beyond 32 bits', cursor('letters', 2 ** 31, 'a')],
    ['null', cursor('letters', null, 'a')],
    ['an object', cursor('letters', {}, 'a')],
    ['NUL', cursor('letters', 1, 'a\0')],
    ['a lone surrogate', cursor('letters', 1, '\ud800')],
    ['no prefix', cursor('letters', 1, 'a').slice(4)],
    ['two prefixes', `cur_${cursor('letters', 1, 'a')}`],
    ['padding', `${cursor('letters', 1, 'a')}=`],
    ['spaces within', `cur_${Buffer.from('["letters", 1, "a"]').toString('base64url')}`],
  ])('refuses a cursor made of %s', async (_what, made) => {
    for (const param of ['after', 'before'])
      await expect(letters({ [param]: made })).rejects.toMatchObject({
        code: 'validation_error',
        param,
      });
  });

  it('takes null for absent', async () => {
    await letters({ first: null, after: null, last: null, before: null });
    expect(asked.at(-1)).toMatchObject({ limit: 20, after: undefined, before: undefined });
  });

  it.each([-1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a page of %d',
    async (size) => {
      await expect(letters({ first: size })).rejects.toMatchObject({
        code: 'validation_error',
        param: 'first',
      });
      await expect(letters({ last: size })).rejects.toMatchObject({
        code: 'validation_error',
        param: 'last',
      });
    },
  );

  it('counts from one end only', async () => {
    await expect(letters({ first: 1, last: 1 })).rejects.toMatchObject({
      code: 'validation_error',
      param: 'last',
    });
  });
});
