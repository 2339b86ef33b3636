import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageVersion } from './package-version.ts';
import { ServerProcess } from './server-process.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);

const sourceFolders = ['migrations', 'schema', 'src'];
const catalogue = 'examples/catalogue/catalogue.yaml';
const otherFiles = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', catalogue];
const example = 'examples/pricing-page';

/** Packs a copy of the repository, so that a build that others use stays as it is. */
const pack = async (folder: string): Promise<string> => {
  const copied = [...sourceFolders, ...otherFiles, example, 'tsconfig.json', 'tsconfig.build.json'];
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  // Left by earlier builds: none of it may be packed.
  for (const name of ['main.js.map', 'removed.js']) {
    await mkdir(join(folder, 'dist', 'src'), { recursive: true });
    await writeFile(join(folder, 'dist', 'src', name), '');
  }
  await mkdir(join(folder, 'test'));
  await writeFile(join(folder, 'test', 'some.test.ts'), '');
  await run('npm', ['pack', '--offline'], { cwd: folder });
  return join(folder, `plans-gateway-${packageVersion}.tgz`);
};

/** As npm does it, but without a network: only the declared dependencies can be found. */
const install = async (tarball: string, folder: string): Promise<string> => {
  const installed = join(folder, 'node_modules', 'plans-gateway');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const { dependencies, bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
  return join(installed, bin['plans-gateway']);
};

let repository: string;
let folder: string;
let tarball: string;
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'plans-gateway-pack-'));
  folder = await mkdtemp(join(tmpdir(), 'plans-gateway-install-'));
  tarball = await pack(repository);
});
afterAll(async () => {
  for (const made of [repository, folder]) await rm(made, { recursive: true });
});

it('npm pack takes the compiled sources, the example page, its catalogue and four files, and nothing else', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const packed = stdout
    .trimEnd()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
  const sources = await Promise.all(
    sourceFolders.map(async (name) =>
      (await readdir(join(root, name), { recursive: true }))
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `dist/${name}/${path.replace(/\.ts$/, '.js')}`),
    ),
  );
  const ofExample = (await readdir(join(root, example))).map((name) => `${example}/${name}`);
  expect(packed.sort()).toEqual([...sources.flat(), ...ofExample, ...otherFiles].sort());
});

it('what it packs runs in an empty folder', async () => {
  const main = await install(tarball, folder);
  expect(await readFile(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env -S node --/);
  const { stdout } = await run(process.execPath, [main, '--version'], { cwd: folder });
  expect(stdout).toBe(`${packageVersion}\n`);

  const trial = { NODE_ENV: 'development' };
  const server = await ServerProcess.start({ main }, `file:${folder}/plans.db`, trial);
  try {
    const ready = await fetch(`${server.url}/ready`);
    expect({ status: ready.status, body: await ready.json() }).toEqual({
      status: 200,
      body: { status: 'ready' },
    });
    // Read from a package that the reference looks up on disk.
    expect((await fetch(`${server.url}/docs/assets/swagger-ui.css`)).status).toBe(200);
    expect((await fetch(`${server.url}/examples/pricing-page/draw.js`)).status).toBe(200);
  } finally {
    await server.kill();
  }
});

it('every way to start names the same options of Node.js', async () => {
  const [main, manifest, image] = await Promise.all(
    ['src/main.ts', 'package.json', 'Dockerfile'].map((name) => readFile(join(root, name), 'utf8')),
  );
  const options = (text = '') => text.match(/--max-semi-space-size=\d+/g);
  expect(options(main?.split('\n', 1)[0])).toHaveLength(1);
  expect(options(JSON.parse(manifest ?? '').scripts.start)).toEqual(options(main));
  expect(options(/^ENTRYPOINT.*$/m.exec(image ?? '')?.[0])).toEqual(options(main));
});
