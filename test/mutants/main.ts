import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PostgresServer } from '../postgres-server.ts';
import { type Mutant, mutants } from './mutants.ts';
import { mutated } from './places.ts';

const usage = `npm run test:mutants -- [--only TEXT]

Seeds one fault after another into a copy of the sources, and runs the tests that have to notice it, on SQLite.

  --only  faults whose name or file contains this`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['src', 'schema', 'migrations', 'test', 'docs', 'examples'];
const files = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vitest.config.ts',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

const copyOfSources = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-mutants-'));
  const isOurs = (path: string) => !path.includes('node_modules');
  for (const part of [...folders, ...files])
    await cp(join(root, part), join(folder, part), { recursive: true, filter: isOurs });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};

const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

interface Site {
  /** Of the copy. */
  folder: string;
  postgres: PostgresServer;
}

interface Run {
  ending: 'passed' | 'failed' | 'timed out';
  output: string;
}

/** A fault may make the tests wait for ever: that is noticed, too. */
const PATIENCE_MS = 5 * 60_000;

const runTests = (
  { folder, postgres }: Site,
  files: readonly string[],
  patienceMs: number,
): Promise<Run> =>
  new Promise((resolve) => {
    // Some suites need a PostgreSQL for every engine: one for all runs.
    const env = { ...process.env, TEST_ENGINES: 'sqlite', TEST_DATABASE_URL: postgres.url() };
    // In a group of its own, which ends as a whole: tests that fail leave servers behind.
    const child = spawn(process.execPath, [vitest, 'run', '--bail=1', ...files], {
      cwd: folder,
      env,
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of the group has ended.
      }
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, patienceMs);
    child.once('exit', end);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ ending: isLate ? 'timed out' : code === 0 ? 'passed' : 'failed', output });
    });
  });

/** A run that fails before its tests proves nothing. */
const isNoticed = ({ ending, output }: Run): boolean => {
  if (ending === 'failed' && !/Tests .*\d+ failed/.test(output))
    throw new Error(`the tests did not run:\n${output}`);
  return ending !== 'passed';
};

const survives = async (site: Site, mutant: Mutant): Promise<boolean> => {
  const path = join(site.folder, mutant.file);
  const original = await readFile(path, 'utf8');
  await writeFile(path, await mutated(site.folder, mutant));
  try {
    return !isNoticed(await runTests(site, mutant.tests, PATIENCE_MS));
  } finally {
    await writeFile(path, original);
  }
};

const main = async (only: string): Promise<number> => {
  const chosen = mutants.filter(({ name, file }) => `${name} ${file}`.includes(only));
  for (const mutant of chosen) await mutated(root, mutant);
  const site = { folder: await copyOfSources(), postgres: await PostgresServer.start() };
  const survivors: string[] = [];
  try {
    const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
    console.log(`The tests without any fault: ${files.length} files`);
    const clean = await runTests(site, files, 4 * PATIENCE_MS);
    if (clean.ending !== 'passed')
      throw new Error(`they ${clean.ending} by themselves:\n${clean.output}`);
    for (const mutant of chosen) {
      const alive = await survives(site, mutant);
      if (alive) survivors.push(mutant.name);
      console.log(`${alive ? 'SURVIVED' : 'killed  '}  ${mutant.name}  (${mutant.file})`);
    }
  } finally {
    await site.postgres.remove();
    await rm(site.folder, { recursive: true });
  }
  console.log(`${chosen.length - survivors.length} of ${chosen.length} killed`);
  return survivors.length === 0 && chosen.length > 0 ? 0 : 1;
};

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) console.log(usage);
else process.exitCode = await main(values.only ?? '');
