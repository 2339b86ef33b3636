import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../config.ts';
import { ownersOf } from '../../db/engine/sqlite-owner.ts';
import { type Look, lookAt } from '../../db/maintenance/look.ts';
import { reasonOf } from '../../failures.ts';
import { type Finding, ok, problem, sizeText, warning } from './finding.ts';

const MOST_CLOCK_DIFFERENCE_MS = 2_000;
/** Less leaves no room for the log of a large write. */
const LEAST_FREE = 64 * 2 ** 20;

/** File systems on which SQLite's locks, or the memory that its processes share, cannot be relied on. */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x47504653, 'GPFS'],
  [0x0bd00bd0, 'Lustre'],
]);

const MAKE_A_KEY =
  'make one with: plans-gateway keys create --organization NAME --mode live --scope admin';

/** Where the database is, without user and password. */
const placeOf = (url: string): string => {
  if (url.startsWith('file:')) return url.slice('file:'.length);
  try {
    const { host, pathname } = new URL(url);
    return `${pathname.slice(1)} at ${host}`;
  } catch {
    return 'DATABASE_URL';
  }
};

export const databaseFindings = async (config: Config): Promise<Finding[]> => {
  const { databaseUrl: url, databaseSchema: schema } = config;
  const path = url.startsWith('file:') ? url.slice('file:'.length) : undefined;
  const onDisk = path === undefined ? [] : diskFindings(path);
  if (path !== undefined && !existsSync(path))
    return [
      ...onDisk,
      warning('database', `there is none at ${path} yet: serve and migrate make one`),
    ];
  try {
    return [...onDisk, ...told(await lookAt({ url, schema }), placeOf(url))];
  } catch (failure) {
    return [...onDisk, problem('database', `${placeOf(url)} cannot be read: ${reasonOf(failure)}`)];
  }
};

const told = (look: Look, place: string): Finding[] => [
  ok('database', `${place}, ${look.version}`),
  stepsFinding(look),
  ...keysFindings(look),
  clockFinding(look),
];

const stepsFinding = ({ steps }: Look): Finding => {
  if (!steps) return warning('tables', 'there are none yet: serve and migrate make them');
  const [unknown] = steps.unknown;
  if (unknown)
    return problem(
      'tables',
      `they are of a newer version (${unknown}): run that version, or restore a backup`,
    );
  return steps.pending.length > 0
    ? warning(
        'tables',
        `they are of an older version and lack ${steps.pending.join(', ')}: back up, stop every ` +
          'gateway, then run plans-gateway migrate or serve',
      )
    : ok('tables', 'they are those of this version');
};

const keysFindings = ({ adminKeys }: Look): Finding[] => {
  if (adminKeys === undefined) return [];
  return [
    adminKeys > 0
      ? ok('admin keys', `${adminKeys} work`)
      : warning('admin keys', `none works: ${MAKE_A_KEY}`),
  ];
};

const clockFinding = ({ clockAheadMs, lastWriteAt }: Look): Finding => {
  if (clockAheadMs !== undefined) {
    const seconds = Math.round(clockAheadMs / 100) / 10;
    if (Math.abs(clockAheadMs) > MOST_CLOCK_DIFFERENCE_MS)
      return warning(
        'clock',
        `it differs from the database server's by ${Math.abs(seconds)} seconds: set both by NTP`,
      );
  }
  const now = new Date(Date.now() + MOST_CLOCK_DIFFERENCE_MS).toISOString();
  if (lastWriteAt !== undefined && lastWriteAt > now)
    return warning(
      'clock',
      `the newest audit entry is from the future (${lastWriteAt}): this clock is slow, or the one ` +
        'that wrote it was fast; set the clock by NTP',
    );
  return ok('clock', clockAheadMs === undefined ? 'no entry is from the future' : 'agrees');
};

/** Also where there is no database yet: of the nearest folder above. */
const diskFindings = (path: string): Finding[] => {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return [...rightsFindings(path, folder), ...roomFindings(path, folder)];
};

const rightsFindings = (path: string, folder: string): Finding[] => {
  const found = ownersOf(path).map((fault) =>
    problem('permissions', `${fault}: run the gateway as the owner, or give it the files`),
  );
  const files = [path, `${path}-wal`, `${path}-shm`].filter((file) => existsSync(file));
  for (const file of [folder, ...files])
    try {
      accessSync(file, constants.R_OK | constants.W_OK);
    } catch (failure) {
      if (found.length === 0)
        found.push(problem('permissions', `this process may not write: ${reasonOf(failure)}`));
    }
  for (const file of files) {
    const mode = statSync(file).mode & 0o777;
    if (mode & 0o007)
      found.push(
        warning(
          'permissions',
          `every user of this machine may use ${file} (mode ${mode.toString(8)}): chmod o= ${file}`,
        ),
      );
  }
  return found.length > 0 ? found : [ok('permissions', `this process may write to ${folder}`)];
};

const roomFindings = (path: string, folder: string): Finding[] => {
  const { type, bavail, bsize } = statfsSync(folder);
  const system = networkFileSystems.get(type);
  const free = bavail * bsize;
  const size = existsSync(path) ? statSync(path).size : 0;
  const room = `${sizeText(free)} are free at ${folder}`;
  return [
    system === undefined
      ? ok('file system', 'is none of the network file systems that are known')
      : warning(
          'file system',
          `${folder} is on ${system}: SQLite needs a disk of its own machine; move the file, or use ` +
            'PostgreSQL',
        ),
    free < LEAST_FREE
      ? problem('disk', `only ${room}: writes will fail; make room`)
      : free < size
        ? warning('disk', `only ${room}, less than the database has (${sizeText(size)}): make room`)
        : ok('disk', room),
  ];
};
