import { Encodings } from '../content-coding.ts';
import type { Reader } from '../domain/operation.ts';
import { listPlans } from '../domain/plan.ts';
import { pricesOfPlan } from '../domain/relations.ts';
import { GatewayResponse } from '../response.ts';
import { billingIntervals } from '../vocabulary.ts';

/** A key to start with, and what it may read. */
export interface DemoKey {
  secret: string;
  reader: Reader;
}

const RENDER = 'YogaGraphiQL.renderYogaGraphiQL(';

let sameForAll: Promise<Uint8Array> | undefined;
const encodings = new Encodings();

const viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">';

const root = '<div id="root"></div>';

/** What the page lacks for screen readers. */
const landmark = `<main>
<h1 style="position: absolute; overflow: hidden; width: 1px; height: 1px; margin: 0; clip-path: inset(50%)">Plans Gateway</h1>
${root}
</main>`;

/**
 * The page up to the call that starts it: megabytes that are loaded for the first visitor, and are
 * in memory once, however many connections take them.
 */
const beginning = (): Promise<Uint8Array> => {
  sameForAll ??= loadBeginning();
  return sameForAll;
};

const loadBeginning = async (): Promise<Uint8Array> => {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const favicon = `data:image/svg+xml,${encodeURIComponent(logo)}`;
  const whole = renderGraphiQL({ title: 'Plans Gateway', favicon });
  const own = whole
    .slice(0, whole.lastIndexOf(RENDER))
    .replace('<head>', `<head>${viewport}`)
    .replace(root, landmark);
  return Buffer.from(own);
};

/**
 * GraphiQL with examples that run as they stand. The page asks nothing of any other host, and may
 * not.
 */
export const explorerPage = async (demo: DemoKey | undefined): Promise<GatewayResponse> => {
  const options = {
    title: 'Plans Gateway',
    logo,
    defaultHeaders: JSON.stringify({ 'x-api-key': demo?.secret ?? '' }, null, 2),
    // Keys do not stay behind in the browser, and none outlives the database that knows it.
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: 'headers',
    defaultTabs: demo
      ? [{ query: pricingPage }, { query: addPlanPrice(await roomForPrice(demo.reader)) }]
      : [{ query: `${howToGiveAKey}${pricingPage}` }, { query: addPlanPrice(undefined) }],
  };
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': ownHostOnly,
    // The key is a secret.
    'cache-control': demo ? 'no-store, no-transform' : 'no-store',
    'referrer-policy': 'no-referrer',
  };
  const end = `${forgetOtherTabs(demo?.reader.tenant.id ?? '')}
${RENDER}document.getElementById('root'), ${inScript(options)});
</script></body></html>
`;
  return new GatewayResponse(200, headers, await beginning(), '', end).withEncodings(encodings);
};

/** JSON that cannot end the script that it stands in. */
const inScript = (value: object): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const ownHostOnly = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "style-src 'unsafe-inline'",
  'worker-src blob:',
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * GraphiQL restores the tabs of the last visit, even those of another database or another program
 * at this address.
 */
const forgetOtherTabs = (catalogue: string): string => `
  if (localStorage.getItem('plans-gateway:catalogue') !== '${catalogue}') {
    for (const name of ['tabState', 'query', 'variables', 'headers']) localStorage.removeItem('graphiql:' + name);
    localStorage.setItem('plans-gateway:catalogue', '${catalogue}');
  }`;

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="28" height="28">
<path fill="#4f46e5" d="M12.6 2H20a2 2 0 0 1 2 2v7.4a2 2 0 0 1-.6 1.4l-8.6 8.6a2 2 0 0 1-2.8 0l-7.4-7.4a2 2 0 0 1 0-2.8l8.6-8.6a2 2 0 0 1 1.4-.6z"/>
<circle cx="17" cy="7" r="2" fill="#fff"/>
</svg>`;

const howToGiveAKey = `# Write your key into the headers below, then
# press the round arrow at the lower left.

`;

const pricingPage = `# What a pricing page shows: public plans and
# their prices, also in euros, what units cost,
# and what is included, section by section.
# A plan lacks a feature that is not enabled.
query PricingPage {
  plans(first: 10) {
    nodes {
      name
      availability
      presentation {
        tagline
        badge
        highlighted
        callToAction {
          label
          url
        }
      }
      basedOn {
        name
      }
      localized(locale: "de") {
        name
        tagline
        callToActionLabel
      }
      prices {
        billingInterval
        formattedPrice
        trialDays
        isDefault
        regionalPrice(currency: "eur") {
          formattedPrice(locale: "de-DE")
        }
        unitPrices {
          planFeature {
            feature {
              unitName
            }
          }
          formattedUnitPrice(trimZeros: true)
          blockSize
          minimumQuantity
          tiers {
            upTo
            formattedUnitPrice
          }
        }
      }
      features {
        enabled
        feature {
          name
          unitName
          unitNamePlural
          section {
            name
          }
        }
        displayValue
        includedAmount
        unlimited
        limits {
          limit {
            name
            unitName
            unitNamePlural
          }
          formattedAmount
        }
      }
    }
  }
}
`;

interface Room {
  planId: string;
  planCode: string;
  billingInterval: string;
}

const addPlanPrice = (
  room: Room | undefined,
) => `# Adds a price${room ? ` to the plan ${room.planCode}` : ''}.
# Amounts count ten-thousandths: 490000 is $49.00.
# Run it twice to see a typed error, which
# answers nothing without "... on Error".
mutation AddPlanPrice {
  addPlanPrice(
    planId: "${room?.planId ?? 'pln_…'}"
    input: {
      billingInterval: ${room?.billingInterval ?? 'QUARTERLY'}
      price: 490000
    }
  ) {
    ... on PlanPrice {
      id
      billingInterval
      formattedPrice
      plan {
        name
        prices {
          billingInterval
          formattedPrice
        }
      }
    }
    ... on Error {
      code
      message
      param
      docUrl
    }
  }
}
`;

/** A plan on the pricing page that can take another price, and the interval that it lacks. */
const roomForPrice = async (reader: Reader): Promise<Room | undefined> => {
  const { items: plans } = await listPlans(
    reader,
    { visibility: 'public', isFree: false },
    { first: 20 },
  );
  const prices = await pricesOfPlan.read(
    reader,
    plans.map(({ id }) => id),
  );
  for (const [place, { id, code }] of plans.entries()) {
    const taken = (prices[place] ?? []).map(({ billingInterval }) => billingInterval);
    const free = (['quarterly', ...billingIntervals] as const).find(
      (interval) => !taken.includes(interval),
    );
    if (free) return { planId: id, planCode: code, billingInterval: free.toUpperCase() };
  }
  return undefined;
};
