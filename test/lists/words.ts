import type { Random } from '../model/random.ts';

/** What price lists are written with. */

const subjects = [
  'API calls',
  'Audit log',
  'Automations',
  'Backups',
  'Bandwidth',
  'Branches',
  'Build minutes',
  'Calendars',
  'Campaigns',
  'Chat',
  'Contacts',
  'Contracts',
  'Dashboards',
  'Data export',
  'Domains',
  'E-mails',
  'Environments',
  'Events',
  'Forms',
  'Guests',
  'Integrations',
  'Invoices',
  'Languages',
  'Log retention',
  'Messages',
  'Notebooks',
  'Pages',
  'Permissions',
  'Pipelines',
  'Projects',
  'Reports',
  'SAML',
  'Storage',
  'Surveys',
  'Tickets',
  'Uptime',
  'Videos',
  'Webhooks',
  'Workflows',
  'Workspaces',
];
const kinds = ['', 'Advanced', 'Custom', 'Shared', 'Priority', 'Team', 'Regional', 'AI'];

/** The name of the feature with this number. No two have the same. */
export const featureName = (number: number): string => {
  const subject = subjects[number % subjects.length];
  const kind = kinds[Math.floor(number / subjects.length) % kinds.length];
  return `${kind} ${subject}`.trim();
};

export const planNames = ['Free', 'Starter', 'Team', 'Business', 'Scale', 'Enterprise'];

export const sections = [
  'Core',
  'Collaboration',
  'Security & compliance',
  'Support',
  'Limits',
  'Reporting',
  'Add-ons',
  'Admin',
];

interface Unit {
  unitName: string;
  unitNamePlural: string | null;
}
interface TranslatedUnit extends Unit {
  german: Unit | null;
}
const unit = (unitName: string, unitNamePlural: string | null = null): Unit => ({
  unitName,
  unitNamePlural,
});
export const units: TranslatedUnit[] = [
  { ...unit('user', 'users'), german: unit('Benutzer') },
  { ...unit('GB'), german: null },
  { ...unit('call', 'calls'), german: unit('Aufruf', 'Aufrufe') },
  { ...unit('site', 'sites'), german: unit('Website', 'Websites') },
  { ...unit('contact', 'contacts'), german: unit('Kontakt', 'Kontakte') },
  { ...unit('minute', 'minutes'), german: unit('Minute', 'Minuten') },
  { ...unit('席'), german: unit('Platz', 'Plätze') },
];

/** Values that lists have instead of numbers. */
export const values = [
  '24/7',
  'E-mail',
  'Next business day',
  '99.9 %',
  'Unlimited*',
  'Basic',
  '✓ on request',
  '≤ 5 min',
  'Coming soon',
  'Add-on',
  'à la carte',
  'Up to 10 000 a day',
];

/** Buttons of plans that are sold on request. */
export const contacts = [
  { label: 'Contact sales', url: 'mailto:sales@vendor.example' },
  { label: 'Talk to us', url: 'https://vendor.example/contact?plan=enterprise&from=pricing' },
  { label: 'Angebot anfordern', url: '/kontakt' },
  { label: 'Call', url: 'tel:+4930123456' },
];

const sentences = [
  'Everything a growing team needs.',
  'For people who are just getting started.',
  'Security, control and support for large companies.',
  'Billed per user — pause at any time.',
  'Includes “all” of the plan before, plus:\n- more\n- better',
  'Für Teams jeder Größe. 💶',
  '',
];
export const description = (random: Random): string | null =>
  random.chance(0.4) ? null : random.pick(sentences);

export const codeOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

/** An amount as vendors choose them, in whole units of the currency or one cent below. */
export const amount = (random: Random, most: number, hasCents: boolean): number => {
  const whole = 1 + random.below(most);
  const cents = hasCents ? random.weighted({ '0': 5, '-100': 3, '5000': 2 }) : '0';
  return whole * 10_000 + Number(cents);
};
