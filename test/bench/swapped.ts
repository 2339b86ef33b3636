import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The gateway, built with some of its sources changed. */

export type Change = (source: string) => string;
/** By the path of the source. */
export type Changes = Record<string, Change>;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One of our adapters, as it stands in `src` instead of ours. */
export const adapter = async (name: string, place: string): Promise<string> => {
  const source = await readFile(new URL(`libraries/${name}.ts`, import.meta.url), 'utf8');
  return source.replaceAll(
    "'../../../src/",
    `'${relative(join(root, place, '..'), join(root, 'src')) || '.'}/`,
  );
};

export const instead = async (name: string, place: string): Promise<Changes> => {
  const source = await adapter(name, place);
  return { [place]: () => source };
};

export const replaced =
  (pattern: string | RegExp, by: string): Change =>
  (source) => {
    const changed = source.replace(pattern, () => by);
    if (changed === source) throw new Error(`there is no ${pattern} to replace`);
    return changed;
  };

export const build = async (folder: string, changes: Changes): Promise<string> => {
  const files = ['src', 'schema', 'migrations', 'package.json'];
  await mkdir(folder);
  for (const name of [...files, 'tsconfig.json', 'tsconfig.build.json'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, change] of Object.entries(changes)) {
    const place = join(folder, path);
    const source = await readFile(place, 'utf8').catch(() => '');
    await writeFile(place, change(source));
  }
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  // What the library makes superfluous stays in the source.
  const flags = ['-p', join(folder, 'tsconfig.build.json'), '--noUnusedLocals', 'false'];
  await promisify(execFile)(process.execPath, [compiler, ...flags]);
  return join(folder, 'dist/src/main.js');
};
