import { type CompiledQuery, sql } from 'kysely';
import { type MaybePromise, mapMaybePromise } from '../../maybe-promise.ts';
import type { ApiKeyKind, ApiVersion, Scope } from '../../vocabulary.ts';
import type { Engine } from '../engine/engine.ts';
import { runCompiled } from '../read/compiled.ts';
import { byCreation, type PageSpec, paginate } from '../read/keyset.ts';
import { queries, type Reader, type Tenant } from '../read/reader.ts';
import { countedAll } from '../read/slices.ts';
import type { Store } from '../store.ts';
import { type ApiKey, apiKey, type Tables } from '../tables.ts';
import { apiKeyRows } from '../write/catalogue.ts';
import type { Writer } from '../write/writer.ts';

const origins = (text: string | null): string[] | null => (text === null ? null : JSON.parse(text));

const record = (row: Tables['api_key']): ApiKey => apiKey.record(apiKey.image(row));

const keys = (reader: Reader) =>
  reader[queries].selectFrom('api_key').where('tenant_id', '=', reader.tenant.id);

export const findApiKey = async (reader: Reader, id: string): Promise<ApiKey | undefined> => {
  const row = await keys(reader).selectAll().where('id', '=', id).executeTakeFirst();
  return row && record(row);
};

export const findApiKeys = async (reader: Reader, ids: readonly string[]): Promise<ApiKey[]> => {
  if (ids.length === 0) return [];
  const rows = await keys(reader).selectAll().where('id', 'in', ids).execute();
  return rows.map(record);
};

export const listApiKeys = async (reader: Reader, spec: PageSpec): Promise<ApiKey[]> => {
  const rows = await paginate(keys(reader).selectAll(), byCreation, spec).execute();
  return rows.map(record);
};

export const countApiKeys = (reader: Reader): Promise<number> =>
  countedAll(reader, keys(reader), byCreation);

export const insertApiKey = (writer: Writer, key: ApiKey, hash: string): Promise<void> =>
  apiKeyRows.insert(writer, [apiKey.fresh(key, { hash })]);

export const saveApiKey = async (writer: Writer, key: ApiKey): Promise<ApiKey> => {
  const [saved] = await apiKeyRows.update(writer, [{ ...key }]);
  return saved ? apiKeyRows.record(saved) : key;
};

export interface ApiKeyUse {
  tenantId: string;
  apiKeyId: string;
  at: Date;
}

/** Bookkeeping: neither a write to the catalogue nor one that the audit trail shows. */
export const recordApiKeyUses = async (
  { engine }: Store,
  uses: readonly ApiKeyUse[],
): Promise<void> => {
  await engine.writing.transaction().execute(async (transaction) => {
    for (const { tenantId, apiKeyId, at: moment } of uses) {
      const at = moment.toISOString();
      await transaction
        .updateTable('api_key')
        .set({ last_used_at: at })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', apiKeyId)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
        .execute();
    }
  });
};

/** Whom a secret stands for. */
export interface KeyHolder {
  apiKeyId: string;
  kind: ApiKeyKind;
  scope: Scope;
  /** The origins that a publishable key is bound to; null for a secret one. */
  allowedOrigins: string[] | null;
  /** Runs only the documents that the operator has approved. */
  trustedDocumentsOnly: boolean;
  tenant: Tenant;
  /** Of the catalogue, when the key was read: any later read sees this state or a later one. */
  revision: number;
  organization: { id: string; name: string; apiVersion: ApiVersion };
}

/** Stands in the text for the hash of a secret. */
const HASH = Symbol('hash');

const compileHolder = ({ reading }: Engine) =>
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
      'organization.id as organization_id',
      'organization.name',
      'organization.api_version',
    ])
    .where('api_key.hash', '=', sql<string>`${HASH}`)
    .where('api_key.revoked_at', 'is', null)
    .compile();

type Compiled = ReturnType<typeof compileHolder>;
type HolderRow = Compiled extends CompiledQuery<infer Row> ? Row : never;

/** What a usable key stands for, until it expires. */
interface Held {
  holder: KeyHolder;
  /** Infinity for a key that does not. */
  endsAtMs: number;
}

const held = (row: HolderRow): Held => ({
  holder: {
    apiKeyId: row.id,
    kind: row.kind,
    scope: row.scope,
    allowedOrigins: origins(row.allowed_origins),
    trustedDocumentsOnly: row.trusted_documents_only === 1,
    tenant: { id: row.tenant_id, organizationId: row.organization_id, mode: row.mode },
    revision: row.revision,
    organization: { id: row.organization_id, name: row.name, apiVersion: row.api_version },
  },
  endsAtMs: row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at),
});

/** Most keys in use at a time; beyond it they are forgotten all at once. */
const MOST_HOLDERS = 10_000;

/** The holders that were found, for as long as the database stays as it was then. */
class Holders {
  readonly #engine: Engine;
  readonly #text: Compiled;
  readonly #found = new Map<string, Held>();
  #state: unknown;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#text = compileHolder(engine);
  }

  find(hash: string): MaybePromise<Held | undefined> {
    const state = this.#engine.state();
    if (state !== this.#state || this.#found.size > MOST_HOLDERS) this.#found.clear();
    this.#state = state;
    return this.#found.get(hash) ?? this.#read(hash, state);
  }

  #read(hash: string, state: unknown): MaybePromise<Held | undefined> {
    return mapMaybePromise(
      runCompiled(this.#engine.read, this.#text, new Map([[HASH, hash]])),
      ([row]) => {
        const found = row && held(row);
        // Another look-up may have seen the next state in the meantime.
        if (found && state !== undefined && state === this.#state) this.#found.set(hash, found);
        return found;
      },
    );
  }
}

const holders = new WeakMap<Engine, Holders>();

/**
 * The holder of a usable key, as it is at the time of each request: a revocation counts at once.
 */
export const findKeyHolder = (
  { engine, clock }: Store,
  hash: string,
): MaybePromise<KeyHolder | undefined> => {
  const found = holders.get(engine) ?? new Holders(engine);
  holders.set(engine, found);
  return mapMaybePromise(found.find(hash), (held) =>
    held && held.endsAtMs > clock().getTime() ? held.holder : undefined,
  );
};
