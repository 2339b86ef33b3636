import type { Measure } from './load.ts';
import { ratios, type Summary, summarize } from './ratios.ts';
import type { Measures, Reached } from './rounds.ts';
import type { ServerName } from './servers.ts';
import { type Targets, type WorkloadName, workloadNames, workloads } from './workloads.ts';

export type Yardstick = 'perSecond' | 'perBusySecond';

type Ours = 'ours' | 'oursKeeping' | 'oursCached';

interface Row {
  title: string;
  ours: Ours;
  against: Exclude<ServerName, Ours>;
  /** A row for information only. */
  untargeted?: true;
}

const rows: Row[] = [
  { title: 'records kept, against Mercurius + JIT', ours: 'oursKeeping', against: 'mercurius' },
  {
    title: 'records kept, against the same with keys, limits, logs and metrics',
    ours: 'oursKeeping',
    against: 'equalMercurius',
  },
  { title: 'records kept, against Apollo Server 5', ours: 'oursKeeping', against: 'apollo' },
  { title: 'records kept, against stock Yoga', ours: 'oursKeeping', against: 'stockYoga' },
  { title: 'nothing kept, of L1: SQLite makes the JSON', ours: 'ours', against: 'sqliteJson' },
  { title: 'answers kept, of L2: a ready buffer', ours: 'oursCached', against: 'readyBuffer' },
  {
    title: 'nothing kept, against Mercurius + JIT',
    ours: 'ours',
    against: 'mercurius',
    untargeted: true,
  },
  {
    title: 'nothing kept, against Apollo Server 5',
    ours: 'ours',
    against: 'apollo',
    untargeted: true,
  },
  {
    title: 'nothing kept, against stock Yoga',
    ours: 'ours',
    against: 'stockYoga',
    untargeted: true,
  },
  {
    title: 'answers kept, against Mercurius + JIT',
    ours: 'oursCached',
    against: 'mercurius',
    untargeted: true,
  },
  {
    title: 'answers kept, against the same with keys, limits, logs and metrics',
    ours: 'oursCached',
    against: 'equalMercurius',
    untargeted: true,
  },
  { title: 'answers kept, of L1', ours: 'oursCached', against: 'sqliteJson', untargeted: true },
];

const short = (ratio: number): string => (ratio < 9.95 ? ratio.toFixed(2) : ratio.toFixed(0));

/**
 * A server that had time to spare was held up by the load or the disk: the ratio would differ on
 * its own.
 */
const HELD_UP = 0.9;

const cell = (
  { ours, against, untargeted }: Row,
  measures: Measures | undefined,
  targets: Targets,
  yardstick: Yardstick,
): string => {
  const [mine, theirs] = [measures?.get(ours)?.turns, measures?.get(against)?.turns];
  if (!mine || !theirs) return '';
  const speed = (measure: Measure) => measure[yardstick];
  const summary = summarize(ratios(mine.map(speed), theirs.map(speed)));
  const target = untargeted ? undefined : targets[against];
  const isHeldUp =
    yardstick === 'perSecond' && summarize(theirs.map(({ busy }) => busy)).median < HELD_UP;
  return `${written(summary)}${isHeldUp ? '*' : ''}${target === undefined ? '' : ` ${summary.median >= target ? '≥' : '✗'} ${target}`}`;
};

const written = ({ median, least, most }: Summary): string =>
  `${short(median)} [${short(least)}…${short(most)}]`;

/** How long a start may take, to the first answer. */
const START_LIMIT_MS = 1_000;

/** As it ships: answers are kept where the workload reads. */
const asShipped = (measures: Measures | undefined): Reached | undefined =>
  measures?.get('oursCached') ?? measures?.get('oursKeeping');

/** Memory and start, below 1 where the gateway takes less. */
const footprints: readonly (readonly [title: string, of: (reached: Reached) => number])[] = [
  ['resident memory after the first answer', ({ memory }) => memory.atStart],
  ['resident memory after the last round', ({ memory }) => memory.atEnd],
  ['start to the first answer', ({ startMs }) => startMs],
];

const peers: readonly (readonly [name: ServerName, title: string])[] = [
  ['mercurius', 'Mercurius + JIT'],
  ['apollo', 'Apollo Server 5'],
  ['stockYoga', 'stock Yoga'],
  ['readyBuffer', 'L2: a ready buffer'],
];

const footprintCell = (
  of: (reached: Reached) => number,
  peer: ServerName,
  measures: Measures | undefined,
): string => {
  const [mine, theirs] = [asShipped(measures), measures?.get(peer)];
  return mine && theirs ? short(of(mine) / of(theirs)) : '';
};

const startCell = (measures: Measures | undefined): string => {
  const mine = asShipped(measures);
  if (!mine) return '';
  const part = mine.startMs / START_LIMIT_MS;
  return `${short(part)} ${part <= 1 ? '≤' : '✗'} 1`;
};

/** Ratios only: how many requests one machine serves says nothing about another. */
export const table = (
  results: ReadonlyMap<WorkloadName, Measures>,
  yardstick: Yardstick,
): string => {
  const names = workloadNames.filter((name) => results.has(name));
  const lines = [
    ['', ...names],
    ...rows.map((row) => [
      row.title,
      ...names.map((name) => cell(row, results.get(name), workloads[name].targets, yardstick)),
    ]),
    ...footprints.flatMap(([title, of]) =>
      peers.map(([peer, peerTitle]) => [
        `${title}, of ${peerTitle}`,
        ...names.map((name) => footprintCell(of, peer, results.get(name))),
      ]),
    ),
    [
      'start to the first answer, of a second',
      ...names.map((name) => startCell(results.get(name))),
    ],
  ].filter((line) => line.slice(1).some((text) => text !== ''));
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
