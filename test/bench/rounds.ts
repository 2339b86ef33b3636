import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, compareAnswers, compareFiles } from './answers.ts';
import { residentBytes } from './cores.ts';
import { type Catalogue, copy } from './data.ts';
import { CONNECTIONS, load, type Measure } from './load.ts';
import { type RunningServer, type ServerName, start } from './servers.ts';
import type { Traffic, Workload } from './workloads.ts';

export interface Pace {
  rounds: number;
  seconds: number;
}

/** What one server reached. */
export interface Reached {
  /** Round by round. */
  turns: Measure[];
  /** From the start of the process to its first answer. */
  startMs: number;
  /** Resident, after the first answer and after the last round. */
  memory: { atStart: number; atEnd: number };
}
export type Measures = Map<ServerName, Reached>;

const WARM_UP_SECONDS = 4;
/**
 * Requests whose answers are compared first, and that are not sent again where each may be sent
 * once only.
 */
const COMPARED = 100;

/**
 * Runs the load on each server in turn, round after round, once all have shown that they do the
 * same.
 */
export const measure = async (
  workload: Workload,
  catalogue: Catalogue,
  folder: string,
  { rounds, seconds }: Pace,
): Promise<Measures> => {
  const traffic = workload.traffic(catalogue);
  const bodiesFile = join(folder, 'bodies');
  await writeFile(bodiesFile, traffic.bodies.join('\n'));
  const running: RunningServer[] = [];
  try {
    const measures: Measures = new Map();
    for await (const server of begin(workload, traffic, catalogue, folder)) {
      running.push(server);
      const bytes = residentBytes(server.pid);
      const memory = { atStart: bytes, atEnd: bytes };
      measures.set(server.name, { turns: [], startMs: server.startMs, memory });
    }
    await compare(running, workload, traffic, catalogue);

    const next = new Map<ServerName, number>();
    const turn = async (server: RunningServer, turnSeconds: number): Promise<Measure> => {
      const from = next.get(server.name) ?? COMPARED;
      const done = await load(server, {
        traffic,
        bodiesFile,
        from,
        key: catalogue.key,
        seconds: turnSeconds,
      });
      // What was under way when the time was up has been sent as well.
      next.set(server.name, from + done.requests + 2 * CONNECTIONS);
      return done;
    };
    for (const server of running) await turn(server, WARM_UP_SECONDS);
    for (let round = 0; round < rounds; round += 1)
      for (const server of rotated(running, round))
        measures.get(server.name)?.turns.push(await turn(server, seconds));
    for (const { name, pid } of running) {
      const reached = measures.get(name);
      if (reached) reached.memory.atEnd = residentBytes(pid);
    }
    return measures;
  } finally {
    await Promise.all(running.map((server) => server.stop()));
  }
};

/** Starts all that are measured, ours first; the ready buffer holds our answer. */
async function* begin(
  { targets, writes, uncachedOnly }: Workload,
  traffic: Traffic,
  catalogue: Catalogue,
  folder: string,
): AsyncGenerator<RunningServer> {
  const answer = join(folder, 'answer');
  const data = (name: ServerName) => ({
    catalogue,
    folder,
    answer,
    file: writes ? copy(catalogue.file, join(folder, `${name}.db`)) : catalogue.file,
  });
  const ours = await start('ours', data('ours'));
  yield ours;
  yield await start('oursKeeping', data('oursKeeping'));
  if (!uncachedOnly) yield await start('oursCached', data('oursCached'));
  if ('readyBuffer' in targets)
    await writeFile(answer, await ask(ours, traffic, traffic.bodies[0] ?? '', catalogue.key));
  for (const name of Object.keys(targets) as ServerName[]) yield await start(name, data(name));
}

const compare = async (
  running: readonly RunningServer[],
  { writes = false }: Workload,
  traffic: Traffic,
  { key }: Catalogue,
): Promise<void> => {
  for (const body of traffic.bodies.slice(0, COMPARED))
    await compareAnswers(running, traffic, body, key, writes);
  if (writes) compareFiles(running);
};

const rotated = <Item>(items: readonly Item[], by: number): Item[] => {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
};
