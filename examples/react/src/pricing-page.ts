import type { ResultOf } from 'gql.tada';
import { type ChangeEvent, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { words } from '../../pricing-page/words.js';
import { group, PricingPage } from './gateway.ts';

/** What the components draw. */

export type Page = NonNullable<ResultOf<typeof PricingPage>['pricingPage']>;
export type Column = Page['columns'][number];
type Cell = Page['sections'][number]['rows'][number]['cells'][number];

/** A choice of a visitor: the name of a parameter of the address, its value, and what there is. */
export interface Choice {
  name: string;
  label: string;
  value: string | undefined;
  options: (readonly [value: string, text: string])[];
  choose: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void;
}

const countries = ['AT', 'BR', 'CA', 'CH', 'DE', 'EC', 'FR', 'GB', 'IN', 'JP', 'MX', 'US'];
const languages = { de: 'Deutsch', en: 'English' };

const address = new URLSearchParams(location.search);
const visitor = new Intl.Locale(navigator.language);
const firstChoices: Record<string, string | undefined> = {
  country: visitor.region?.length === 2 ? visitor.region : 'US',
  locale: visitor.language,
  ...Object.fromEntries(address),
};

/** The offer at an interval, or the first; none where a plan is sold by contact. */
export const offerOf = (offers: Column['offers'], interval: string | undefined) =>
  offers.find(({ billingInterval }) => billingInterval === interval) ?? offers[0];

/** What the table says of each feature of a plan, by its id. */
export const cellsOf = ({ sections }: Page) => {
  const rows = sections.flatMap((section) => section.rows);
  const cells = rows.flatMap(({ name, cells }) => cells.map((cell) => ({ ...cell, name })));
  return new Map(cells.map((cell) => [cell.planFeature?.id, cell]));
};

/** A cell that says nothing but yes or no is drawn as a mark. */
export const markOf = ({ kind, planFeature }: Cell): string =>
  kind === 'EXCLUDED' || (kind === 'INCLUDED' && planFeature?.limits.length === 0) ? kind : '';

const intervalsOf = ({ intervals, columns }: Page): Choice['options'] => {
  const offers = columns.flatMap((column) => column.offers);
  const names = new Map(offers.map((offer) => [offer.billingInterval, offer.intervalName]));
  return intervals.map((interval) => [interval, names.get(interval) ?? interval]);
};

/** The highlighted plan where none is chosen. */
const planOf = ({ columns }: Page, code: string | undefined): string | undefined => {
  const chosen = columns.find(({ plan }) => plan.code === code);
  const highlighted = columns.find(({ plan }) => plan.presentation.highlighted);
  return (chosen ?? highlighted ?? columns[0])?.plan.code;
};

export const usePricingPage = () => {
  const [chosen, setChosen] = useState(firstChoices);
  const { country = 'US' } = chosen;
  const locale = chosen.locale === 'de' ? 'de' : 'en';
  const variables = { group, context: { country }, locale };
  const [{ data, error, fetching }] = useQuery({ query: PricingPage, variables });
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  const choose: Choice['choose'] = ({ target: { name, value } }) => {
    address.set(name, value);
    history.replaceState(null, '', `?${address}`);
    setChosen({ ...chosen, [name]: value });
  };
  const own = words[locale];
  const regions = new Intl.DisplayNames(locale, { type: 'region' });
  const page = error ? undefined : data?.pricingPage;
  const intervals = page ? intervalsOf(page) : [];
  const [interval, intervalName] =
    intervals.find(([value]) => value === chosen.interval) ?? intervals[0] ?? [];
  const plan = page ? planOf(page, chosen.plan) : undefined;
  const where = `${own.pricesFor} ${regions.of(country)}`;
  const facts = page && [where, page.currency.toUpperCase(), page.taxNote, intervalName];
  const plans = page?.columns.map(({ plan, texts }) => [plan.code, texts.name ?? ''] as const);
  const places = [...new Set([...countries, country])].map(
    (code) => [code, regions.of(code) ?? code] as const,
  );
  const choice = (name: string, label: string, value?: string, options?: Choice['options']) => ({
    ...{ name, label, value, options: options ?? [], choose },
  });
  return {
    ...{ own, page, interval, plan, isLoading: fetching },
    status: facts ? facts.filter(Boolean).join(' · ') : fetching ? '' : own.failed,
    choices: {
      country: choice('country', own.country, country, places),
      locale: choice('locale', own.language, locale, Object.entries(languages)),
      interval: choice('interval', own.interval, interval, intervals),
      plan: choice('plan', own.shownPlan, plan, plans),
    },
  };
};
