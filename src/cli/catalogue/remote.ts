import { z } from 'zod';
import type { CatalogueScope } from '../../vocabulary.ts';
import { printable } from '../terminal.ts';
import {
  type CatalogueAccess,
  ChangeSet,
  Finding,
  type Format,
  NotAllowed,
  type Preview,
  StaleChangeSet,
} from './access.ts';
import { compared } from './compared.ts';

/** Large sets take their time. */
const LONGEST_WAIT_MS = 120_000;

const mediaTypes: Readonly<Record<Format, string>> = {
  yaml: 'application/yaml',
  json: 'application/json',
};

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

interface Call {
  method?: 'POST';
  accept?: string;
  contentType?: string;
  hash?: string;
  body?: string;
}

/** The catalogue behind the address of a running server. */
export class RemoteCatalogue implements CatalogueAccess {
  readonly name: string;
  readonly options: string;
  readonly schemaUrl: string;
  readonly #base: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#base = baseOf(url);
    this.#key = checkedKey(key);
    this.name = this.#base;
    this.options = `--url ${this.#base}`;
    this.schemaUrl = `${this.#base}/catalogue/schema.json`;
  }

  pull(format: Format): Promise<string> {
    return this.#text('/catalogue', { accept: mediaTypes[format] });
  }

  /** A draft that is thrown away. A key that only reads cannot make one. */
  async preview(document: string, scope: CatalogueScope): Promise<Preview> {
    try {
      const { id, changes, findings } = await this.createChangeSet(document, {
        scope,
        name: 'Preview',
      });
      await this.discard(id);
      return { changes, findings, isRehearsed: true };
    } catch (failure) {
      if (!(failure instanceof NotAllowed)) throw failure;
      return compared(await this.pull('yaml'), document, scope);
    }
  }

  createChangeSet(
    document: string,
    { scope, name }: { scope: CatalogueScope; name: string | undefined },
  ): Promise<ChangeSet> {
    const query = new URLSearchParams({ scope, ...(name === undefined ? {} : { name }) });
    const isJson = document.trimStart().startsWith('{');
    return this.#set(`?${query}`, {
      method: 'POST',
      contentType: mediaTypes[isJson ? 'json' : 'yaml'],
      body: document,
    });
  }

  get(id: string): Promise<ChangeSet> {
    return this.#set(pathOf(id));
  }

  apply(id: string, hash: string): Promise<ChangeSet> {
    return this.#set(`${pathOf(id)}/apply`, { method: 'POST', hash });
  }

  schedule(id: string, hash: string, appliesAt: string): Promise<ChangeSet> {
    return this.#set(`${pathOf(id)}/schedule`, {
      method: 'POST',
      hash,
      contentType: mediaTypes.json,
      body: JSON.stringify({ appliesAt }),
    });
  }

  unschedule(id: string): Promise<ChangeSet> {
    return this.#set(`${pathOf(id)}/unschedule`, { method: 'POST' });
  }

  revert(id: string): Promise<ChangeSet> {
    return this.#set(`${pathOf(id)}/revert`, { method: 'POST' });
  }

  discard(id: string): Promise<ChangeSet> {
    return this.#set(`${pathOf(id)}/discard`, { method: 'POST' });
  }

  async lint(): Promise<Finding[]> {
    const shape = z.object({ findings: z.array(Finding) });
    return (await this.#json('/catalogue/lint', shape)).findings;
  }

  #set(rest: string, call: Call = {}): Promise<ChangeSet> {
    return this.#json(`/catalogue/change-sets${rest}`, ChangeSet, call);
  }

  async #json<Shape>(path: string, shape: z.ZodType<Shape>, call: Call = {}): Promise<Shape> {
    const text = await this.#text(path, { accept: mediaTypes.json, ...call });
    const { data } = shape.safeParse(jsonIn(text));
    if (data === undefined)
      throw new Error(`${this.#base} answers ${path.split('?')[0]} in a way of its own: ${OTHER}`);
    return data;
  }

  async #text(path: string, call: Call): Promise<string> {
    const { method = 'GET', accept, contentType, hash, body } = call;
    try {
      const response = await fetch(this.#base + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(accept === undefined ? {} : { accept }),
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
          ...(hash === undefined ? {} : { 'if-match': `"${hash}"` }),
        },
        body: body ?? null,
        // Elsewhere is not where the key was meant to go.
        redirect: 'manual',
        signal: AbortSignal.timeout(LONGEST_WAIT_MS),
      });
      const text = await response.text();
      if (!response.ok) throw this.#refusal(response, text);
      return text;
    } catch (failure) {
      throw failure instanceof TypeError || failure instanceof DOMException
        ? new Error(`${this.#base} cannot be reached: ${reasonOf(failure)}`)
        : failure;
    }
  }

  #refusal({ status, headers }: Response, text: string): Error {
    const { data } = Refusal.safeParse(jsonIn(text));
    const message = printable(data?.error.message ?? '');
    const location = headers.get('location');
    if (status >= 300 && status < 400)
      return new Error(
        `${this.#base} leads elsewhere${location ? `, to ${printable(location)}` : ''}: ` +
          'name the address itself with --url',
      );
    if (!data) return new Error(`${this.#base} answers ${status} without a reason: ${OTHER}`);
    if (status === 401)
      return new Error(
        `${this.#base} does not take the key: ${message} (PLANS_GATEWAY_KEY, --key)`,
      );
    if (status === 403)
      return new NotAllowed(`${this.#base} does not let this key do it: ${message}`);
    if (data.error.code === 'change_set_stale') return new StaleChangeSet(message);
    return new Error(message);
  }
}

const OTHER = 'is it Plans Gateway, of this version?';

const pathOf = (id: string): string => `/${encodeURIComponent(id)}`;

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What went wrong below HTTP stands in the cause. */
const reasonOf = (failure: TypeError | DOMException): string => {
  if (failure.name === 'TimeoutError')
    return `it has not answered within ${LONGEST_WAIT_MS / 1_000} seconds`;
  const { cause } = failure;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error)
    return cause.errors[0].message;
  return cause instanceof Error ? cause.message : failure.message;
};

const baseOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('--url must be the address of a server, such as https://plans.example.com');
  // A message would show it.
  if (url.username || url.password) throw new Error('--url must not hold a password');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

/** What headers cannot hold, their error would show. */
const checkedKey = (key: string): string => {
  const trimmed = key.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) throw new Error('the key has characters that no key has');
  return trimmed;
};
