import type { Random } from '../model/random.ts';
import type { Event } from './trace.ts';

/** What a disk writes whole. */
const SECTOR = 512;

type Change = Extract<Event, { kind: 'write' | 'truncate' }>;

interface File {
  /** What a sync has made sure of. */
  durable: Buffer;
  /** What the operating system and the disk may have written, or not, in any order. */
  pending: Change[];
}

const applied = (content: Buffer, change: Change): Buffer => {
  if (change.kind === 'truncate') {
    const grown = Buffer.alloc(change.size);
    content.copy(grown);
    return grown;
  }
  const { offset, data } = change;
  const grown = Buffer.alloc(Math.max(content.length, offset + data.length));
  content.copy(grown);
  data.copy(grown, offset);
  return grown;
};

const sectorsOf = ({ offset, data, ...write }: Extract<Change, { kind: 'write' }>): Change[] =>
  Array.from({ length: Math.ceil(data.length / SECTOR) }, (_, index) => ({
    ...write,
    offset: offset + index * SECTOR,
    data: data.subarray(index * SECTOR, (index + 1) * SECTOR),
  }));

/** How much of what was not synced is there after a power cut. */
export const outcomes = ['none', 'all', 'some', 'torn'] as const;
export type Outcome = (typeof outcomes)[number];

/** A disk that keeps what was synced, and anything of the rest. */
export class Disk {
  readonly #files = new Map<string, File>();

  constructor(contents: ReadonlyMap<string, Buffer>) {
    for (const [file, durable] of contents) this.#files.set(file, { durable, pending: [] });
  }

  see(event: Event): void {
    if (event.kind === 'answer') return;
    const file = this.#files.get(event.file);
    if (!file) return;
    if (event.kind !== 'sync') file.pending.push(event);
    else file.durable = file.pending.splice(0).reduce(applied, file.durable);
  }

  /** The files after a power cut at this moment. */
  cut(outcome: Outcome, random: Random): Map<string, Buffer> {
    const survives = () => outcome === 'all' || (outcome !== 'none' && random.chance(0.5));
    return new Map(
      [...this.#files].map(([name, { durable, pending }]) => {
        const changes =
          outcome === 'torn'
            ? pending.flatMap((change) => (change.kind === 'write' ? sectorsOf(change) : [change]))
            : pending;
        return [name, changes.filter(survives).reduce(applied, durable)];
      }),
    );
  }
}
