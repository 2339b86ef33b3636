import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Server and load on cores of their own, as far apart as they come. */
export const serverCore = 0;
export const loadCore = availableParallelism() - 1;

export const canPin = loadCore > 0 && spawnSync('taskset', ['-V']).status === 0;

export const pinned = (
  core: number,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] =>
  canPin ? ['taskset', '-c', String(core), ...command] : command;

/** Clock ticks that a process has kept a core busy; NaN where the system does not tell. */
export const busyTicks = (pid: number): number => {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(afterName[11]) + Number(afterName[12]);
  } catch {
    return Number.NaN;
  }
};
export const TICKS_PER_SECOND = 100;

/** The memory that a process holds; NaN where the system does not tell. */
export const residentBytes = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096;
  } catch {
    return Number.NaN;
  }
};

/**
 * How long the main thread of a process has waited for a core that others had, in milliseconds; 0
 * where the system does not tell.
 */
export const queuedMs = (pid: number): number => {
  try {
    const [, nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return 0;
  }
};
