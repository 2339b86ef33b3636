export const GRAPHQL_PATH = '/graphql';
export const PRICING_PAGE_PATH = '/pricing-page';
export const CATALOGUE_PATH = '/catalogue';
export const CHANGE_SETS_PATH = `${CATALOGUE_PATH}/change-sets`;
