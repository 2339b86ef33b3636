import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** graphql-codegen reads our schema as it is printed. */

const here = fileURLToPath(new URL('.', import.meta.url));
const schema = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url));
const { resolve } = createRequire(import.meta.url);
const run = (script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [script, ...args], { cwd: here });

let folder: string;
beforeEach(async () => {
  // Compilers and the type check look for packages above the folder.
  folder = await mkdtemp(join(here, '.generated-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('graphql-codegen makes types that compile and tell the members of a result apart', async () => {
  const config = join(folder, 'codegen.json');
  await writeFile(
    config,
    JSON.stringify({
      schema,
      documents: join(here, 'documents/*.graphql'),
      generates: {
        [`${folder}/gql/`]: {
          preset: 'client',
          config: {
            useTypeImports: true,
            strictScalars: true,
            scalars: {
              RateAmount: 'number',
              Quantity: 'number',
              CurrencyCode: 'string',
              CountryCode: 'string',
              Locale: 'string',
              DateTime: 'string',
              JSONObject: 'Record<string, unknown>',
            },
          },
        },
      },
    }),
  );
  await run(join(here, 'node_modules/@graphql-codegen/cli/cjs/bin.js'), '--config', config);
  const types = join(folder, 'gql/graphql.ts');
  expect(await readFile(types, 'utf8')).toContain('CodegenPricingPageQuery');
  const use = join(folder, 'use.ts');
  await writeFile(
    use,
    `import type { CodegenAddPlanPriceMutation } from './gql/graphql.ts';
export const priceOf = ({ addPlanPrice: result }: CodegenAddPlanPriceMutation): number => {
  if (!result) return 0;
  if (result.__typename === 'PlanPrice') return result.price;
  // @ts-expect-error: a conflict has no price.
  if (result.__typename === 'ConflictError') return result.price;
  return 0;
};
`,
  );
  const compiler = resolve('../../node_modules/typescript/bin/tsc');
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'preserve',
    '--allowImportingTsExtensions',
    '--target',
    'es2023',
  ];
  await run(compiler, ...options, use).catch(({ stdout }) => {
    throw new Error(stdout);
  });
});
