export const GRAPHQL_PATH = '/graphql';
export const PRICING_PAGE_PATH = '/pricing-page';
