import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cycles, importsOf, type Sources, violations } from './imports.ts';
import { layers, printedLayers, reserved } from './layers.ts';

const root = new URL('../', import.meta.url);
const filesOf = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
const sources: Sources = Object.fromEntries(
  ['src', 'schema', 'migrations']
    .flatMap(filesOf)
    .map((path) => [path, readFileSync(new URL(path, root), 'utf8')]),
);

describe('the house', () => {
  it('is read as a whole', () => {
    const files = Object.keys(sources);
    expect(files).toEqual(
      expect.arrayContaining(['src/main.ts', 'schema/plan.ts', 'migrations/index.ts']),
    );
    expect(files.flatMap((path) => importsOf(sources[path] ?? '')).length).toBeGreaterThan(
      files.length,
    );
  });

  it('imports one way only', () => {
    expect(violations(sources, layers, reserved)).toEqual([]);
  });

  it('is drawn in docs/architecture.md as it is', () => {
    const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');
    expect(page).toContain(printedLayers());
  });

  it('offers what the SQL layer has by named ports only', () => {
    const ports = ['src/domain/operation.ts', 'src/domain/relations.ts'];
    const reexports = Object.entries(sources)
      .filter(([, source]) => /^export\b[^;]*?\bfrom '[^']*\/db\//ms.test(source))
      .map(([path]) => path);
    expect(reexports).toEqual(ports);
  });

  it('imports in no circle', () => {
    expect(cycles(sources)).toEqual([]);
  });
});

describe('the watch over imports', () => {
  it.each([
    ["import '../db/plan.ts';", 'a bare import'],
    ["import { findPlan } from '../db/plan.ts';", 'an import'],
    ["import { \n  findPlan, \n  type Plan, \n } from '../db/plan.ts';", 'an import of many lines'],
    ["import * as plans from '../db/plan.ts';", 'an import of all'],
    ["import type { Plan } from '../db/plan.ts';", 'an import of types'],
    ["export { findPlan } from '../db/plan.ts';", 'a re-export'],
    ["export * from '../db/plan.ts';", 'a re-export of all'],
    ["export type { Plan } from '../db/plan.ts';", 'a re-export of types'],
    ["const { findPlan } = await import('../db/plan.ts');", 'a dynamic import'],
    ['await import(\n  `../db/plan.ts`\n);', 'a dynamic import of a template'],
    ["type Plan = import('../db/plan.ts').Plan;", 'an import in a type'],
    ["require('../db/plan.ts');", 'require'],
  ])('sees %j: %s', (line) => {
    const source = `import { z } from 'zod';\n\n${line}\n`;
    expect(importsOf(source).sort()).toEqual(['../db/plan.ts', 'zod']);
    expect(violations({ 'src/rest/routes.ts': source }, layers, reserved)).toEqual([
      'src/rest/routes.ts imports src/db/plan.ts',
    ]);
  });

  it('takes no sentence for an import', () => {
    expect(
      importsOf("export const text = 'from here';\nconst told = `import from 'there'`;\n"),
    ).toEqual([]);
  });

  it('refuses a dynamic import that names no module', () => {
    expect(violations({ 'src/app.ts': 'await import(name);' }, layers, reserved)).toHaveLength(1);
    expect(
      violations({ 'src/app.ts': "await import('./' + name);" }, layers, reserved),
    ).toHaveLength(1);
  });

  it.each([
    ['src/vocabulary.ts', './errors.ts'],
    ['src/errors.ts', './vocabulary.ts'],
    ['src/db/records/plan.ts', '../../domain/plan.ts'],
    ['src/domain/plan.ts', '../../schema/plan.ts'],
    ['src/domain/plan.ts', '../context.ts'],
    ['src/domain/plan.ts', '../rest/routes.ts'],
    ['src/context.ts', './http/edge.ts'],
    ['src/request/request.ts', '../context.ts'],
    ['src/domain/plan.ts', '../response.ts'],
    ['src/http/edge.ts', '../observe/telemetry.ts'],
    ['src/rest/routes.ts', '../graphql/errors.ts'],
    ['src/rest/routes.ts', '../http/edge.ts'],
    ['src/graphql/execute.ts', '../db/store.ts'],
    ['src/http/edge.ts', '../graphql/handler.ts'],
    ['src/http/edge.ts', '../../schema/index.ts'],
    ['src/app.ts', './cli/serve.ts'],
    ['schema/plan.ts', '../src/db/records/plan.ts'],
    ['schema/plan.ts', '../src/rest/routes.ts'],
    ['migrations/0001_catalogue.ts', '../src/db/tables.ts'],
  ])('refuses that %s imports %s', (path, specifier) => {
    expect(violations({ [path]: `import '${specifier}';` }, layers, reserved)).toHaveLength(1);
  });

  it.each([
    ['src/domain/plan.ts', 'kysely'],
    ['src/domain/plan.ts', 'kysely/helpers/sqlite'],
    ['src/domain/plan.ts', 'graphql'],
    ['src/rest/routes.ts', 'graphql-yoga'],
    ['src/context.ts', '@pothos/core'],
    ['src/http/edge.ts', '@graphql-yoga/render-graphiql'],
    ['src/db/records/plan.ts', 'better-sqlite3'],
    ['src/db/engine/sqlite.ts', 'pg'],
    ['src/db/engine/postgres.ts', 'better-sqlite3'],
    ['schema/plan.ts', 'kysely'],
  ])('refuses that %s imports the package %s', (path, specifier) => {
    expect(
      violations({ [path]: `import type { X } from '${specifier}';` }, layers, reserved),
    ).toEqual([`${path} imports ${specifier}`]);
  });

  it('allows what the table allows', () => {
    const allowed: Sources = {
      'src/db/engine/sqlite-driver.ts':
        "import Sqlite from 'better-sqlite3';\nimport { sql } from 'kysely';",
      'src/domain/plan.ts':
        "import { findPlan } from '../db/records/plan.ts';\nimport * as fields from './fields.ts';",
      'schema/plan.ts':
        "import { GraphQLError } from 'graphql';\nimport type { Context } from '../src/context.ts';",
    };
    expect(violations(allowed, layers, reserved)).toEqual([]);
  });

  it('refuses a file in no layer', () => {
    expect(violations({ 'src/helpers.ts': '' }, layers, reserved)).toEqual([
      'src/helpers.ts is in no layer',
    ]);
  });

  it('finds circles, also of types', () => {
    const circle: Sources = {
      'src/domain/a.ts': "import { b } from './b.ts';",
      'src/domain/b.ts': "export type { C } from './c/index.ts';",
      'src/domain/c/index.ts': "import type { A } from '../a.ts';",
      'src/domain/d.ts': "import './a.ts';\nimport './b.ts';",
      'src/domain/e.ts': "import './e.ts';",
    };
    expect(cycles(circle)).toEqual([
      'src/domain/a.ts → src/domain/b.ts → src/domain/c/index.ts → src/domain/a.ts',
      'src/domain/e.ts → src/domain/e.ts',
    ]);
    expect(
      cycles({
        'a.ts': "import './b.ts';\nimport './c.ts';",
        'b.ts': "import './c.ts';",
        'c.ts': '',
      }),
    ).toEqual([]);
  });
});
