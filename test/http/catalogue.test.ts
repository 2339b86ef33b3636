import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashOfCatalogue, printYaml } from '../../src/domain/catalogue/print.ts';
import { pullCatalogue } from '../../src/domain/catalogue/pull.ts';
import { applyChangeSet, createChangeSet } from '../../src/domain/change-set.ts';
import type { Scope } from '../../src/vocabulary.ts';
import { keepsInvariants } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { Client, mutationOf } from '../graphql/client.ts';

const START = `catalogue: 1
features: { seats: { name: Seats, type: seats } }
plans:
  free: { name: Free, isFree: true, consumptionModel: metered, prices: { monthly: 0 } }
  starter:
    name: Starter
    consumptionModel: metered
    prices: { monthly: { price: 19, trialDays: 14, regional: { brl: 79 } } }
    features: { seats: { includedAmount: 3 } }
  team: { name: Team, consumptionModel: metered }
  creator: { name: Creator, consumptionModel: credits }
groups:
  studio: { name: Studio, plans: [creator] }
  workspace: { name: Workspace, plans: [free, starter, team] }
`;
const RAISE = `catalogue: 1
plans:
  starter:
    prices:
      monthly: { price: 21, regional: { brl: 99 } }
`;
const SET = `id name status hash isStale appliedAt appliedRevision failure appliesAt
  revertOf { id } createdBy { name }
  changes { totalCount nodes { kind type code path before after } }
  findings { rule severity code path message docUrl }`;

onEveryEngine('the catalogue as a file', (world) => {
  keepsInvariants(world);
  let gateway: Gateway;
  let client: Client;
  beforeAll(async () => {
    gateway = await Gateway.start(world());
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    client = await Client.open(world(), gateway);
    const { catalogue } = client;
    const { id, hash } = await catalogue.change((w) => createChangeSet(w, { document: START }));
    await catalogue.change((w) => applyChangeSet(w, id, hash, 'admin'));
  });

  /** A request outside of the versions of REST. */
  const send = async (
    method: string,
    path: string,
    {
      body,
      headers = {},
      key = client.key,
    }: { body?: string; headers?: Record<string, string>; key?: string | null } = {},
  ) => {
    const response = await fetch(`${gateway.url}/catalogue${path}`, {
      method,
      ...(body !== undefined && { body }),
      headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  const pulled = () => pullCatalogue(client.catalogue.reader());
  const created = async (document: string, query = '') => {
    const { status, json } = await send('POST', `/change-sets${query}`, { body: document });
    expect(status).toBe(201);
    return json;
  };
  const quoted = (hash: string) => ({ 'if-match': `"${hash}"` });
  const keyWith = (scope: Scope) => keyOf(world(), client.catalogue.tenant, scope);

  describe('is read', () => {
    it('as YAML and as JSON, with the hash of its content as ETag', async () => {
      const yaml = await send('GET', '');
      const hash = await hashOfCatalogue(await pulled());
      expect(yaml.text).toBe(printYaml(await pulled()));
      expect(yaml.headers.get('etag')).toBe(`W/"${hash}"`);
      const json = await send('GET', '', { headers: { accept: 'application/json' } });
      expect(json.json.plans.starter.prices.monthly.price).toBe(19);
      expect(json.headers.get('vary')).toMatch(/accept/);
      const again = await send('GET', '', { headers: { 'if-none-match': `"${hash}"` } });
      expect([again.status, again.text]).toEqual([304, '']);
    });

    it('alike in GraphQL, which counts its bytes', async () => {
      const { catalogue, catalogueHash } = await client.data(
        '{ catalogue { yaml json hash } catalogueHash }',
      );
      expect(catalogue.yaml).toBe((await send('GET', '')).text);
      const json = await send('GET', '', { headers: { accept: 'application/json' } });
      expect(catalogue.json).toBe(json.text);
      expect(catalogue.hash).toBe(catalogueHash);
      expect(catalogueHash).toBe(await hashOfCatalogue(await pulled()));
    });

    it('of one revision, while others write', async () => {
      const names = (name: string) =>
        `catalogue: 1\nfeatures: { seats: { name: ${name} } }\ngroups: { studio: { name: ${name} } }\n`;
      const seen = new Set<string>();
      const write = async () => {
        for (const name of ['One', 'Two', 'Three', 'Four']) {
          const set = await created(names(name));
          await send('POST', `/change-sets/${set.id}/apply`, { headers: quoted(set.hash) });
        }
      };
      const read = async () => {
        for (let time = 0; time < 12; time += 1) {
          const { headers, text } = await send('GET', '');
          const found = [...text.matchAll(/^ {2}(?:seats|studio):\n {4}name: (\w+)$/gm)];
          seen.add(found.map(([, name]) => name).join());
          expect(headers.get('etag')).toMatch(/^W\/"[0-9a-f]{64}"$/);
        }
      };
      await Promise.all([write(), read(), read()]);
      const torn = [...seen].filter((pair) => new Set(pair.split(',')).size > 1);
      expect(torn).toEqual(torn.filter((pair) => pair === 'Seats,Studio'));
    });

    it('with a JSON Schema that needs no key', async () => {
      const { status, headers, text } = await send('GET', '/schema.json', { key: null });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/schema+json']);
      const schema = JSON.parse(text);
      expect(Object.keys(schema.properties)).toEqual([
        '$schema',
        'catalogue',
        'baseCurrency',
        'sections',
        'features',
        'markets',
        'plans',
        'groups',
      ]);
    });
  });

  describe('changes by a change set', () => {
    it('that says what it would do, and does it, alike on both surfaces', async () => {
      const before = printYaml(await pulled());
      const set = await created(RAISE, '?name=Raise');
      expect(printYaml(await pulled())).toBe(before);
      expect(set).toMatchObject({ name: 'Raise', status: 'draft', isStale: false });
      expect(set.changes).toEqual([
        {
          kind: 'update',
          type: 'PlanPrice',
          code: 'monthly',
          path: 'plans.starter.prices.monthly',
          before: { price: 19, trialDays: 14 },
          after: { price: 21, trialDays: 14 },
        },
        {
          kind: 'update',
          type: 'RegionalPrice',
          code: 'brl',
          path: 'plans.starter.prices.monthly.regional.brl',
          before: { price: 79 },
          after: { price: 99 },
        },
      ]);
      const twin = await client.mutate(
        'createChangeSet',
        { input: { document: RAISE, scope: 'LISTED', name: 'Raise' } },
        SET,
      );
      expect(twin.hash).toBe(set.hash);
      expect(twin.changes.nodes).toEqual(
        set.changes.map((change: { kind: string }) => ({
          ...change,
          kind: change.kind.toUpperCase(),
        })),
      );

      const { status, json } = await send('POST', `/change-sets/${set.id}/apply`, {
        headers: quoted(set.hash),
      });
      expect([status, json.status]).toEqual([200, 'applied']);
      const { changeSet } = await client.data(`query($id: ID!) { changeSet(id: $id) { ${SET} } }`, {
        id: set.id,
      });
      expect(changeSet).toMatchObject({ status: 'APPLIED', appliedRevision: json.appliedRevision });
      const { plan } = await client.data(
        '{ plan(code: "starter") { prices { billingInterval price } } }',
      );
      expect(plan.prices[0].price).toBe(210_000);
      const stale = await client.mutate(
        'applyChangeSet',
        { id: twin.id, expectedHash: twin.hash },
        'id',
      );
      expect(stale).toMatchObject({ __typename: 'ConflictError', code: 'change_set_stale' });
    });

    it('in one revision and one audit entry, which names the key', async () => {
      const revision = async () =>
        (
          await client.data(
            '{ auditLog(first: 1) { nodes { operation revision apiKey { name } changes { type } } } }',
          )
        ).auditLog.nodes[0];
      const set = await created(RAISE);
      expect(await revision()).toMatchObject({ operation: 'createChangeSet', revision: null });
      const { json } = await send('POST', `/change-sets/${set.id}/apply`, {
        headers: quoted(set.hash),
      });
      const entry = await revision();
      expect(entry).toMatchObject({
        operation: 'applyChangeSet',
        revision: json.appliedRevision,
        apiKey: { name: json.createdBy.name },
      });
      const types = entry.changes.map(({ type }: { type: string }) => type);
      expect(types).toEqual(expect.arrayContaining(['PlanPrice', 'RegionalPrice', 'Plan']));
    });

    it('that answers as the first time when it is applied again', async () => {
      const set = await created(RAISE);
      const apply = () =>
        send('POST', `/change-sets/${set.id}/apply`, { headers: quoted(set.hash) });
      const [first, second] = [await apply(), await apply()];
      expect(second.json).toEqual(first.json);
    });

    it('that is undone by another one', async () => {
      const before = await hashOfCatalogue(await pulled());
      const set = await created(
        'catalogue: 1\nplans: { creator: null }\ngroups: { studio: null }\n',
      );
      await send('POST', `/change-sets/${set.id}/apply`, { headers: quoted(set.hash) });
      expect(await hashOfCatalogue(await pulled())).not.toBe(before);
      const { status, json } = await send('POST', `/change-sets/${set.id}/revert`);
      expect([status, json.revertOf]).toEqual([201, set.id]);
      expect(json.findings.map(({ rule }: { rule: string }) => rule)).toContain('new-ids');
      const applied = await client.mutate(
        'applyChangeSet',
        { id: json.id, expectedHash: json.hash },
        'status',
      );
      expect(applied).toMatchObject({ status: 'APPLIED' });
      expect(await hashOfCatalogue(await pulled())).toBe(before);
    });

    it('but is not undone where a later write changed the same', async () => {
      const set = await created(RAISE);
      await send('POST', `/change-sets/${set.id}/apply`, { headers: quoted(set.hash) });
      const later = await created(
        'catalogue: 1\nplans: { starter: { prices: { monthly: 22 } } }\n',
      );
      await send('POST', `/change-sets/${later.id}/apply`, { headers: quoted(later.hash) });
      const { status, json } = await send('POST', `/change-sets/${set.id}/revert`);
      expect([status, json.error.code]).toEqual([409, 'change_set_not_revertible']);
      expect(json.error.message).toContain('plans.starter.prices.monthly.price');
    });

    it('that a write elsewhere leaves alone, and a write to the same makes stale', async () => {
      const set = await created(RAISE);
      const get = async () => (await send('GET', `/change-sets/${set.id}`)).json;
      await client.mutate('updatePlan', { planId: 'team', input: { name: 'Teams' } }, 'id');
      await client.mutate('updatePlan', { planId: 'starter', input: { name: 'Start' } }, 'id');
      expect((await get()).isStale).toBe(false);
      const { plan } = await client.data('{ plan(code: "starter") { prices { id } } }');
      await client.mutate(
        'updatePlanPrice',
        { planId: 'starter', priceId: plan.prices[0].id, input: { price: 200_000 } },
        'id',
      );
      expect((await get()).isStale).toBe(true);
      const { status, json } = await send('POST', `/change-sets/${set.id}/apply`, {
        headers: quoted(set.hash),
      });
      expect([status, json.error.code]).toEqual([412, 'change_set_stale']);
    });

    it('and is not stale for what the same request has written before', async () => {
      const { plan } = await client.data('{ plan(code: "starter") { prices { id } } }');
      const made = 'createChangeSet(input: $input) { ... on ChangeSet { isStale } }';
      const { a, c } = await client.data(
        `mutation($input: CreateChangeSetInput!, $priceId: ID!) {
          a: ${made}
          b: updatePlanPrice(planId: "starter", priceId: $priceId, input: { price: 200000 }) {
            __typename
          }
          c: ${made}
        }`,
        { input: { document: RAISE }, priceId: plan.prices[0].id },
      );
      expect([a, c]).toEqual([{ isStale: false }, { isStale: false }]);
    });

    it('one of two that race, while the other is stale', async () => {
      const sets = [await created(RAISE), await created(RAISE.replace('21', '25'))];
      const answers = await Promise.all(
        sets.map(({ id, hash }) =>
          send('POST', `/change-sets/${id}/apply`, { headers: quoted(hash) }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    });

    it('in a list, newest first', async () => {
      const ids = [];
      for (const name of ['a', 'b', 'c']) ids.push((await created(RAISE, `?name=${name}`)).id);
      const { json } = await send('GET', '/change-sets?limit=2');
      expect(json.data.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]]);
      const rest = await send('GET', `/change-sets?limit=2&cursor=${json.nextCursor}`);
      // The last one has made what is there.
      expect(rest.json).toMatchObject({
        data: [{ id: ids[0] }, { status: 'applied' }],
        hasMore: false,
      });
      expect('nextCursor' in rest.json).toBe(false);
      const { changeSets } = await client.data(
        '{ changeSets { totalCount nodes { id createdBy { name } } } }',
      );
      expect(changeSets.totalCount).toBe(4);
      expect(changeSets.nodes.slice(0, 3).map(({ id }: { id: string }) => id)).toEqual(
        ids.toReversed(),
      );
    });
  });

  describe('refuses', () => {
    const documents: [title: string, document: string, field: string, message: RegExp][] = [
      ['an unknown key', 'catalogue: 1\nplan: {}', 'plan', /did you mean plans.*line 2, column 1/],
      ['a code that is there twice', 'catalogue: 1\nplans:\n  a: {}\n  a: {}', 'plans.a', /twice/],
      [
        'an amount with five decimals',
        'catalogue: 1\nplans: { a: { prices: { monthly: 1.23456 } } }',
        'plans.a.prices.monthly',
        /at most 4 decimals/,
      ],
      [
        'an amount with an exponent',
        'catalogue: 1\nplans: { a: { prices: { monthly: 1e3 } } }',
        'plans.a.prices.monthly',
        /written in digits/,
      ],
      ['anchors', 'catalogue: 1\nplans: &a { x: { metadata: {} } }', 'document', /anchors/],
      ['several documents', 'catalogue: 1\n---\ncatalogue: 1', 'document', /one document/],
      ['tags', 'catalogue: !!python/object 1', 'document', /tag/],
      ['what is nested too deeply', `a: ${'['.repeat(1_000)}`, 'document', /too deeply/],
      ['nothing', '', 'document', /must/],
      ['text', 'just words', 'document', /must be a map/],
      ['another version', 'catalogue: 2', 'catalogue', /must be one of 1/],
      ['a code with capitals', 'catalogue: 1\nplans: { Pro: {} }', 'plans.Pro', /lower-case/],
      ['an unknown currency', 'catalogue: 1\nbaseCurrency: xyz', 'baseCurrency', /ISO 4217/],
    ];

    it.each(documents)('%s, with line and column', async (_, document, field, message) => {
      const before = await client.catalogue.contents();
      const rest = await send('POST', '/change-sets', { body: document });
      expect(rest.status).toBe(400);
      expect(rest.json.error).toMatchObject({ code: 'validation_error', param: field });
      expect(rest.json.error.details[0].message).toMatch(message);
      const graphql = await client.mutate('createChangeSet', { input: { document } }, 'id');
      expect(graphql).toMatchObject({ __typename: 'ValidationError', param: field });
      expect(await client.catalogue.contents()).toEqual(before);
    });

    it('a file of five megabytes, and one of more than one', async () => {
      for (const bytes of [5_000_000, 1_048_577]) {
        const body = `catalogue: 1\n#${'x'.repeat(bytes)}`;
        const { status, json } = await send('POST', '/change-sets', { body });
        expect([status, json.error.code]).toEqual([413, 'payload_too_large']);
      }
    });

    it.each([
      ['a reference to nothing', 'plans: { starter: { features: { nowhere: {} } } }'],
      ['another base currency', 'baseCurrency: eur'],
      ['another type', 'features: { seats: { type: boolean } }'],
      ['another consumption model', 'plans: { starter: { consumptionModel: credits } }'],
      ['a price on a free plan', 'plans: { free: { prices: { monthly: 5 } } }'],
      ['a new plan without a name', 'plans: { another: {} }'],
    ])('to apply %s', async (_, line) => {
      const set = await created(`catalogue: 1\n${line}`);
      const errors = set.findings.filter(
        ({ severity }: { severity: string }) => severity === 'error',
      );
      expect(errors.length).toBeGreaterThan(0);
      const before = await hashOfCatalogue(await pulled());
      const { status, json } = await send('POST', `/change-sets/${set.id}/apply`, {
        headers: quoted(set.hash),
      });
      expect([status, json.error.code]).toEqual([409, 'catalogue_invalid']);
      expect(await hashOfCatalogue(await pulled())).toBe(before);
    });

    it('a missing or another hash, and a set of another tenant', async () => {
      const set = await created(RAISE);
      const path = `/change-sets/${set.id}/apply`;
      const bare = await send('POST', path);
      expect([bare.status, bare.json.error.code]).toEqual([428, 'precondition_required']);
      const other = await send('POST', path, { headers: quoted('0'.repeat(64)) });
      expect([other.status, other.json.error.code]).toEqual([412, 'change_set_stale']);
      const stranger = await Client.open(world(), gateway);
      const theirs = await send('POST', path, { headers: quoted(set.hash), key: stranger.key });
      expect([theirs.status, theirs.json.error.code]).toEqual([404, 'change_set_not_found']);
      const { changeSet, node } = await stranger.data(
        'query($id: ID!) { changeSet(id: $id) { id } node(id: $id) { id } }',
        { id: set.id },
      );
      expect([changeSet, node]).toEqual([null, null]);
    });

    it('what the status does not allow', async () => {
      const set = await created(RAISE);
      const path = `/change-sets/${set.id}`;
      expect((await send('POST', `${path}/unschedule`)).status).toBe(409);
      expect((await send('POST', `${path}/revert`)).status).toBe(409);
      const statusOf = async () =>
        (
          await client.data('query($id: ID!) { node(id: $id) { ... on ChangeSet { status } } }', {
            id: set.id,
          })
        ).node.status;
      expect(await statusOf()).toBe('DRAFT');
      expect((await send('POST', `${path}/discard`)).json.status).toBe('discarded');
      // No answer is kept that shows a change set.
      expect(await statusOf()).toBe('DISCARDED');
      for (const action of ['discard', 'apply']) {
        const { status, json } = await send('POST', `${path}/${action}`, {
          headers: quoted(set.hash),
        });
        expect([status, json.error.code]).toEqual([409, 'change_set_not_open']);
      }
    });

    it('what the scope does not allow', async () => {
      const [read, write] = [await keyWith('read'), await keyWith('write')];
      expect((await send('GET', '', { key: read })).status).toBe(200);
      expect((await send('POST', '/change-sets', { body: RAISE, key: read })).status).toBe(403);
      const set = await created('catalogue: 1\nplans: { creator: null }\n');
      const path = `/change-sets/${set.id}/apply`;
      const refused = await send('POST', path, { headers: quoted(set.hash), key: write });
      expect([refused.status, refused.json.error.code]).toEqual([403, 'forbidden']);
      const { data } = await gateway.graphql(write, mutationOf('applyChangeSet'), {
        id: set.id,
        expectedHash: set.hash,
      });
      expect(data.applyChangeSet).toMatchObject({ __typename: 'ForbiddenError' });
      expect((await send('POST', path, { headers: quoted(set.hash) })).status).toBe(200);
    });

    it('other methods, other addresses, and requests without a key', async () => {
      expect((await send('PUT', '')).status).toBe(405);
      expect((await send('GET', '/nowhere')).status).toBe(404);
      expect((await send('POST', '/change-sets/a/b')).status).toBe(404);
      expect((await send('GET', '', { key: null })).status).toBe(401);
      expect((await send('GET', '/change-sets?limit=0')).status).toBe(400);
    });
  });
});
