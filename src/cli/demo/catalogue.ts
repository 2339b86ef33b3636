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
  { code: 'security', name: 'Security and support', german: { name: 'Sicherheit und Hilfe' } },
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
    sectionId: 'usage',
    description: 'Projects kept at one time.',
    german: { name: 'Projekte', description: 'Projekte zur selben Zeit.' },
  },
  {
    code: 'api_calls',
    name: 'API calls',
    type: 'usage',
    unitName: 'call',
    sectionId: 'usage',
    description: 'Counted each month.',
    limits: [{ code: 'rate', name: 'Rate limit', unitName: 'call', period: 'minute' }],
    german: { name: 'API-Aufrufe', description: 'Gezählt je Monat.' },
  },
  {
    code: 'storage',
    name: 'Storage',
    type: 'quota',
    unitName: 'GB',
    sectionId: 'usage',
    limits: [
      { code: 'file_size', name: 'Largest file', unitName: 'GB', decimals: 1 },
      { code: 'versions', name: 'Versions of a file', unitName: 'version' },
    ],
    german: { name: 'Speicherplatz' },
  },
  { code: 'custom_domain', name: 'Custom domain', type: 'boolean', sectionId: 'usage' },
  {
    code: 'seats',
    name: 'Team seats',
    type: 'seats',
    unitName: 'seat',
    sectionId: 'collaboration',
    german: { name: 'Plätze im Team' },
  },
  {
    code: 'images',
    name: 'Generated images',
    type: 'usage',
    unitName: 'image',
    sectionId: 'media',
  },
  {
    code: 'video_minutes',
    name: 'Rendered video',
    type: 'usage',
    unitName: 'minute',
    sectionId: 'media',
  },
  {
    code: 'ai_assistant',
    name: 'AI assistant',
    type: 'usage',
    unitName: 'token',
    sectionId: 'media',
  },
  {
    code: 'text_messages',
    name: 'Text messages',
    type: 'usage',
    unitName: 'message',
    sectionId: 'media',
  },
  {
    code: 'single_sign_on',
    name: 'Single sign-on',
    type: 'boolean',
    sectionId: 'security',
    description: 'SAML and OpenID Connect.',
  },
  {
    code: 'support',
    name: 'Support',
    type: 'boolean',
    sectionId: 'security',
    german: { name: 'Hilfe' },
  },
];

// Amounts are in rate scale. The underscore stands where a price tag has its decimal point: 19_0000
// is $19.0000.
export const groups: DemoGroup[] = [
  {
    name: 'Workspace',
    description: 'For teams of every size.',
    german: { description: 'Für Teams jeder Größe.' },
    plans: [
      {
        code: 'free',
        name: 'Free',
        description: 'Try it with a small project.',
        consumptionModel: 'metered',
        isFree: true,
        presentation: { callToAction: { label: 'Start for free', url: '/signup' } },
        german: {
          name: 'Gratis',
          description: 'Zum Ausprobieren.',
          callToActionLabel: 'Gratis beginnen',
        },
        prices: [{ billingInterval: 'monthly', price: 0 }],
        features: [
          { featureId: 'projects', includedAmount: 2 },
          {
            featureId: 'api_calls',
            includedAmount: 1_000,
            limits: [{ code: 'rate', amount: 60 }],
          },
          {
            featureId: 'storage',
            includedAmount: 1,
            limits: [
              { code: 'file_size', amount: 1 },
              { code: 'versions', amount: 3 },
            ],
          },
          { featureId: 'custom_domain', enabled: false },
          { featureId: 'seats', includedAmount: 1 },
          {
            featureId: 'support',
            displayValue: 'Community',
            german: { displayValue: 'Forum' },
          },
        ],
      },
      {
        code: 'starter',
        name: 'Starter',
        description: 'For a small team that ships.',
        consumptionModel: 'metered',
        basedOnPlanId: 'free',
        presentation: {
          tagline: 'One price for three people',
          callToAction: { label: 'Try for 14 days', url: '/signup?plan=starter' },
        },
        german: {
          description: 'Für ein kleines Team.',
          tagline: 'Ein Preis für drei',
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
            limits: [
              { code: 'file_size', amount: 20 },
              { code: 'versions', amount: 30 },
            ],
          },
          { featureId: 'custom_domain' },
          { featureId: 'seats', includedAmount: 3, overage: { enabled: true, unitPrice: 6_0000 } },
          { featureId: 'support', displayValue: 'Email', german: { displayValue: 'E-Mail' } },
        ],
        exchangeRates: { eur: 0.92, jpy: 155 },
      },
      {
        code: 'team',
        name: 'Team',
        description: 'For companies of every size, by the seat.',
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
          description: 'Für Firmen jeder Größe, je Platz.',
          tagline: 'Ab 3 Plätzen',
          badge: 'Beliebt',
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
            limits: [
              { code: 'file_size', amount: 155 },
              { code: 'versions', unlimited: true },
            ],
          },
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
        description: 'As agreed with sales.',
        consumptionModel: 'metered',
        availability: 'contact_sales',
        basedOnPlanId: 'team',
        presentation: {
          callToAction: { label: 'Contact sales', url: 'mailto:sales@workspace.example' },
        },
        german: { description: 'Nach Absprache.', callToActionLabel: 'Angebot anfordern' },
        prices: [],
        features: [
          { featureId: 'projects', unlimited: true },
          {
            featureId: 'api_calls',
            unlimited: true,
            limits: [{ code: 'rate', unlimited: true }],
          },
          {
            featureId: 'storage',
            displayValue: 'As agreed',
            german: { displayValue: 'Nach Absprache' },
          },
          { featureId: 'custom_domain' },
          { featureId: 'seats', unlimited: true },
          { featureId: 'single_sign_on' },
          { featureId: 'support', displayValue: '24/7' },
        ],
      },
      {
        code: 'education',
        name: 'Education',
        description: 'For schools, on request.',
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
    description: 'Images and video, paid with credits.',
    plans: [
      {
        code: 'creator',
        name: 'Creator',
        description: 'A thousand credits each month.',
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
    description: 'A balance that usage is taken from.',
    plans: [
      {
        code: 'assistant',
        name: 'Assistant',
        description: 'Twenty dollars of usage each month, then by what is used.',
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
