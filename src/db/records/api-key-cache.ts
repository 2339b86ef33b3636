import { type CompiledQuery, sql } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import type { ApiKeyKind, Scope } from '../../vocabulary.ts';
import type { Engine } from '../engine/engine.ts';
import { dialect, run, type Tenant } from '../read/reader.ts';
import { placeholder, Statement } from '../read/statement.ts';
import type { Store } from '../store.ts';
import type { Organization } from '../tables.ts';

/** The key that a secret belongs to: its tenant, and what it may do. */
export interface KeyHolder {
  apiKeyId: string;
  kind: ApiKeyKind;
  scope: Scope;
  /** The origins that a publishable key is bound to; null for a secret one. */
  allowedOrigins: string[] | null;
  /** Runs only the documents that the operator has approved. */
  trustedDocumentsOnly: boolean;
  tenant: Tenant;
  /** When the next scheduled change set applies; null without one. */
  nextChangeAt: string | null;
  /** What time it was by the database's clock; null where this process's counts. */
  databaseTime: string | null;
  /** Of the catalogue, when the key was read: any later read sees this state or a later one. */
  revision: number;
  organization: Pick<Organization, 'id' | 'name' | 'apiVersion' | 'baseCurrency' | 'taxBehavior'>;
}

const selectHolder = ({ reading, sql: { now } }: Engine) =>
  reading
    .selectFrom('api_key')
    .innerJoin('tenant', 'tenant.id', 'api_key.tenant_id')
    .innerJoin('organization', 'organization.id', 'tenant.organization_id')
    .select([
      'api_key.id',
      'api_key.kind',
      'api_key.scope',
      'api_key.allowed_origins',
      'api_key.trusted_documents_only',
      'api_key.expires_at',
      'api_key.tenant_id',
      'tenant.mode',
      'tenant.revision',
      'tenant.next_change_at',
      (now ?? sql<string | null>`null`).as('database_time'),
      'organization.id as organization_id',
      'organization.name',
      'organization.api_version',
      'organization.base_currency',
      'organization.tax_behavior',
    ])
    .where('api_key.hash', '=', placeholder<string>('hash'))
    .where('api_key.revoked_at', 'is', null)
    .compile();

type HolderRow = ReturnType<typeof selectHolder> extends CompiledQuery<infer Row> ? Row : never;

/** The holder of a usable key, and when it stops being usable: Infinity for never. */
interface CachedKey {
  holder: KeyHolder;
  expiresAtMs: number;
}

const cachedKey = (row: HolderRow): CachedKey => ({
  holder: {
    apiKeyId: row.id,
    kind: row.kind,
    scope: row.scope,
    allowedOrigins: row.allowed_origins === null ? null : JSON.parse(row.allowed_origins),
    trustedDocumentsOnly: row.trusted_documents_only === 1,
    tenant: {
      id: row.tenant_id,
      organizationId: row.organization_id,
      mode: row.mode,
      baseCurrency: row.base_currency,
    },
    nextChangeAt: row.next_change_at,
    databaseTime: row.database_time,
    revision: row.revision,
    organization: {
      id: row.organization_id,
      name: row.name,
      apiVersion: row.api_version,
      baseCurrency: row.base_currency,
      taxBehavior: row.tax_behavior,
    },
  },
  expiresAtMs: row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at),
});

/** Keys in use at a time; beyond it they are forgotten all at once. */
const MOST_KEYS = 10_000;

/** Keys by their hash, for as long as the database stays as it was when they were read. */
class ApiKeyCache {
  readonly #engine: Engine;
  readonly #statement = new Statement<HolderRow>();
  readonly #keys = new Map<string, CachedKey>();
  #state: unknown;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  find(hash: string): MaybePromise<CachedKey | undefined> {
    const state = this.#engine.state();
    if (state !== this.#state || this.#keys.size > MOST_KEYS) this.#keys.clear();
    this.#state = state;
    return this.#keys.get(hash) ?? this.#read(hash, state);
  }

  #read(hash: string, state: unknown): MaybePromise<CachedKey | undefined> {
    const { sql, read } = this.#engine;
    const database = { [dialect]: sql, [run]: read };
    const rows = this.#statement.run(database, { hash }, () => selectHolder(this.#engine));
    return mapMaybePromise(rows, ([row]) => {
      const found = row && cachedKey(row);
      // Another look-up may have seen the next state in the meantime.
      if (found && state !== undefined && state === this.#state) this.#keys.set(hash, found);
      return found;
    });
  }
}

const caches = new WeakMap<Engine, ApiKeyCache>();

/**
 * The holder of a usable key, as it is at the time of each request: a revocation counts at once.
 */
export const findKeyHolder = (
  { engine, clock }: Store,
  hash: string,
): MaybePromise<KeyHolder | undefined> => {
  const cache = caches.get(engine) ?? new ApiKeyCache(engine);
  caches.set(engine, cache);
  return mapMaybePromise(cache.find(hash), (found) =>
    found && found.expiresAtMs > clock().getTime() ? found.holder : undefined,
  );
};
