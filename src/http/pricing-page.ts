import { z } from 'zod';
import { preferred } from '../accept.ts';
import type { Context, Edge, Surface } from '../context.ts';
import { PriceContext } from '../domain/effective-price.ts';
import { plansOn, pricingPage } from '../domain/pricing-page.ts';
import {
  ApiError,
  ForbiddenError,
  fromZod,
  LimitExceeded,
  MethodNotAllowed,
  NotFoundError,
} from '../errors.ts';
import { canonicalLocale } from '../locale.ts';
import { type GatewayResponse, responseOf } from '../response.ts';
import { cacheKeyOf, type ResponseCache } from '../response-cache.ts';
import { type PageFormat, pricingPageAs } from '../rest/pricing-page/index.ts';
import { failureJson } from './failure-json.ts';

/** Points; what the page turns out to cost is paid at its end. */
const COST_EXPECTED = 100;
const MOST_BYTES = 5_000_000;

const locale = z.string().transform((tag, { addIssue }) => {
  try {
    return canonicalLocale(tag);
  } catch {
    addIssue('must be a language tag, e.g. pt-BR');
    return z.NEVER;
  }
});

/** What the address asks for. Other parameters mean nothing: links have many. */
const Query = PriceContext.extend({
  group: z.string().optional(),
  plans: z
    .string()
    .transform((names) => names.split(','))
    .optional(),
  locale: locale.default('en-US'),
});

/** The first is for clients that take several alike. */
const formats = {
  'application/json': 'json',
  'text/markdown': 'markdown',
  'application/ld+json': 'json-ld',
} as const satisfies Record<string, PageFormat>;
type MediaType = keyof typeof formats;
const mediaTypes = Object.keys(formats) as MediaType[];

const contentTypes: Readonly<Record<MediaType, string>> = {
  'application/json': 'application/json',
  'text/markdown': 'text/markdown; charset=utf-8',
  'application/ld+json': 'application/ld+json',
};

const typeFor = (accept = ''): MediaType => {
  const type = accept === '' ? 'application/json' : preferred(accept, mediaTypes)?.type;
  if (type) return type;
  throw new ApiError('not_acceptable', `The page can be had as ${mediaTypes.join(', ')}.`);
};

/** Parameters that are empty count as left out. */
const queryOf = (search: URLSearchParams): z.infer<typeof Query> => {
  const given = [...search].filter(([, value]) => value !== '');
  const { data, error } = Query.safeParse(Object.fromEntries(given));
  if (error) throw fromZod(error);
  return data;
};

interface Options {
  edge: Edge;
  cache: ResponseCache;
  /** How long a page may take. */
  seconds: number;
}

/** The pricing page outside GraphQL: one address for each page. */
export const createPricingPage = ({ edge, cache, seconds }: Options): Surface => {
  const print = async (
    context: Context,
    type: MediaType,
    search: URLSearchParams,
  ): Promise<GatewayResponse> => {
    const { group, plans, country, currency, locale } = queryOf(search);
    const { reader, loaders, caller, budget, shownPlans } = context;
    budget.limitTo({
      fields: Number.POSITIVE_INFINITY,
      charactersRead: Number.POSITIVE_INFINITY,
      seconds,
    });
    const page = await pricingPage(reader, loaders, {
      group,
      plans,
      context: { country, currency },
      locale,
      taxBehavior: caller.organization.taxBehavior,
    });
    if (!page)
      throw group === undefined
        ? new NotFoundError('plan_not_found', 'plans')
        : new NotFoundError('plan_group_not_found', 'group');
    if (shownPlans) for (const id of plansOn(page)) shownPlans.add(id);
    const body = pricingPageAs(formats[type], page);
    const bytes = Buffer.byteLength(body);
    if (bytes > MOST_BYTES)
      throw new LimitExceeded(`The page has ${bytes} bytes`, MOST_BYTES, bytes);
    budget.addBytes(bytes);
    return responseOf(body, contentTypes[type]);
  };

  return {
    handle: async (request) => {
      const { method, search, query, log } = request;
      if (method !== 'GET' && method !== 'HEAD') throw new MethodNotAllowed(['GET', 'HEAD']);
      const context = await edge.admit(request);
      if (context.caller.trustedDocumentsOnly)
        throw new ForbiddenError('This key runs trusted GraphQL documents only.');
      context.require('read');
      const type = typeFor(request.header('accept'));
      const key = cacheKeyOf(context, `page\n${type}\n${search}`);
      const conditional = { ifNoneMatch: request.header('if-none-match') };
      const cached = cache.get(key, context, conditional);
      if (cached) return cached;
      log.operation = 'pricing-page';
      edge.takePlace(request);
      await context.reserve(COST_EXPECTED);
      try {
        return cache.set(key, await print(context, type, query), context, conditional);
      } finally {
        context.settle(COST_EXPECTED);
      }
    },
    refuse: (request, failure) => failureJson(request, failure).withVaries('accept'),
  };
};
