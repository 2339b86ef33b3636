import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs the suite with another Node.js: `npm run test:node -- 24 test/domain`. It installs the newest
 * of that line from npm, copies the clone, builds better-sqlite3 there against the headers that
 * Node.js brings, and hands everything else to Vitest. Needs a C++ compiler, Make and Python.
 */

const [version = '', ...rest] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Name a version of Node.js: npm run test:node -- 24 [files and options of Vitest]');
  process.exit(2);
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), `plans-gateway-node-${version}-`));
const copy = join(folder, 'clone');

const run = (program: string, args: string[], cwd: string, env = process.env): void => {
  const { status, error } = spawnSync(program, args, { cwd, env, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} has ended with ${status}`);
};

/**
 * What better-sqlite3 12 is built of headers of 24.19 and later aborts when garbage is collected, on
 * any 24 (nodejs/node#65446). Those of 24.18 fit every 24.
 */
const headersFor = (wanted: string): string => {
  const [major, minor = '99'] = wanted.split('.');
  return major === '24' && Number(minor) > 18 ? '24.18' : wanted;
};

/** The folder of an installed Node.js, with its program and its headers. */
const install = (wanted: string): string => {
  const into = join(folder, `node-${wanted}`);
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefix', into, ...options, `node@${wanted}`], folder);
  const program = join(into, 'node_modules', 'node', 'package.json');
  const platform = `node-${process.platform}-${process.arch}`;
  const found = createRequire(program).resolve(`${platform}/package.json`);
  return dirname(found);
};

const copyClone = (): void => {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0');
  // The last name is empty; a file that was removed may still be listed.
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, file), join(copy, file));
  run('cp', ['-a', join(root, 'node_modules'), copy], folder);
};

let status = 1;
try {
  const node = install(version);
  const headers = headersFor(version);
  copyClone();
  const env = {
    ...process.env,
    PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH}`,
    // Without them, node-gyp would fetch headers, and a prebuilt binary would do.
    npm_config_nodedir: headers === version ? node : install(headers),
    npm_config_build_from_source: 'true',
  };
  rmSync(join(copy, 'node_modules', 'better-sqlite3', 'build'), { recursive: true, force: true });
  run('npm', ['rebuild', 'better-sqlite3', '--loglevel=error'], copy, env);
  run('node', ['--version'], copy, env);
  const tests = spawnSync('npx', ['vitest', 'run', ...rest], {
    cwd: copy,
    env: { ...process.env, PATH: env.PATH },
    stdio: 'inherit',
  });
  status = tests.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
