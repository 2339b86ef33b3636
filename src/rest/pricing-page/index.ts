import type { PricingPage } from '../../domain/pricing-page.ts';
import { contentOf, hashOf } from '../../domain/pricing-page-content.ts';
import { jsonLdOf } from './json-ld.ts';
import { markdownOf } from './markdown.ts';

/** The page that GraphQL shows, printed as a whole. */

export const pageFormats = ['json', 'markdown', 'json-ld'] as const;
export type PageFormat = (typeof pageFormats)[number];

/** JSON that may stand in the script of an HTML page. */
const embeddable = (json: string): string =>
  json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);

export const pricingPageAs = (format: PageFormat, page: PricingPage): string => {
  const content = contentOf(page);
  switch (format) {
    case 'json':
      return JSON.stringify({ ...content, contentHash: hashOf(content) });
    case 'markdown':
      return markdownOf(content);
    case 'json-ld':
      return embeddable(JSON.stringify(jsonLdOf(content)));
  }
};
