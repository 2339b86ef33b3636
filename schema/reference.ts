import { builder } from './builder.ts';

/** Arguments that name an object. Prices are named by their ids, all others by ids or codes. */

export const planId = builder.args((t) => ({
  planId: t.id({ required: true, description: 'Id or code of the plan.' }),
}));

export const planGroupId = builder.args((t) => ({
  planGroupId: t.id({ required: true, description: 'Id or code of the plan group.' }),
}));

export const featureId = builder.args((t) => ({
  featureId: t.id({ required: true, description: 'Id or code of the feature.' }),
}));

export const sectionId = builder.args((t) => ({
  sectionId: t.id({ required: true, description: 'Id or code of the section.' }),
}));

export const marketId = builder.args((t) => ({
  marketId: t.id({ required: true, description: 'Id or code of the market.' }),
}));

export const priceOfPlan = builder.args((t) => ({
  planId: t.id({ required: true, description: 'Id or code of the plan.' }),
  priceId: t.id({ required: true, description: 'Id of one of its prices.' }),
}));

export const featureOfPlan = builder.args((t) => ({
  planId: t.id({ required: true, description: 'Id or code of the plan.' }),
  featureId: t.id({ required: true, description: 'Id or code of one of its features.' }),
}));
