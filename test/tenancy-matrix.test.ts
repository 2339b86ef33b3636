import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snake } from '../src/db/table.ts';
import { includesScope, scopes } from '../src/vocabulary.ts';
import { keepsInvariants, newCatalogue } from './catalogue.ts';
import { onEveryEngine } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';
import { arrange, type Ids, type Noun, nouns, usualCodes } from './graphql/arrangement.ts';
import { graphqlOperations, nestedIdArguments } from './tenancy/graphql.ts';
import { holdsCodes, type Operation, type Request, type Slot } from './tenancy/operation.ts';
import { restOperations } from './tenancy/rest.ts';
import { type Names, ORIGIN, type Scene, setScene, unknown } from './tenancy/scene.ts';

/**
 * Every operation of both surfaces × every place of an id × everything that a caller may not reach.
 */

const operations = [...graphqlOperations, ...restOperations];
const withSlots = operations.filter(({ slots }) => slots.length > 0);

/** The trail of what was deleted stays. */
const tellsOfTheDeleted = ['query auditLog'];

interface Answer {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are compared.
  body: any;
}

const differsByNature = ['date', 'x-request-id', 'gateway-request-id', 'content-length'];

const codeOf = ({ body }: Answer): string | undefined => {
  const [result] = Object.values<{ code?: string } | null>(body.data ?? {});
  return body.error?.code ?? body.errors?.[0]?.extensions?.code ?? result?.code;
};

const nameFor = ({ path }: Slot, noun: Noun, ours: Ids): string =>
  holdsCodes(path.at(-1) ?? '') && noun in usualCodes
    ? usualCodes[noun as keyof typeof usualCodes]
    : ours[noun];

onEveryEngine('what is not the caller’s', (world) => {
  keepsInvariants(world);
  let gateway: Gateway;
  let scene: Scene;
  beforeAll(async () => {
    gateway = await Gateway.start(world());
    scene = await setScene(world());
  });
  afterAll(() => gateway.close());

  const send = async (
    { path, ...init }: Request,
    key: string | undefined,
    origin = ORIGIN,
  ): Promise<Answer> => {
    const headers = {
      ...init.headers,
      ...(origin && { origin }),
      ...(key !== undefined && { 'x-api-key': key }),
    };
    const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
    return {
      status: response.status,
      headers: Object.fromEntries(
        [...response.headers].filter(([name]) => !differsByNature.includes(name)),
      ),
      body: await response.json(),
    };
  };

  /** The answer to an id or code, which is blanked wherever it comes back. */
  const answerTo = async (
    operation: Operation,
    slot: Slot,
    id: string,
    ours: Ids,
    key: string,
  ): Promise<Answer> => {
    const { body, ...answer } = await send(operation.request(ours, { slot, id }), key);
    return { ...answer, body: JSON.parse(JSON.stringify(body).replaceAll(id, '…')) };
  };

  const freshScene = async (codes = usualCodes) => {
    const catalogue = await newCatalogue(world());
    return {
      ours: await arrange(catalogue, codes),
      keys: { admin: await keyOf(world(), catalogue.tenant) },
    };
  };

  /** All tenants store what they stored before. */
  const changesNothing = (): void => {
    const contents = () => Promise.all(scene.catalogues.map((catalogue) => catalogue.contents()));
    let before: unknown;
    beforeAll(async () => {
      before = await contents();
    });
    afterAll(async () => expect(await contents()).toEqual(before));
  };

  describe('answers as what does not exist', () => {
    changesNothing();

    const expectDenials = async (
      operation: Operation,
      hidden: Record<string, Names>,
      key: string,
    ) => {
      const { ours } = scene;
      for (const slot of operation.slots)
        for (const noun of slot.nouns) {
          // Of a code that no object has, too, where only ids are taken.
          const missing = [
            await answerTo(operation, slot, unknown[noun], ours, key),
            await answerTo(operation, slot, 'code_of_nothing', ours, key),
          ];
          for (const { status } of missing) expect(status).toBeLessThan(500);
          for (const [whose, names] of Object.entries(hidden))
            for (const id of names[noun] ?? []) {
              const about = { slot, noun, whose, id };
              const answer = await answerTo(operation, slot, id, ours, key);
              expect(missing.map((expected) => ({ ...about, ...expected }))).toContainEqual({
                ...about,
                ...answer,
              });
            }
        }
    };

    it.each(withSlots)('$title', async (operation) => {
      const { deleted, ...others } = scene.hidden;
      const hidden = tellsOfTheDeleted.includes(operation.title) ? others : { ...others, deleted };
      await expectDenials(operation, hidden, scene.keys.admin);
    });

    it.each(withSlots.filter(({ writes }) => !writes))(
      'to publishable keys: $title',
      async (operation) => {
        const { hidden, unpublished, keys } = scene;
        await expectDenials(operation, { ...hidden, unpublished }, keys.publishable);
      },
    );
  });

  describe('is out of reach of useless keys', () => {
    changesNothing();

    it.each(operations)('$title', async (operation) => {
      const { ours, useless } = scene;
      const request = operation.request(ours);
      const refused = await send(request, useless.unknown);
      expect({ status: refused.status, code: codeOf(refused) }).toEqual({
        status: 401,
        code: 'unauthorized',
      });
      expect(await send(request, useless.revoked)).toEqual(refused);
      expect(await send(request, useless.expired)).toEqual(refused);
      expect(await send(operation.request(unknown), useless.revoked)).toEqual(refused);
      const keyless = await send(request, undefined);
      expect({ status: keyless.status, code: codeOf(keyless) }).toEqual({
        status: 401,
        code: 'unauthorized',
      });
      expect(await send(operation.request(unknown), undefined)).toEqual(keyless);
    });
  });

  describe('is out of reach of keys whose scope is too small', () => {
    changesNothing();

    it.each(operations.filter(({ needs }) => needs !== 'read'))('$title', async (operation) => {
      const { ours, keys } = scene;
      const tooSmall = scopes.filter((held) => !includesScope(held, operation.needs));
      for (const held of [...tooSmall, 'publishable'] as const) {
        const refused = await send(operation.request(ours), keys[held]);
        expect({ held, code: codeOf(refused) }).toEqual({ held, code: 'forbidden' });
        expect(await send(operation.request(unknown), keys[held])).toEqual(refused);
      }
    });

    it.each(operations.filter(({ needs }) => needs === 'read'))(
      'but not $title',
      async (operation) => {
        expect(codeOf(await send(operation.request(scene.ours), scene.keys.read))).not.toBe(
          'forbidden',
        );
      },
    );
  });

  describe('is out of reach of publishable keys in other pages, and in none', () => {
    changesNothing();

    it.each(operations)('$title', async (operation) => {
      for (const origin of ['https://elsewhere.example', '']) {
        const refused = await send(operation.request(scene.ours), scene.keys.publishable, origin);
        expect({ status: refused.status, code: codeOf(refused) }).toEqual({
          status: 403,
          code: 'forbidden',
        });
        expect(await send(operation.request(unknown), scene.keys.publishable, origin)).toEqual(
          refused,
        );
      }
    });
  });

  /** What a client may call by a code of its own choice. */
  describe('is named by its code as well as by its id', () => {
    const codes = {
      plan: 'code_of_ours',
      feature: 'code_of_ours',
      section: 'code_of_ours',
      planGroup: 'code_of_ours',
      market: 'code_of_ours',
    };
    const takesCodes = ({ path }: Slot) => {
      const name = path.at(-1) ?? '';
      return /Ids?$/.test(name) && name !== 'objectId';
    };
    const slots = graphqlOperations.flatMap((operation) =>
      operation.slots
        .filter(takesCodes)
        .flatMap((slot) =>
          slot.nouns.flatMap((noun) =>
            noun in codes
              ? [{ title: operation.title, operation, slot, path: slot.path.join('.'), noun }]
              : [],
          ),
        ),
    );

    it.each(slots)('$title: $path', async ({ operation, slot, noun }) => {
      const answers = [];
      for (const isCode of [false, true]) {
        const { ours, keys } = await freshScene(codes);
        const name = isCode ? 'code_of_ours' : ours[noun];
        const answer = JSON.stringify(await answerTo(operation, slot, name, ours, keys.admin));
        answers.push(JSON.parse(answer.replaceAll(/code_of_ours|[a-z]+_[0-9a-z]{26}/g, '…')));
      }
      expect(String(codeOf(answers[0]))).not.toMatch(`${snake(noun)}_not_found`);
      expect(answers[1]).toEqual(answers[0]);
    });
  });

  /** Without this the denials above might be those of a bad request. */
  describe('is told from what is', () => {
    it.each(withSlots)('$title', async (operation) => {
      for (const slot of operation.slots) {
        for (const noun of slot.nouns) {
          // A write may do what it says.
          const own = operation.writes ? await freshScene() : scene;
          const id = nameFor(slot, noun, own.ours);
          const missing = await answerTo(operation, slot, unknown[noun], own.ours, own.keys.admin);
          const found = await answerTo(operation, slot, id, own.ours, own.keys.admin);
          expect({ slot, noun, ...found }).not.toEqual({ slot, noun, ...missing });
        }
      }
    });
  });
});

describe('the matrix', () => {
  it('reaches every kind of id on both surfaces', () => {
    const reached = (found: Operation[]) =>
      new Set(found.flatMap(({ slots }) => slots.flatMap(({ nouns }) => nouns)));
    expect(reached(graphqlOperations)).toEqual(new Set(nouns));
    expect(reached(restOperations)).toEqual(
      new Set(nouns.filter((noun) => !['apiKey', 'section', 'changeSet'].includes(noun))),
    );
    expect(graphqlOperations.flatMap(({ slots }) => slots).length).toBeGreaterThan(40);
    expect(restOperations.flatMap(({ slots }) => slots).length).toBeGreaterThan(100);
  });

  it('leaves out no argument of a nested field', () => {
    expect(nestedIdArguments).toEqual(['Plan.feature(code)']);
  });
});
