import { ask } from './answers.ts';
import type { Catalogue } from './data.ts';
import type { RunningServer } from './servers.ts';
import { graphql, newPrices } from './workloads.ts';

/** Writes that are sent one after the other, in milliseconds each. */

/** So many plans get a price for each interval in a round. */
export const PLANS_A_ROUND = 8;
const SETS_A_ROUND = 10;

interface Side {
  server: RunningServer;
  catalogue: Catalogue;
}

const post = async ({ server, catalogue }: Side, body: string): Promise<Answer> => {
  const answer = await ask(server, graphql([]), body, catalogue.key);
  if (/"code":|"errors":/.test(answer)) throw new Error(answer.slice(0, 500));
  return JSON.parse(answer);
};

interface Answer {
  data: { set: { id: string; hash: string } };
}

const meanOf = async (bodies: readonly string[], work: (body: string) => Promise<unknown>) => {
  const startedAt = performance.now();
  for (const body of bodies) await work(body);
  return (performance.now() - startedAt) / bodies.length;
};

/** Takes plans that have no price yet: each time others. */
export const addPrices = async (side: Side): Promise<number> => {
  const pricelessPlans = side.catalogue.pricelessPlans.splice(0, PLANS_A_ROUND);
  if (pricelessPlans.length < PLANS_A_ROUND)
    throw new Error('there are too few plans without a price');
  const bodies = newPrices({ ...side.catalogue, pricelessPlans });
  return meanOf(bodies, (body) => post(side, body));
};

const CREATE = `mutation Create($document: String!) {
  set: createChangeSet(input: { document: $document }) {
    ... on ChangeSet { id hash } ... on Error { code message }
  }
}`;
const APPLY = `mutation Apply($id: ID!, $hash: String!) {
  set: applyChangeSet(id: $id, expectedHash: $hash) {
    ... on ChangeSet { id hash } ... on Error { code message }
  }
}`;

/** Change sets of one price, each made and applied. */
export const applySets = (side: Side, round: number): Promise<number> => {
  const { plans } = side.catalogue;
  const code = plans[0]?.code;
  const documents = Array.from({ length: SETS_A_ROUND }, (_, number) => {
    const price = 100_000 * (round + 2) + number;
    return JSON.stringify({
      catalogue: 1,
      plans: { [`${code}`]: { prices: { monthly: { price } } } },
    });
  });
  return meanOf(documents, async (document) => {
    const query = JSON.stringify({ query: CREATE, variables: { document } });
    const { id, hash } = (await post(side, query)).data.set;
    await post(side, JSON.stringify({ query: APPLY, variables: { id, hash } }));
  });
};
