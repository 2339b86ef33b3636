import type { CreateFeatureInput } from '../../domain/feature.ts';
import type {
  SetFeatureLimitsInput,
  SetPlanFeatureLimitsInput,
} from '../../domain/feature-limit.ts';
import type { CreateFeatureSectionInput } from '../../domain/feature-section.ts';
import type { CreateMarketInput } from '../../domain/market.ts';
import type { CreatePlanInput } from '../../domain/plan.ts';
import type { AddPlanFeatureInput } from '../../domain/plan-feature.ts';
import type { CreatePlanGroupInput } from '../../domain/plan-group.ts';
import type { AddPlanPriceInput } from '../../domain/price.ts';
import type { UpsertRegionalPricesInput } from '../../domain/regional-price.ts';
import type { SetTranslationInput } from '../../domain/translation.ts';
import type { SetUnitPriceInput } from '../../domain/unit-price.ts';
import type { RegionalCurrency } from '../../vocabulary.ts';

/** Has texts in German, too. */
interface Translated {
  german?: SetTranslationInput;
}

type DemoSection = CreateFeatureSectionInput & Translated;

interface DemoFeature extends CreateFeatureInput, Translated {
  limits?: SetFeatureLimitsInput['limits'];
}

interface DemoPrice extends AddPlanPriceInput {
  unitPrices?: SetUnitPriceInput[];
  overrides?: UpsertRegionalPricesInput['overrides'];
}

interface DemoPlanFeature extends AddPlanFeatureInput, Translated {
  limits?: SetPlanFeatureLimitsInput['limits'];
}

export interface DemoPlan extends CreatePlanInput, Translated {
  prices: DemoPrice[];
  features: DemoPlanFeature[];
  exchangeRates?: Partial<Record<RegionalCurrency, number>>;
}

interface DemoGroup extends CreatePlanGroupInput, Translated {
  plans: DemoPlan[];
}

export const sections: DemoSection[] = [
  { code: 'usage', name: 'Usage', german: { name: 'Nutzung' } },
  { code: 'collaboration', name: 'Collaboration', german: { name: 'Zusammenarbeit' } },
  { code: 'media', name: 'Media and AI', german: { name: 'Medien und KI' } },
  { code: 'security', name: 'Security and support', german: { name: 'Sicherheit und Support' } },
];

/** A country in which prices include the tax. */
export const markets: CreateMarketInput[] = [
  { code: 'brazil', name: 'Brazil', countryCodes: ['BR'], taxBehavior: 'inclusive' },
];

/** In the order of a page. */
export const features: DemoFeature[] = [
  {
    code: 'projects',
    name: 'Projects',
    type: 'quota',
    unitName: 'project',
    unitNamePlural: 'projects',
    sectionId: 'usage',
    description: 'How many projects you can have at a time.',
    german: {
      name: 'Projekte',
      unitName: 'Projekt',
      unitNamePlural: 'Projekte',
      description: 'Wie viele Projekte Sie gleichzeitig haben können.',
    },
  },
  {
    code: 'api_calls',
    name: 'API calls',
    type: 'usage',
    unitName: 'call',
    unitNamePlural: 'calls',
    sectionId: 'usage',
    description: 'Counted each month.',
    // Limits in the units of their feature have its translation, too.
    limits: [
      {
        code: 'rate',
        name: 'Rate limit',
        unitName: 'call',
        unitNamePlural: 'calls',
        period: 'minute',
      },
      {
        code: 'daily',
        name: 'Daily limit',
        unitName: 'call',
        unitNamePlural: 'calls',
        period: 'day',
      },
    ],
    german: {
      name: 'API-Aufrufe',
      unitName: 'Aufruf',
      unitNamePlural: 'Aufrufe',
      description: 'Pro Monat gezählt.',
    },
  },
  {
    code: 'storage',
    name: 'Storage',
    type: 'quota',
    unitName: 'GB',
    sectionId: 'usage',
    limits: [
      {
        code: 'per_project',
        name: 'Storage per project',
        unitName: 'GB',
        decimals: 1,
        perFeatureId: 'projects',
      },
    ],
    german: { name: 'Speicherplatz' },
  },
  {
    code: 'version_history',
    name: 'Version history',
    type: 'quota',
    unitName: 'day',
    unitNamePlural: 'days',
    sectionId: 'usage',
    description: 'How long earlier versions are kept.',
    german: {
      name: 'Versionsverlauf',
      unitName: 'Tag',
      unitNamePlural: 'Tage',
      description: 'Wie lange frühere Versionen aufbewahrt werden.',
    },
  },
  {
    code: 'custom_domain',
    name: 'Custom domain',
    type: 'boolean',
    sectionId: 'usage',
    german: { name: 'Eigene Domain' },
  },
  {
    code: 'seats',
    name: 'Team seats',
    type: 'seats',
    unitName: 'seat',
    unitNamePlural: 'seats',
    sectionId: 'collaboration',
    german: { name: 'Plätze im Team', unitName: 'Platz', unitNamePlural: 'Plätze' },
  },
  {
    code: 'images',
    name: 'Generated images',
    type: 'usage',
    unitName: 'image',
    unitNamePlural: 'images',
    sectionId: 'media',
    german: { name: 'Generierte Bilder', unitName: 'Bild', unitNamePlural: 'Bilder' },
  },
  {
    code: 'video_minutes',
    name: 'Rendered video',
    type: 'usage',
    unitName: 'minute',
    unitNamePlural: 'minutes',
    sectionId: 'media',
    german: { name: 'Gerendertes Video', unitName: 'Minute', unitNamePlural: 'Minuten' },
  },
  {
    code: 'ai_assistant',
    name: 'AI assistant',
    type: 'usage',
    unitName: 'token',
    unitNamePlural: 'tokens',
    sectionId: 'media',
    german: { name: 'KI-Assistent', unitName: 'Token', unitNamePlural: 'Tokens' },
  },
  {
    code: 'text_messages',
    name: 'Text messages',
    type: 'usage',
    unitName: 'message',
    unitNamePlural: 'messages',
    sectionId: 'media',
    german: { name: 'SMS', unitName: 'SMS' },
  },
  {
    code: 'single_sign_on',
    name: 'Single sign-on',
    type: 'boolean',
    sectionId: 'security',
    description: 'SAML and OpenID Connect.',
    german: { name: 'Single Sign-on', description: 'SAML und OpenID Connect.' },
  },
  {
    code: 'support',
    name: 'Support',
    type: 'boolean',
    sectionId: 'security',
    german: { name: 'Support' },
  },
];

// Amounts are in rate scale. The underscore stands where a price tag has its decimal point: 19_0000
// is $19.0000.
export const groups: DemoGroup[] = [
  {
    name: 'Workspace',
    description: 'For teams of any size.',
    german: { name: 'Workspace', description: 'Für Teams jeder Größe.' },
    plans: [
      {
        code: 'free',
        name: 'Free',
        description: 'Try it out on a small project.',
        consumptionModel: 'metered',
        isFree: true,
        presentation: { callToAction: { label: 'Start for free', url: '/signup' } },
        german: {
          name: 'Gratis',
          description: 'Zum Ausprobieren mit einem kleinen Projekt.',
          callToActionLabel: 'Kostenlos starten',
        },
        prices: [{ billingInterval: 'monthly', price: 0 }],
        features: [
          { featureId: 'projects', includedAmount: 2 },
          {
            featureId: 'api_calls',
            includedAmount: 1_000,
            limits: [
              { code: 'rate', amount: 60 },
              { code: 'daily', amount: 200 },
            ],
          },
          {
            featureId: 'storage',
            includedAmount: 1,
            limits: [{ code: 'per_project', amount: 5 }],
          },
          { featureId: 'version_history', includedAmount: 1 },
          { featureId: 'custom_domain', enabled: false },
          { featureId: 'seats', includedAmount: 1 },
          {
            featureId: 'support',
            displayValue: 'Community forum',
            german: { displayValue: 'Community-Forum' },
          },
        ],
      },
      {
        code: 'starter',
        name: 'Starter',
        description: 'For small teams that ship fast.',
        consumptionModel: 'metered',
        basedOnPlanId: 'free',
        presentation: {
          tagline: 'One price for three people',
          callToAction: { label: 'Try for 14 days', url: '/signup?plan=starter' },
        },
        german: {
          name: 'Starter',
          description: 'Für kleine Teams, die schnell liefern.',
          tagline: 'Ein Preis für drei Personen',
          callToActionLabel: '14 Tage testen',
        },
        prices: [
          {
            billingInterval: 'monthly',
            price: 19_0000,
            trialDays: 14,
            marketPrices: [{ marketId: 'brazil', currency: 'usd', price: 20_9000 }],
            overrides: [{ currency: 'brl', price: 79_0000 }],
          },
          {
            billingInterval: 'yearly',
            price: 190_0000,
            trialDays: 14,
            metadata: { savings: 'Two months free' },
            marketPrices: [{ marketId: 'brazil', currency: 'usd', price: 209_0000 }],
            overrides: [{ currency: 'brl', price: 790_0000 }],
          },
          { billingInterval: 'one_time', price: 599_0000, metadata: { label: 'Lifetime' } },
        ],
        features: [
          { featureId: 'projects', includedAmount: 10 },
          {
            featureId: 'api_calls',
            includedAmount: 50_000,
            overage: { enabled: true, unitPrice: 20 },
            limits: [{ code: 'rate', amount: 300 }],
          },
          {
            featureId: 'storage',
            includedAmount: 20,
            limits: [{ code: 'per_project', amount: 50 }],
          },
          { featureId: 'version_history', includedAmount: 30 },
          { featureId: 'custom_domain' },
          { featureId: 'seats', includedAmount: 3, overage: { enabled: true, unitPrice: 6_0000 } },
          { featureId: 'support', displayValue: 'Email', german: { displayValue: 'E-Mail' } },
        ],
        exchangeRates: { eur: 0.92, jpy: 155 },
      },
      {
        code: 'team',
        name: 'Team',
        description: 'For growing companies, priced per seat.',
        consumptionModel: 'metered',
        basedOnPlanId: 'starter',
        metadata: { margin: 'reviewed' },
        publicMetadata: { color: 'indigo' },
        presentation: {
          tagline: 'From 3 seats',
          badge: 'Most popular',
          highlighted: true,
          callToAction: { label: 'Try for 30 days', url: '/signup?plan=team' },
        },
        german: {
          name: 'Team',
          description: 'Für wachsende Unternehmen, mit Preis pro Platz.',
          tagline: 'Ab 3 Plätzen',
          badge: 'Am beliebtesten',
          callToActionLabel: '30 Tage testen',
        },
        prices: [
          {
            billingInterval: 'monthly',
            price: 0,
            trialDays: 30,
            unitPrices: [
              {
                featureId: 'seats',
                unitPrice: 12_0000,
                minimumQuantity: 3,
                maximumQuantity: 500,
                regional: [{ currency: 'jpy', unitPrice: 1_800_0000 }],
              },
              {
                featureId: 'api_calls',
                blockSize: 1_000,
                tiersMode: 'graduated',
                tiers: [{ upTo: 500_000, unitPrice: 5000 }, { unitPrice: 3000 }],
              },
            ],
          },
          {
            billingInterval: 'yearly',
            price: 0,
            trialDays: 30,
            isDefault: true,
            metadata: { savings: 'Two months free' },
            unitPrices: [
              { featureId: 'seats', unitPrice: 120_0000, minimumQuantity: 3, maximumQuantity: 500 },
              {
                featureId: 'api_calls',
                blockSize: 1_000,
                tiersMode: 'graduated',
                tiers: [{ upTo: 6_000_000, unitPrice: 5000 }, { unitPrice: 3000 }],
              },
            ],
          },
        ],
        features: [
          { featureId: 'projects', unlimited: true },
          {
            featureId: 'api_calls',
            includedAmount: 100_000,
            limits: [{ code: 'rate', amount: 3_000 }],
          },
          {
            featureId: 'storage',
            includedAmount: 200,
            overage: { enabled: true, unitPrice: 2500 },
            limits: [{ code: 'per_project', amount: 500 }],
          },
          { featureId: 'version_history', includedAmount: 365 },
          { featureId: 'custom_domain' },
          { featureId: 'seats' },
          { featureId: 'single_sign_on' },
          {
            featureId: 'support',
            displayValue: 'Email and chat',
            german: { displayValue: 'E-Mail und Chat' },
          },
        ],
        exchangeRates: { eur: 0.92, brl: 5.42, jpy: 155 },
      },
      {
        code: 'enterprise',
        name: 'Enterprise',
        description: 'Tailored to your company.',
        consumptionModel: 'metered',
        availability: 'contact_sales',
        basedOnPlanId: 'team',
        presentation: {
          callToAction: { label: 'Contact sales', url: 'mailto:sales@workspace.example' },
        },
        german: {
          name: 'Enterprise',
          description: 'Auf Ihr Unternehmen zugeschnitten.',
          callToActionLabel: 'Angebot anfordern',
        },
        prices: [],
        features: [
          { featureId: 'projects', unlimited: true },
          { featureId: 'api_calls', unlimited: true },
          {
            featureId: 'storage',
            displayValue: 'As agreed',
            german: { displayValue: 'Nach Absprache' },
          },
          { featureId: 'version_history', unlimited: true },
          { featureId: 'custom_domain' },
          { featureId: 'seats', unlimited: true },
          { featureId: 'single_sign_on' },
          { featureId: 'support', displayValue: '24/7', german: { displayValue: '24/7' } },
        ],
      },
      {
        code: 'education',
        name: 'Education',
        description: 'For schools, on request.',
        german: { name: 'Bildung', description: 'Für Schulen, auf Anfrage.' },
        consumptionModel: 'metered',
        isPublic: false,
        metadata: { contact: 'schools' },
        prices: [
          {
            billingInterval: 'yearly',
            price: 90_0000,
            introOffer: {
              enabled: true,
              discountType: 'percentage',
              discountValue: 5_000,
              durationCycles: 1,
            },
          },
        ],
        features: [
          { featureId: 'projects', unlimited: true },
          { featureId: 'seats', includedAmount: 30 },
        ],
        exchangeRates: { eur: 0.9 },
      },
    ],
  },
  {
    name: 'Studio',
    description: 'Images and video, paid for with credits.',
    german: { name: 'Studio', description: 'Bilder und Videos, bezahlt mit Credits.' },
    plans: [
      {
        code: 'creator',
        name: 'Creator',
        description: 'For regular posts and short videos.',
        german: { name: 'Creator', description: 'Für regelmäßige Beiträge und kurze Videos.' },
        consumptionModel: 'credits',
        prices: [
          { billingInterval: 'monthly', price: 15_0000, includedCredits: 1_000, trialDays: 7 },
          { billingInterval: 'yearly', price: 144_0000, includedCredits: 1_200 },
        ],
        features: [
          { featureId: 'images', creditsPerUnit: 5 },
          { featureId: 'video_minutes', creditsPerUnit: 40 },
          { featureId: 'custom_domain' },
        ],
        exchangeRates: { eur: 0.92, brl: 5.42, jpy: 155 },
      },
    ],
  },
  {
    name: 'AI',
    description: 'Usage is paid from a monthly balance.',
    german: { name: 'KI', description: 'Die Nutzung wird von einem monatlichen Guthaben bezahlt.' },
    plans: [
      {
        code: 'assistant',
        name: 'Assistant',
        description: 'A monthly balance for usage, then pay as you go.',
        german: {
          name: 'Assistent',
          description: 'Ein monatliches Guthaben, danach zahlen Sie nach Verbrauch.',
        },
        consumptionModel: 'balance',
        blockOnExhaustion: false,
        prices: [
          {
            billingInterval: 'monthly',
            price: 25_0000,
            includedBalance: 20_0000,
            introOffer: {
              enabled: true,
              discountType: 'amount',
              discountValue: 10_0000,
              durationCycles: 1,
            },
          },
          { billingInterval: 'yearly', price: 250_0000, includedBalance: 20_0000 },
        ],
        features: [
          { featureId: 'ai_assistant', pricingMode: 'ai_model', margin: 2_000 },
          { featureId: 'text_messages', overage: { enabled: true, unitPrice: 75 } },
          { featureId: 'support', displayValue: 'Email', german: { displayValue: 'E-Mail' } },
        ],
        exchangeRates: { eur: 0.92, brl: 5.42, jpy: 155 },
      },
    ],
  },
];
