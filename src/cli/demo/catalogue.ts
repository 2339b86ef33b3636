import type { CreateFeatureInput } from '../../domain/feature.ts';
import type { CreatePlanInput } from '../../domain/plan.ts';
import type { AddPlanFeatureInput } from '../../domain/plan-feature.ts';
import type { CreatePlanGroupInput } from '../../domain/plan-group.ts';
import type { AddPlanPriceInput } from '../../domain/price.ts';
import type { UpsertRegionalPricesInput } from '../../domain/regional-price.ts';
import type { RegionalCurrency } from '../../vocabulary.ts';

interface DemoPrice extends AddPlanPriceInput {
  overrides?: UpsertRegionalPricesInput['overrides'];
}

export interface DemoPlan extends CreatePlanInput {
  prices: DemoPrice[];
  features: AddPlanFeatureInput[];
  exchangeRates?: Partial<Record<RegionalCurrency, number>>;
}

interface DemoGroup extends CreatePlanGroupInput {
  plans: DemoPlan[];
}

export const features: CreateFeatureInput[] = [
  {
    code: 'projects',
    name: 'Projects',
    type: 'quota',
    unitName: 'project',
    description: 'Projects kept at one time.',
  },
  { code: 'seats', name: 'Team seats', type: 'seats', unitName: 'seat' },
  {
    code: 'api_calls',
    name: 'API calls',
    type: 'usage',
    unitName: 'call',
    description: 'Counted each month.',
  },
  { code: 'storage', name: 'Storage', type: 'quota', unitName: 'GB' },
  { code: 'custom_domain', name: 'Custom domain', type: 'boolean' },
  {
    code: 'single_sign_on',
    name: 'Single sign-on',
    type: 'boolean',
    description: 'SAML and OpenID Connect.',
  },
  { code: 'priority_support', name: 'Priority support', type: 'boolean' },
  { code: 'images', name: 'Generated images', type: 'usage', unitName: 'image' },
  { code: 'video_minutes', name: 'Rendered video', type: 'usage', unitName: 'minute' },
  { code: 'ai_assistant', name: 'AI assistant', type: 'usage', unitName: 'token' },
  { code: 'text_messages', name: 'Text messages', type: 'usage', unitName: 'message' },
];

// Amounts are in rate scale. The underscore stands where a price tag has its decimal point: 19_0000
// is $19.0000.
export const groups: DemoGroup[] = [
  {
    name: 'Workspace',
    description: 'For teams of every size.',
    plans: [
      {
        code: 'free',
        name: 'Free',
        description: 'Try it with a small project.',
        consumptionModel: 'metered',
        isFree: true,
        prices: [{ billingInterval: 'monthly', price: 0 }],
        features: [
          { featureId: 'projects', includedAmount: 2 },
          { featureId: 'seats', includedAmount: 1 },
          { featureId: 'api_calls', includedAmount: 1_000 },
          { featureId: 'storage', includedAmount: 1 },
          { featureId: 'custom_domain', enabled: false },
        ],
      },
      {
        code: 'starter',
        name: 'Starter',
        description: 'For a small team that ships.',
        consumptionModel: 'metered',
        prices: [
          {
            billingInterval: 'monthly',
            price: 19_0000,
            trialDays: 14,
            overrides: [{ currency: 'brl', price: 79_0000 }],
          },
          {
            billingInterval: 'yearly',
            price: 190_0000,
            trialDays: 14,
            metadata: { savings: 'Two months free' },
            overrides: [{ currency: 'brl', price: 790_0000 }],
          },
          { billingInterval: 'one_time', price: 599_0000, metadata: { label: 'Lifetime' } },
        ],
        features: [
          { featureId: 'projects', includedAmount: 10 },
          { featureId: 'seats', includedAmount: 3, overage: { enabled: true, unitPrice: 6_0000 } },
          {
            featureId: 'api_calls',
            includedAmount: 50_000,
            overage: { enabled: true, unitPrice: 20 },
          },
          { featureId: 'storage', includedAmount: 20 },
          { featureId: 'custom_domain' },
        ],
        exchangeRates: { eur: 0.92, jpy: 155 },
      },
      {
        code: 'pro',
        name: 'Pro',
        description: 'For teams that live in it.',
        consumptionModel: 'metered',
        metadata: { badge: 'Most popular', highlighted: true },
        prices: [
          {
            billingInterval: 'monthly',
            price: 49_0000,
            trialDays: 14,
            introOffer: {
              enabled: true,
              discountType: 'percentage',
              discountValue: 5_000,
              durationCycles: 3,
            },
            overrides: [{ currency: 'jpy', price: 7_500_0000 }],
          },
          {
            billingInterval: 'yearly',
            price: 490_0000,
            trialDays: 30,
            isDefault: true,
            metadata: { savings: 'Two months free' },
            overrides: [{ currency: 'jpy', price: 75_000_0000 }],
          },
        ],
        features: [
          { featureId: 'projects', unlimited: true },
          { featureId: 'seats', includedAmount: 10, overage: { enabled: true, unitPrice: 5_0000 } },
          {
            featureId: 'api_calls',
            includedAmount: 500_000,
            overage: { enabled: true, unitPrice: 15 },
          },
          {
            featureId: 'storage',
            includedAmount: 200,
            overage: { enabled: true, unitPrice: 2500 },
          },
          { featureId: 'custom_domain' },
          { featureId: 'priority_support' },
        ],
        exchangeRates: { eur: 0.92, brl: 5.42 },
      },
      {
        code: 'enterprise',
        name: 'Enterprise',
        description: 'As agreed with sales.',
        consumptionModel: 'metered',
        isPublic: false,
        metadata: { contact: 'sales' },
        prices: [{ billingInterval: 'yearly', price: 12_000_0000 }],
        features: [
          { featureId: 'projects', unlimited: true },
          {
            featureId: 'seats',
            includedAmount: 100,
            overage: { enabled: true, unitPrice: 4_0000 },
          },
          { featureId: 'api_calls', unlimited: true },
          {
            featureId: 'storage',
            includedAmount: 5_000,
            overage: { enabled: true, unitPrice: 2000 },
          },
          { featureId: 'custom_domain' },
          { featureId: 'single_sign_on' },
          { featureId: 'priority_support' },
        ],
        exchangeRates: { eur: 0.9, brl: 5.42, jpy: 150 },
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
          { featureId: 'priority_support' },
        ],
        exchangeRates: { eur: 0.92, brl: 5.42, jpy: 155 },
      },
    ],
  },
];
