import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** An editor's text. It shows spaces as ones that do not break. */
const textOf = async (editor: Locator): Promise<string> =>
  (await editor.innerText()).replaceAll('\u00a0', ' ');

/** GraphiQL's page, by what a person sees of it. */
export class Explorer {
  readonly page: Page;
  /** Requests that went, or would have gone, anywhere but to the server. */
  readonly strayRequests: string[] = [];
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, url: string): Promise<Explorer> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    const explorer = new Explorer(page);
    page.on('console', (message) => {
      if (message.type() === 'error') explorer.complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => explorer.complaints.push(message));
    await page.route('**', (route) => {
      const address = route.request().url();
      if (new URL(address).origin === url) return route.continue();
      explorer.strayRequests.push(address);
      return route.abort();
    });
    await page.goto(`${url}/graphql`);
    return explorer;
  }

  query(): Promise<string> {
    return textOf(this.page.locator('.graphiql-query-editor .view-lines'));
  }

  headers(): Promise<string> {
    return textOf(this.#headers);
  }

  answer(): Promise<string> {
    return textOf(this.page.locator('.graphiql-response .view-lines'));
  }

  get #headers(): Locator {
    return this.page.locator('.graphiql-editor-tool .view-lines:visible');
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    // GraphiQL takes a moment to see which operation the tab holds, and keeps the tab after that.
    await expect.poll(() => this.#keptOperation(), { timeout: 60_000 }).toBe(name);
  }

  #keptOperation(): Promise<unknown> {
    return this.page.evaluate(`(() => {
      const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{ "tabs": [] }');
      return tabs[activeTabIndex]?.operationName;
    })()`);
  }

  async run(): Promise<void> {
    await this.page.getByRole('button', { name: 'Execute query' }).click();
  }

  /** As on a later day, with what the browser kept. */
  async visitAgain(): Promise<void> {
    await this.page.goto(this.page.url().replace(/\?.*/, ''));
  }

  async openDocs(): Promise<void> {
    await this.page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  }

  /** A type in the docs stands for the schema that the page has fetched. */
  documented(type: string): Locator {
    return this.page
      .locator('.graphiql-doc-explorer')
      .getByRole('link', { name: type, exact: true });
  }

  async fetchSchema(): Promise<void> {
    await this.page.getByRole('button', { name: 'Re-fetch GraphQL schema' }).click();
  }

  async writeHeaders(text: string): Promise<void> {
    await this.#headers.click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.insertText(text);
  }

  /** What the browser keeps for the next visit. */
  stored(): Promise<string> {
    return this.page.evaluate('JSON.stringify(localStorage)');
  }
}
