import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work on a catalogue takes turns with requests of others. */
const LONGEST_TURN_MS = 10;

let lastTurn = 0;

/** Between two pieces of work: others go first where this has had its time. */
export const takeTurn = async (): Promise<void> => {
  if (performance.now() - lastTurn < LONGEST_TURN_MS) return;
  await nextTurn();
  lastTurn = performance.now();
};

/** Takes pieces one by one, others in between. */
export const inTurns = async <Piece>(
  pieces: Iterable<Piece>,
  take: (piece: Piece) => void,
): Promise<void> => {
  for (const piece of pieces) {
    take(piece);
    await takeTurn();
  }
};
