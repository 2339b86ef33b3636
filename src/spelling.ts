/**
 * How many letters have to be left out, added, exchanged or swapped with the next one to make one
 * word of the other.
 */
const distance = (one: string, other: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const steps = [
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + Number(!isSame),
      ];
      if (one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1])
        steps.push((beforeLast[column - 2] ?? 0) + 1);
      current.push(Math.min(...steps));
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
};

/** The word that was probably meant, and how far it is from the one that was written. */
export const nearest = (
  word: string,
  words: readonly string[],
): { word: string; distance: number } | undefined => {
  let found: { word: string; distance: number } | undefined;
  for (const candidate of words) {
    // The lengths alone show most words to be further away.
    if (found && Math.abs(candidate.length - word.length) >= found.distance) continue;
    const steps = distance(word, candidate);
    if (!found || steps < found.distance) found = { word: candidate, distance: steps };
  }
  return found;
};
