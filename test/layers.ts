import type { Layers, Reserved } from './imports.ts';

const leaves = [
  'src/accept.ts',
  'src/vocabulary.ts',
  'src/countries.ts',
  'src/country-currencies.ts',
  'src/currencies.ts',
  'src/locale.ts',
  'src/formatting.ts',
  'src/names.ts',
  'src/link.ts',
  'src/exact-json.ts',
  'src/errors.ts',
  'src/failures.ts',
  'src/metadata.ts',
  'src/price-tiers.ts',
  'src/maybe-promise.ts',
  'src/origin.ts',
  'src/version.ts',
  'src/byte-string.ts',
];
const http = ['src/request/', 'src/response.ts', 'src/content-coding.ts'];
const surface = [
  'src/context.ts',
  ...http,
  'src/budget.ts',
  'src/response-cache.ts',
  'src/domain/',
  ...leaves,
];

const tables = [
  'src/db/tables.ts',
  'src/db/table.ts',
  'src/db/rows.ts',
  'src/db/ids.ts',
  'src/db/content.ts',
];
const db = [
  'src/db/store.ts',
  'src/db/maintenance/',
  'src/db/records/',
  'src/db/write/',
  'src/db/read/',
  'src/db/engine/',
  ...tables,
];

/** Which files each file or folder may import. */
export const layers: Layers = {
  'src/main.ts': ['src/cli/'],
  'src/cli/': [
    'src/app.ts',
    'src/http/',
    'src/request/',
    'src/config.ts',
    'src/variable-files.ts',
    'src/domain/',
    ...db,
    ...leaves,
  ],
  'src/app.ts': [
    'src/observe/',
    'src/http/',
    'src/graphql/',
    'src/rest/',
    'src/config.ts',
    ...surface,
  ],
  'src/http/': ['src/rest/', 'src/config.ts', ...surface],
  'src/graphql/': ['schema/', 'src/config.ts', ...surface],
  'src/rest/': surface,
  'schema/': surface,
  'src/observe/': ['src/config.ts', 'src/secrets.ts', ...http, ...leaves],
  'src/context.ts': ['src/domain/', 'src/budget.ts', ...http, ...leaves],
  'src/request/': ['src/secrets.ts', ...leaves],
  'src/response.ts': ['src/content-coding.ts'],
  'src/content-coding.ts': ['src/byte-string.ts', 'src/maybe-promise.ts'],
  'src/secrets.ts': [],
  'src/domain/': ['src/messages/', 'src/spelling.ts', ...db, ...leaves],
  'src/messages/': leaves,
  'src/db/store.ts': ['src/db/write/', 'src/db/read/', 'src/db/engine/', ...tables, ...leaves],
  'src/db/maintenance/': ['migrations/', 'src/db/engine/', ...tables, ...leaves],
  'src/db/records/': [
    'src/db/store.ts',
    'src/db/write/',
    'src/db/read/',
    'src/db/engine/',
    ...tables,
    ...leaves,
  ],
  'src/db/write/': ['src/db/records/', 'src/db/read/', 'src/db/engine/', ...tables, ...leaves],
  'src/db/read/': ['src/db/engine/', ...tables, ...leaves],
  'src/db/engine/': ['migrations/', ...tables, ...leaves],
  'src/db/tables.ts': ['src/db/table.ts', 'src/vocabulary.ts', 'src/price-tiers.ts'],
  'src/db/table.ts': [],
  'src/db/rows.ts': [],
  'src/db/ids.ts': [],
  'src/db/content.ts': ['src/db/tables.ts'],
  'migrations/': [],
  'src/config.ts': [
    'src/failures.ts',
    'src/names.ts',
    'src/origin.ts',
    'src/spelling.ts',
    'src/variable-files.ts',
  ],
  'src/variable-files.ts': ['src/failures.ts'],
  'src/origin.ts': [],
  'src/spelling.ts': [],
  'src/accept.ts': [],
  'src/vocabulary.ts': [],
  'src/countries.ts': [],
  'src/country-currencies.ts': [],
  'src/currencies.ts': [],
  'src/locale.ts': [],
  'src/formatting.ts': ['src/currencies.ts', 'src/locale.ts', 'src/vocabulary.ts'],
  'src/errors.ts': [],
  'src/failures.ts': [],
  'src/budget.ts': ['src/errors.ts'],
  'src/metadata.ts': ['src/exact-json.ts'],
  'src/price-tiers.ts': [],
  'src/names.ts': [],
  'src/link.ts': [],
  'src/exact-json.ts': [],
  'src/maybe-promise.ts': [],
  'src/version.ts': [],
  'src/byte-string.ts': [],
  'src/response-cache.ts': [
    'src/context.ts',
    'src/response.ts',
    'src/content-coding.ts',
    ...leaves,
  ],
};

export const reserved: Reserved = [
  { packages: /^kysely/, for: /^(src\/db|migrations)\// },
  { packages: /^(graphql|@pothos|@graphql-yoga)/, for: /^(schema|src\/graphql)\// },
  { packages: /^better-sqlite3/, for: /^src\/db\/engine\/sqlite[\w-]*\.ts$/ },
  { packages: /^(pino|prom-client|@opentelemetry)/, for: /^src\/observe\// },
  { packages: /^intl-messageformat/, for: /^src\/messages\// },
  { packages: /^pg($|-|\/)/, for: /^src\/db\/engine\/postgres[\w-]*\.ts$/ },
];

/** Layers that are drawn as one. */
const drawnAsOne: [string, readonly string[]][] = [
  ['db/', db],
  ['db/tables', tables],
  ['request, response', http],
];

const nameOf = (path: string): string => path.replace(/^src\//, '').replace(/\.ts$/, '');

const importsDrawn = (allowed: readonly string[]): string[] => {
  let rest = allowed.filter((path) => !leaves.includes(path));
  const names: string[] = [];
  for (const [name, paths] of drawnAsOne) {
    if (!paths.every((path) => rest.includes(path))) continue;
    names.push(name);
    rest = rest.filter((path) => !paths.includes(path));
  }
  return [...rest.map(nameOf), ...names];
};

/** The table as docs/architecture.md shows it, without the leaves, which any layer may import. */
export const printedLayers = (): string =>
  Object.entries(layers)
    .flatMap(([path, allowed]) => {
      const drawn = importsDrawn(allowed);
      return drawn.length > 0 ? [`${nameOf(path).padEnd(15)} → ${drawn.join(', ')}`] : [];
    })
    .join('\n');
