import type { Page } from 'playwright-core';

/** What a page should show by the API, and what it does show: both in the same form. */
export interface ShownPage {
  plans: ShownPlan[];
  /** The head of the table: a plan and its price. */
  heads: string[];
  sections: string[];
  /** A feature and what each plan has of it. */
  rows: string[][];
  intervals: string[];
}

interface ShownPlan {
  name: string;
  badge: string | null;
  tagline: string | null;
  headline: string;
  /** What is printed larger. */
  amount: string;
  notes: string[];
  link: [label: string, url: string] | null;
  isHighlighted: boolean;
  gainsTitle: string | null;
  gains: [name: string, what: string | null][];
}

export interface Choices {
  country: string;
  locale: string;
  interval: string;
}

/** Asks more than the examples do, and puts it together in its own way. */
export const TOLD_QUERY = `query Told($country: CountryCode!, $locale: Locale!) {
  pricingPage(group: "workspace", context: { country: $country }, locale: $locale) {
    currency
    taxNote
    intervals
    columns {
      plan { id presentation { highlighted callToAction { url } } }
      texts { name description tagline badge callToActionLabel }
      offers { billingInterval intervalName headline headlineAmount trial introOffer savings }
      gainsTitle
      gains { feature { id localized(locale: $locale) { name } } }
    }
    sections { name rows { name feature { id } cells { kind text plan { id } } } }
  }
}`;

export interface ToldPage {
  currency: string;
  taxNote: string | null;
  intervals: string[];
  columns: {
    plan: {
      id: string;
      presentation: { highlighted: boolean; callToAction: { url: string } | null };
    };
    texts: {
      name: string;
      description: string | null;
      tagline: string | null;
      badge: string | null;
      callToActionLabel: string | null;
    };
    offers: Offer[];
    gainsTitle: string | null;
    gains: { feature: { id: string; localized: { name: string } } }[];
  }[];
  sections: {
    name: string | null;
    rows: {
      name: string;
      feature: { id: string };
      cells: { kind: string; text: string; plan: { id: string } }[];
    }[];
  }[];
}

interface Offer {
  billingInterval: string;
  intervalName: string;
  headline: string;
  headlineAmount: string | null;
  trial: string | null;
  introOffer: string | null;
  savings: string | null;
}

const isText = (text: string | null | undefined): text is string => typeof text === 'string';

const offerOf = (offers: Offer[], interval: string): Offer | undefined =>
  offers.find(({ billingInterval }) => billingInterval === interval) ?? offers[0];

/** The page that an answer of the API makes. */
export const pageToldBy = (
  { intervals, columns, sections }: ToldPage,
  interval: string,
): ShownPage => {
  const rows = sections.flatMap((section) => section.rows);
  const plans = columns.map(({ plan, texts, offers, gainsTitle, gains }): ShownPlan => {
    const offer = offerOf(offers, interval);
    const headline = offer?.headline ?? texts.callToActionLabel ?? '';
    const { highlighted, callToAction } = plan.presentation;
    return {
      name: texts.name,
      badge: texts.badge,
      tagline: texts.tagline ?? texts.description,
      headline,
      amount: offer?.headlineAmount ?? headline,
      notes: [offer?.savings, offer?.introOffer, offer?.trial].filter(isText),
      link: callToAction && [texts.callToActionLabel ?? '', callToAction.url],
      isHighlighted: highlighted,
      gainsTitle,
      gains: gains.map(({ feature }) => {
        const row = rows.find((each) => each.feature.id === feature.id);
        const cell = row?.cells.find((each) => each.plan.id === plan.id);
        return [feature.localized.name, cell?.kind === 'INCLUDED' ? null : (cell?.text ?? null)];
      }),
    };
  });
  const names = columns.flatMap(({ offers }) => offers);
  return {
    plans,
    heads: columns.map(
      ({ texts, offers }) => texts.name + (offerOf(offers, interval)?.headline ?? ''),
    ),
    sections: sections.map(({ name }) => name).filter(isText),
    rows: rows.map(({ name, cells }) => [name, ...cells.map(({ text }) => text)]),
    intervals: intervals.map(
      (each) => names.find(({ billingInterval }) => billingInterval === each)?.intervalName ?? each,
    ),
  };
};

/** The page as it is drawn. */
export const pageShownOn = (page: Page): Promise<ShownPage> =>
  page.evaluate(() => {
    const all = (root: ParentNode, selector: string) => [...root.querySelectorAll(selector)];
    const textsOf = (root: ParentNode, selector: string) =>
      all(root, selector).map(({ textContent }) => textContent ?? '');
    const textOf = (root: ParentNode, selector: string) =>
      root.querySelector(selector)?.textContent ?? null;
    const linkOf = (root: ParentNode): [string, string] | null => {
      const link = root.querySelector('a');
      return link && [link.textContent ?? '', link.getAttribute('href') ?? ''];
    };
    return {
      plans: all(document, '.plan').map((plan) => ({
        name: textOf(plan, 'h2') ?? '',
        badge: textOf(plan, '.badge'),
        tagline: textOf(plan, '.tagline'),
        headline: textOf(plan, '.headline') ?? '',
        amount: textOf(plan, '.headline strong') ?? '',
        notes: textsOf(plan, '.notes > *'),
        link: linkOf(plan),
        isHighlighted: plan.classList.contains('highlighted'),
        gainsTitle: textOf(plan, 'h3'),
        gains: all(plan, 'li').map((item): [string, string | null] => [
          item.firstChild?.textContent ?? '',
          textOf(item, 'span'),
        ]),
      })),
      heads: textsOf(document, 'thead th'),
      sections: textsOf(document, '.section th'),
      rows: all(document, 'tbody tr:not(.section)').map((row) => textsOf(row, 'th, td')),
      intervals: textsOf(document, '.interval-choice label'),
    };
  });
