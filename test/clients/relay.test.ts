import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLTaggedNode,
  getRequest,
  Network,
  RecordSource,
  Store,
} from 'relay-runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { arrangement, pricing } from './mutations.ts';
import { Site } from './site.ts';

const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);

const customScalarTypes = {
  RateAmount: 'number',
  Quantity: 'number',
  CurrencyCode: 'string',
  Locale: 'string',
  DateTime: 'string',
  JSONObject: 'Readonly<Record<string, unknown>>',
};

/** The folder in which relay-compiler has compiled the page, and what it said. */
const compiled = async (): Promise<{ folder: string; said: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  await mkdir(join(folder, 'artifacts'));
  await mkdir(join(folder, 'src'));
  await cp(
    fileURLToPath(new URL('documents/PricingPage.ts', import.meta.url)),
    join(folder, 'src/PricingPage.ts'),
  );
  await cp(
    fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url)),
    join(folder, 'schema.graphql'),
  );
  await writeFile(join(folder, 'persisted.json'), '{}');
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'typescript',
    artifactDirectory: './artifacts',
    eagerEsModules: true,
    noSourceControl: true,
    persistConfig: { file: './persisted.json' },
    customScalarTypes,
  };
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
  const { stdout, stderr } = await run(process.execPath, [resolve('relay-compiler/cli.js')], {
    cwd: folder,
  });
  return { folder, said: stdout + stderr };
};

const { folder, said } = await compiled();
const TRUSTED_DOCUMENTS = join(folder, 'persisted.json');
afterAll(() => rm(folder, { recursive: true }));

const artifact = async (name: string): Promise<GraphQLTaggedNode> =>
  (
    await import(
      /* @vite-ignore */ pathToFileURL(join(folder, 'artifacts', `${name}.graphql.ts`)).href
    )
  ).default;

type Made<Name extends string> = Record<Name, { id: string }>;

describe('Relay', () => {
  // The map that relay-compiler writes is the server's list of trusted documents.
  const site = Site.forSuite({ TRUSTED_DOCUMENTS });

  const arrange = async () => {
    const { plan, other, feature } = (await site().ask(arrangement)) as Made<
      'plan' | 'other' | 'feature'
    >;
    const { monthly } = (await site().ask(pricing, { plan: plan.id })) as Made<'monthly'>;
    const ids = { plan: plan.id, feature: feature.id };
    const { link } = (await site().ask(
      `mutation Rest($plan: ID!, $feature: ID!) {
        link: addPlanFeature(planId: $plan, input: { featureId: $feature, includedAmount: 7 }) { ... on PlanFeature { id } }
        setPlanRegionalPricing(planId: $plan, input: { currency: "eur", exchangeRate: 0.9 }) { __typename }
      }`,
      ids,
    )) as Made<'link'>;
    return { plan: plan.id, other: other.id, price: monthly.id, link: link.id };
  };

  const environment = () =>
    new Environment({
      store: new Store(new RecordSource()),
      network: Network.create(async ({ id }, variables) => {
        const response = await fetch(site().endpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...site().headers },
          body: JSON.stringify({ documentId: id, variables }),
        });
        return response.json();
      }),
    });

  const commit = (
    relay: Environment,
    mutation: GraphQLTaggedNode,
    variables: Record<string, unknown>,
  ) =>
    new Promise((resolve, reject) => {
      commitMutation(relay, { mutation, variables, onCompleted: resolve, onError: reject });
    });

  it('compiles lists, refetchable fragments and deletions without a warning', () => {
    expect(said).toContain('Compilation completed');
    expect(said).not.toMatch(/warn|error/i);
  });

  it(
    'keeps each object under an id of its own, shows what changed, and forgets what was ' +
      'deleted',
    async () => {
      const { plan, other, price, link } = await arrange();
      const relay = environment();
      const page = await artifact('PricingPageQuery');
      await fetchQuery(relay, page, {}).toPromise();
      relay.retain(createOperationDescriptor(getRequest(page), {}));
      const kept = (id: string) => relay.getStore().getSource().get(id);
      expect(kept(plan)).toMatchObject({ __typename: 'Plan' });
      expect(kept(link)).toMatchObject({ __typename: 'PlanFeature' });
      expect(kept(`${price}_eur`)).toMatchObject({ __typename: 'RegionalPrice', price: 261_000 });

      const input = { price: 310_000 };
      await commit(relay, await artifact('PricingPageUpdatePriceMutation'), {
        planId: plan,
        priceId: price,
        input,
      });
      expect(JSON.stringify(kept(price))).toContain('31,00');
      expect(kept(`${price}_eur`)).toMatchObject({ price: 279_000 });

      const list = ConnectionHandler.getConnectionID('client:root', 'PricingPage_plans');
      const edges = () =>
        new Promise<number>((resolve) => {
          relay.commitUpdate((store) =>
            resolve(store.get(list)?.getLinkedRecords('edges')?.length ?? -1),
          );
        });
      expect(await edges()).toBe(2);
      const deletion = await artifact('PricingPageDeletePlanMutation');
      await commit(relay, deletion, { planId: other, connections: [list] });
      expect(kept(other)).toBeNull();
      expect(await edges()).toBe(1);

      const feature = await artifact('PricingPagePlanFeatureQuery');
      await fetchQuery(relay, feature, { id: link }).toPromise();
      expect(kept(link)).toMatchObject({ __typename: 'PlanFeature', includedAmount: 7 });
    },
  );
});
