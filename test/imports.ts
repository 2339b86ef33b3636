import { posix } from 'node:path';

/** Paths from the root of the repository, and what the files hold. */
export type Sources = Record<string, string>;

/**
 * Which files and folders each one may import, in addition to itself. The longest name that fits a
 * path is its layer.
 */
export type Layers = Record<string, readonly string[]>;

/** Packages that only some files may import. */
export type Reserved = readonly { packages: RegExp; for: RegExp }[];

const fromClause = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<specifier>[^'"]+)\1/gm;
const bare = /^\s*import\s*(['"])(?<specifier>[^'"]+)\1/gm;
const called = /\bimport\s*\(\s*(?:(['"`])(?<specifier>[^'"`$]+)\1\s*[,)])?/g;
const required = /\brequire\s*\(\s*(['"`])(?<specifier>[^'"`]+)\1/g;

/** A call that names no module outright reads as `import(…)`. */
const UNREADABLE = 'import(…)';

/** What a module imports in any form, types included. */
export const importsOf = (source: string): string[] =>
  [fromClause, bare, called, required].flatMap((form) =>
    [...source.matchAll(form)].map(({ groups }) => groups?.specifier ?? UNREADABLE),
  );

const targetsOf = (path: string, source: string): { own: string[]; packages: string[] } => {
  const imports = importsOf(source);
  return {
    own: imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(path), specifier)),
    packages: imports.filter((specifier) => !specifier.startsWith('.')),
  };
};

const isWithin = (path: string, name: string): boolean =>
  name.endsWith('/') ? path.startsWith(name) : path === name;

const layerOf = (path: string, layers: Layers): string | undefined =>
  Object.keys(layers)
    .filter((name) => isWithin(path, name))
    .sort((a, b) => b.length - a.length)[0];

/** Every import that a layer may not have, and every file that is in no layer. */
export const violations = (sources: Sources, layers: Layers, reserved: Reserved): string[] =>
  Object.entries(sources).flatMap(([path, source]) => {
    const layer = layerOf(path, layers);
    if (!layer) return [`${path} is in no layer`];
    const allowed = [layer, ...(layers[layer] ?? [])];
    const { own, packages } = targetsOf(path, source);
    return [
      ...own.filter((target) => !allowed.some((name) => layerOf(target, layers) === name)),
      ...packages.filter(
        (specifier) =>
          specifier === UNREADABLE ||
          reserved.some((rule) => rule.packages.test(specifier) && !rule.for.test(path)),
      ),
    ].map((target) => `${path} imports ${target}`);
  });

/**
 * Circles of imports, each told once: the files on the way, from the first in the alphabet back to
 * itself.
 */
export const cycles = (sources: Sources): string[] => {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    if (way.includes(path)) found.add(told(way.slice(way.indexOf(path))));
    if (done.has(path) || way.includes(path)) return;
    for (const target of targetsOf(path, sources[path] ?? '').own) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of Object.keys(sources)) visit(path, []);
  return [...found];
};

const told = (circle: string[]): string => {
  const start = circle.indexOf([...circle].sort()[0] ?? '');
  const turned = [...circle.slice(start), ...circle.slice(0, start)];
  return [...turned, turned[0]].join(' → ');
};
