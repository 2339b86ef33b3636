import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditInvariants } from '../src/db/maintenance/invariants.ts';
import type { Tenant } from '../src/db/read/reader.ts';
import { revisionOf } from '../src/db/records/organization.ts';
import { type Database, newPostgresDatabase, newSqliteFile, World } from './engines.ts';
import { Gateway, keyOf } from './gateway.ts';

const CLIENTS = 50;
const MOST_ATTEMPTS = 5;
const isTemporary = new Set(['503 service_unavailable', '409 idempotency_in_progress']);
const clients = Array.from({ length: CLIENTS }, (_, number) => number);

interface Answer {
  /** Status, and the code of an error: `201`, `409 duplicate`. */
  outcome: string;
  isReplay: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test.
  data: any;
}

const sites: [title: string, newDatabase: () => Promise<Database>, gateways: number][] = [
  ['one gateway on SQLite', () => newSqliteFile(), 1],
  ['two gateways on one SQLite file', () => newSqliteFile(), 2],
  ['one gateway on PostgreSQL', () => newPostgresDatabase(), 1],
  ['two gateways on one PostgreSQL', () => newPostgresDatabase(), 2],
];

describe.each(sites)(
  'Fifty clients at once, through %s',
  { timeout: 120_000 },
  (_title, newDatabase, count) => {
    let database: Database;
    let worlds: World[];
    let gateways: Gateway[];
    beforeAll(async () => {
      database = await newDatabase();
      worlds = [];
      for (let n = 0; n < count; n += 1) worlds.push(await World.open(database.url));
      gateways = await Promise.all(worlds.map((world) => Gateway.start(world)));
    });
    afterAll(async () => {
      for (const gateway of gateways) await gateway.close();
      for (const world of worlds) await world.close();
      await database.remove();
    });

    const firstWorld = (): World => {
      const [world] = worlds;
      if (!world) throw new Error('there is no gateway');
      return world;
    };

    let tenant: Tenant;
    let key: string;
    beforeEach(async () => {
      tenant = await firstWorld().newTenant();
      key = await keyOf(firstWorld(), tenant, 'write');
    });
    afterEach(async () => {
      expect(await auditInvariants(firstWorld().store)).toEqual([]);
    });

    /**
     * What client number `number` gets in the end: a client that is told to come back does. Clients
     * take turns with the gateways.
     */
    const ask = async (
      number: number,
      line: string,
      body?: object,
      idempotencyKey?: string,
    ): Promise<Answer> => {
      for (let attempts = 1; ; attempts += 1) {
        const answer = await askOnce(number, line, body, idempotencyKey);
        if (!isTemporary.has(answer.outcome) || attempts === MOST_ATTEMPTS) return answer;
        await sleep(1_000);
      }
    };

    const askOnce = async (
      number: number,
      line: string,
      body?: object,
      idempotencyKey?: string,
    ): Promise<Answer> => {
      const [method = '', path] = line.split(' ');
      const response = await fetch(`${gateways[number % count]?.url}/api/v1${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          'x-api-key': key,
          'commet-version': '2026-07-11',
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const { data, error } = await response.json();
      const outcome = error ? `${response.status} ${error.code}` : String(response.status);
      return { outcome, data, isReplay: response.headers.has('idempotent-replayed') };
    };

    const storm = (
      line: (number: number) => string,
      body?: (number: number) => object,
      idempotencyKey?: string,
    ) =>
      Promise.all(
        clients.map((number) => ask(number, line(number), body?.(number), idempotencyKey)),
      );

    const tally = (answers: Answer[]): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1;
      return counts;
    };

    const mutate = (number: number, document: string) => {
      const gateway = gateways[number % gateways.length] ?? expect.fail('no gateway');
      return gateway.graphql(key, `mutation { ${document} }`);
    };
    /** What each client gets for its mutation in the end: `ok`, or the code of the error. */
    const mutateAll = async (document: (number: number) => string) => {
      const once = async (number: number) => {
        const { data, errors } = await mutate(number, document(number));
        const [result]: { __typename: string; code?: string }[] = Object.values(data ?? {});
        const code = errors?.[0]?.extensions.code ?? result?.code;
        return code ?? 'ok';
      };
      return Promise.all(
        clients.map(async (number) => {
          for (let attempts = 1; ; attempts += 1) {
            const outcome = await once(number);
            if (outcome !== 'service_unavailable' || attempts === MOST_ATTEMPTS) return outcome;
            await sleep(1_000);
          }
        }),
      );
    };
    const countOf = (outcomes: string[], outcome: string) =>
      outcomes.filter((each) => each === outcome).length;

    const make = async (line: string, body: object): Promise<string> => {
      const { data, outcome } = await ask(0, line, body);
      expect(outcome).toBe('201');
      return data.id;
    };
    const newPlan = (code: string, more: object = {}) =>
      make('POST /plans/manage', { name: code, code, ...more });
    const newGroup = (name: string) => make('POST /plan-groups', { name });
    const newPrice = (plan: string, billingInterval: string) =>
      make(`POST /plans/${plan}/prices`, { billingInterval, price: 10_000 });
    const pricesOf = async (plan: string) => (await ask(1, `GET /plans/${plan}`)).data.prices;
    const codes = async () =>
      (await ask(1, 'GET /plans?includePrivate=true')).data.map(
        ({ code }: { code: string }) => code,
      );
    const membersOf = async (group: string) =>
      (await ask(1, `GET /plan-groups/${group}`)).data.plans;

    it('setting the default leave one default', async () => {
      const plan = await newPlan('plan');
      const prices: string[] = [];
      for (const interval of ['weekly', 'monthly', 'quarterly', 'yearly'])
        prices.push(await newPrice(plan, interval));
      const before = await revisionOf(firstWorld().store, tenant);
      const answers = await storm(
        (number) => `PUT /plans/${plan}/prices/${prices[number % prices.length]}/default`,
      );
      expect(tally(answers)).toEqual({ 200: CLIENTS });
      expect(
        (await pricesOf(plan)).filter(({ isDefault }: { isDefault: boolean }) => isDefault),
      ).toHaveLength(1);
      expect(await revisionOf(firstWorld().store, tenant)).toBe(before + CLIENTS);
    });

    it('reordering a group leave it in an order that one of them asked for', async () => {
      const planGroupId = await newGroup('group');
      const plans: string[] = [];
      for (let n = 0; n < 6; n += 1) plans.push(await newPlan(`plan_${n}`, { planGroupId }));
      const orders = clients.map((number) => [
        ...plans.slice(number % 6),
        ...plans.slice(0, number % 6),
      ]);
      const answers = await storm(
        () => `PUT /plan-groups/${planGroupId}/plans/reorder`,
        (number) => ({ planIds: orders[number] }),
      );
      expect(tally(answers)).toEqual({ 200: CLIENTS });
      const members = await membersOf(planGroupId);
      expect(orders).toContainEqual(members.map(({ id }: { id: string }) => id));
      expect(members.map(({ sortOrder }: { sortOrder: number }) => sortOrder)).toEqual([
        0, 1, 2, 3, 4, 5,
      ]);
    });

    it('arranging features leave them in an order that one of them asked for', async () => {
      const codes = Array.from({ length: 6 }, (_, n) => `feature_${n}`);
      for (const code of codes)
        await ask(1, 'POST /features/manage', { name: code, code, type: 'usage' });
      for (const code of ['one', 'two'])
        await mutate(
          1,
          `createFeatureSection(input: { name: "Section", code: "${code}" }) { __typename }`,
        );
      const rotated = (number: number) => [
        ...codes.slice(number % 6),
        ...codes.slice(0, number % 6),
      ];
      const answers = await Promise.all(
        clients.map((number) => {
          const [one, two] = number % 2 ? ['one', 'two'] : ['two', 'one'];
          const [first, second] = [rotated(number).slice(0, 3), rotated(number).slice(3)];
          return mutate(
            number,
            `arrangeFeatures(input: { sections: [
              { sectionId: "${one}", featureIds: ${JSON.stringify(first)} }
              { sectionId: "${two}", featureIds: ${JSON.stringify(second)} }
            ] }) { __typename }`,
          );
        }),
      );
      expect(new Set(answers.map(({ data }) => data?.arrangeFeatures?.__typename))).toEqual(
        new Set(['FeatureArrangement']),
      );
      const [gateway] = gateways;
      const { data } = await (gateway ?? expect.fail('no gateway')).graphql(
        key,
        '{ featureSections { nodes { position features { nodes { code position } } } } }',
      );
      const sections: { position: number; features: { nodes: { code: string }[] } }[] =
        data.featureSections.nodes;
      expect(sections.map(({ position }) => position)).toEqual([0, 1]);
      const order = sections.flatMap(({ features }) => features.nodes.map(({ code }) => code));
      expect(clients.map(rotated)).toContainEqual(order);
    });

    const conflict = '... on Error { code }';
    const newMarket = async (...countryCodes: string[]): Promise<string> => {
      const { data } = await mutate(
        0,
        `createMarket(input: { name: "Market", countryCodes: ${JSON.stringify(countryCodes)} }) {
          ... on Market { id } }`,
      );
      return data.createMarket.id;
    };
    const marketsOf = async (document = '{ markets { nodes { id countryCodes } } }') =>
      (await gateways[0]?.graphql(key, document))?.data.markets.nodes;
    const priceIn = (plan: string, price: string, market: string) =>
      `setMarketPrices(planId: "${plan}", priceId: "${price}", input: { marketPrices: [
        { marketId: "${market}", currency: "brl", price: 1 }] })`;

    it('taking one country make one market', async () => {
      const outcomes = await mutateAll(
        (number) =>
          `createMarket(input: { name: "Market ${number}", countryCodes: ["BR"] }) { ${conflict} }`,
      );
      expect(countOf(outcomes, 'ok')).toBe(1);
      expect(countOf(outcomes, 'duplicate')).toBe(CLIENTS - 1);
      expect(await marketsOf()).toHaveLength(1);
    });

    it('pulling one country into several markets get it into one', async () => {
      const markets = [await newMarket('AR'), await newMarket('CL'), await newMarket('PE')];
      const outcomes = await mutateAll(
        (number) =>
          `updateMarket(marketId: "${markets[number % 3]}", input: { countryCodes: ["BR"] }) {
            ${conflict} }`,
      );
      expect(new Set(outcomes)).toEqual(new Set(['ok', 'duplicate']));
      const taken = (await marketsOf()).flatMap(
        ({ countryCodes }: { countryCodes: string[] }) => countryCodes,
      );
      expect(taken.filter((code: string) => code === 'BR')).toHaveLength(1);
    });

    it('deleting a market and pricing in it leave it in one of both states', async () => {
      const market = await newMarket('BR');
      const plan = await newPlan('plan');
      const price = await newPrice(plan, 'monthly');
      const outcomes = await mutateAll((number) =>
        number % 2 === 0
          ? `deleteMarket(marketId: "${market}") { ${conflict} }`
          : `${priceIn(plan, price, market)} { ${conflict} }`,
      );
      const isDeleted = (await marketsOf()).length === 0;
      expect(new Set(outcomes)).toEqual(
        new Set(['ok', isDeleted ? 'market_not_found' : 'market_in_use']),
      );
      expect(countOf(outcomes, 'ok')).toBe(isDeleted ? 1 : CLIENTS / 2);
    });

    it('deleting a price and adding variants of it leave it in one of both states', async () => {
      const market = await newMarket('BR');
      const plan = await newPlan('plan');
      const price = await newPrice(plan, 'monthly');
      await mutate(0, `${priceIn(plan, price, market)} { __typename }`);
      const outcomes = await mutateAll((number) =>
        number % 3 === 0
          ? `deletePlanPrice(planId: "${plan}", priceId: "${price}") { ${conflict} }`
          : `addPriceVariant(planId: "${plan}", input: { inheritsFromPriceId: "${price}",
              marketPrices: [{ marketId: "${market}", currency: "brl", price: 1 }] }) {
              ${conflict} }`,
      );
      const isDeleted = (await pricesOf(plan)).length === 0;
      // A price has twenty variants at most.
      const refused = isDeleted ? ['price_not_found'] : ['price_in_use', 'validation_error'];
      expect(new Set(outcomes)).toEqual(new Set(['ok', ...refused]));
      expect(countOf(outcomes, 'ok')).toBe(isDeleted ? 1 : 20);
    });

    it('claiming one code make one plan', async () => {
      const answers = await storm(
        () => 'POST /plans/manage',
        (number) => ({ name: `Plan ${number}`, code: 'wanted' }),
      );
      expect(tally(answers)).toEqual({ 201: 1, '409 duplicate': CLIENTS - 1 });
      expect(await codes()).toEqual(['wanted']);
    });

    it('repeating one request by its key have one effect and one answer', async () => {
      const answers = await storm(
        () => 'POST /plan-groups',
        () => ({ name: 'Group' }),
        'the-key',
      );
      const [first] = answers;
      expect(answers.filter(({ data }) => data?.id !== first?.data.id)).toEqual([]);
      expect(tally(answers)).toEqual({ 201: CLIENTS });
      expect(answers.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
      expect((await ask(1, 'GET /plan-groups')).data).toHaveLength(1);
    });

    it('using one key for requests of their own get one of them through', async () => {
      const answers = await storm(
        () => 'POST /plan-groups',
        (number) => ({ name: `Group ${number}` }),
        'the-key',
      );
      expect(tally(answers)).toEqual({ 201: 1, '409 idempotency_key_mismatch': CLIENTS - 1 });
      expect((await ask(1, 'GET /plan-groups')).data).toHaveLength(1);
    });

    it('adding a price for one interval make one price, which is the default', async () => {
      const plan = await newPlan('plan');
      const answers = await storm(
        () => `POST /plans/${plan}/prices`,
        (number) => ({ billingInterval: 'monthly', price: number, isDefault: number % 2 === 0 }),
      );
      expect(tally(answers)).toEqual({ 201: 1, '409 duplicate': CLIENTS - 1 });
      expect(await pricesOf(plan)).toEqual([
        expect.objectContaining({ billingInterval: 'monthly', isDefault: true }),
      ]);
    });

    it('putting plans at the head of a group leave an order without gaps', async () => {
      const group = await newGroup('group');
      const plans: string[] = [];
      for (const number of clients) plans.push(await newPlan(`plan_${number}`));
      const answers = await storm(
        () => `POST /plan-groups/${group}/plans`,
        (number) => ({ planId: plans[number], sortOrder: 0 }),
      );
      expect(tally(answers)).toEqual({ 201: CLIENTS });
      const members: { id: string; sortOrder: number }[] = await membersOf(group);
      expect(members.map(({ sortOrder }) => sortOrder)).toEqual(clients);
      expect(members.map(({ id }) => id).sort()).toEqual([...plans].sort());
    });

    it('pulling one plan into several groups get it into one', async () => {
      const planId = await newPlan('plan');
      const groups = [await newGroup('one'), await newGroup('two'), await newGroup('three')];
      const answers = await storm(
        (number) => `POST /plan-groups/${groups[number % groups.length]}/plans`,
        () => ({ planId }),
      );
      expect(tally(answers)).toEqual({ 201: 1, '409 duplicate': CLIENTS - 1 });
      const members = await Promise.all(groups.map(membersOf));
      expect(members.flat()).toHaveLength(1);
    });

    it('deleting a plan and adding to it leave nothing of it in sight', async () => {
      const plan = await newPlan('plan');
      const intervals = ['weekly', 'monthly', 'quarterly', 'yearly', 'one_time'];
      const answers = await storm(
        (number) =>
          number % 2 === 0 ? `DELETE /plans/${plan}/manage` : `POST /plans/${plan}/prices`,
        (number) =>
          number % 2 === 0
            ? {}
            : { billingInterval: intervals[number % intervals.length], price: 1 },
      );
      const outcomes = tally(answers);
      expect(outcomes[200]).toBe(1);
      const documented = new Set(['200', '201', '404 plan_not_found', '409 duplicate']);
      expect(Object.keys(outcomes).filter((outcome) => !documented.has(outcome))).toEqual([]);
      expect(outcomes['404 plan_not_found']).toBeGreaterThanOrEqual(CLIENTS / 2 - 1);
      expect(await codes()).toEqual([]);
      expect((await ask(0, `GET /plans/${plan}`)).outcome).toBe('404 plan_not_found');
    });

    it('deleting a feature and attaching it leave it in one of both states', async () => {
      const featureId = await make('POST /features/manage', {
        name: 'Feature',
        code: 'feature',
        type: 'usage',
      });
      const plan = await newPlan('plan');
      const answers = await storm(
        (number) =>
          number % 2 === 0
            ? `DELETE /features/${featureId}/manage`
            : `POST /plans/${plan}/features`,
        (number) => (number % 2 === 0 ? {} : { featureId }),
      );
      const { 200: deleted = 0, 201: attached = 0, ...refused } = tally(answers);
      expect(deleted + attached).toBe(1);
      expect(refused).toEqual(
        deleted === 1
          ? { '404 feature_not_found': CLIENTS - 1 }
          : { '409 feature_in_use': CLIENTS / 2, '409 feature_already_exists': CLIENTS / 2 - 1 },
      );
      expect((await ask(1, `GET /plans/${plan}`)).data.features).toHaveLength(attached);
    });

    it(
      'that start and stop each other everywhere are told of nothing but what is ' + 'documented',
      async () => {
        const planGroupId = await newGroup('group');
        const plans: string[] = [];
        for (let n = 0; n < 4; n += 1) plans.push(await newPlan(`plan_${n}`, { planGroupId }));
        const planOf = (number: number) => plans[number % plans.length];
        const writes = [
          (n: number) =>
            ask(n, `PUT /plan-groups/${planGroupId}/plans/reorder`, { planIds: plans }),
          (n: number) => ask(n, `DELETE /plan-groups/${planGroupId}/plans/${planOf(n >> 3)}`),
          (n: number) =>
            ask(n, `POST /plan-groups/${planGroupId}/plans`, {
              planId: planOf(n >> 3),
              sortOrder: 1,
            }),
          (n: number) =>
            ask(n, `POST /plans/${planOf(n >> 3)}/prices`, {
              billingInterval: 'monthly',
              price: n,
            }),
          (n: number) =>
            ask(n, `PUT /plans/${planOf(n >> 3)}/regional`, {
              currency: 'eur',
              exchangeRate: n + 1,
            }),
          (n: number) => ask(n, `PUT /plans/${planOf(n >> 3)}/manage`, { metadata: { n } }),
          (n: number) =>
            n > CLIENTS - 8 ? ask(n, `DELETE /plans/${planOf(n)}/manage`) : ask(n, 'GET /plans'),
          (n: number) =>
            n > CLIENTS - 4
              ? ask(n, `DELETE /plan-groups/${planGroupId}`)
              : ask(n, 'GET /plan-groups'),
        ];
        const answers = await Promise.all(
          clients.map((number) => writes[number % writes.length]?.(number)),
        );
        const documented = new Set([
          ...[
            '200',
            '201',
            '400 validation_error',
            '404 plan_not_found',
            '404 plan_group_not_found',
          ],
          ...['409 duplicate', '409 no_prices_configured'],
        ]);
        expect(answers.filter((answer) => !documented.has(answer?.outcome ?? ''))).toEqual([]);
      },
    );
  },
);
