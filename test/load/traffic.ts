import { Random } from '../model/random.ts';

/** What clients of a pricing catalogue ask for. */

export interface Exchange {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const PRICING_PAGE = `query Page($after: String) { plans(first: 20, after: $after) { pageInfo { endCursor hasNextPage } nodes {
  name prices { billingInterval formattedPrice trialDays regionalPrice(currency: "eur") { formattedPrice(locale: "de-DE") } }
  features { feature { name unitName } includedAmount unlimited overage { enabled formattedUnitPrice } } } } }`;
const PLAN_BY_CODE = `query Plan($code: String!) { plan(code: $code) { id name prices { id price regionalPrices { currency price } }
  features { feature { code type } includedAmount } } }`;
const RENAME = `mutation Rename($id: ID!, $name: String!) { updatePlan(planId: $id, input: { name: $name }) {
  __typename ... on Plan { id name } ... on Error { code } } }`;

const mix = { page: 20, plan: 45, get: 17, list: 8, rename: 5, hide: 5 };

export interface Plan {
  id: string;
  code: string;
}

/** An endless stream of requests, the same for the same seed. */
export class Traffic {
  readonly #random: Random;
  readonly #plans: readonly Plan[];
  readonly #keys: readonly string[];

  constructor(seed: number, plans: readonly Plan[], keys: readonly string[]) {
    this.#random = new Random(seed);
    this.#plans = plans;
    this.#keys = keys;
  }

  page(): Exchange {
    return this.#graphql(PRICING_PAGE, {});
  }

  next(): Exchange {
    const { id, code } = this.#random.pick(this.#plans);
    switch (this.#random.weighted(mix)) {
      case 'page':
        return this.page();
      case 'plan':
        return this.#graphql(PLAN_BY_CODE, { code });
      case 'rename':
        return this.#graphql(RENAME, { id, name: `Plan ${this.#random.below(1_000_000)}` });
      case 'get':
        return this.#rest('GET', `/plans/${id}`);
      case 'list':
        return this.#rest('GET', '/plans?limit=20');
      case 'hide':
        return this.#rest('PUT', `/plans/${id}/visibility`, { isPublic: this.#random.chance(0.9) });
    }
  }

  #graphql(query: string, variables: object): Exchange {
    return this.#exchange('POST', '/graphql', { query, variables });
  }

  #rest(method: string, path: string, body?: object): Exchange {
    return this.#exchange(method, `/api/v1${path}`, body);
  }

  #exchange(method: string, path: string, body?: object): Exchange {
    const headers = {
      'x-api-key': this.#random.pick(this.#keys),
      'content-type': 'application/json',
    };
    return { method, path, headers, body: body ? JSON.stringify(body) : '' };
  }
}
