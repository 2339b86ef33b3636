import type { PricingPage } from '../../domain/pricing-page.ts';
import { contentOf, hashOf } from '../../domain/pricing-page-content.ts';
import { jsonLdOf } from './json-ld.ts';
import { markdownOf } from './markdown.ts';

/** The page that GraphQL shows, printed as a whole. */

export const pageFormats = ['json', 'markdown', 'json-ld'] as const;
export type PageFormat = (typeof pageFormats)[number];

export interface PrintedPage {
  body: string;
  /** The same for pages that say the same, in every format. */
  contentHash: string;
}

/** JSON that may stand in the script of an HTML page. */
const embeddable = (json: string): string =>
  json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);

export const pricingPageAs = (format: PageFormat, page: PricingPage): PrintedPage => {
  const content = contentOf(page);
  const contentHash = hashOf(content);
  switch (format) {
    case 'json':
      return { body: JSON.stringify({ ...content, contentHash }), contentHash };
    case 'markdown':
      return { body: markdownOf(content), contentHash };
    case 'json-ld':
      return { body: embeddable(JSON.stringify(jsonLdOf(content))), contentHash };
  }
};
