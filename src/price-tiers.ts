/** Tiers of a unit price, wherever they are stored. A leaf: imports nothing of ours. */

export interface PriceTier {
  /** The last unit of the tier, counted beyond the included amount; null for all beyond. */
  upTo: number | null;
  /** Of one block. */
  unitPrice: number;
  /** Charged once, as soon as the tier is reached. */
  flatPrice: number;
}

export const MOST_TIERS = 50;

/** What is wrong with one tier: its place, the member and why. */
export interface TierFault {
  place: number;
  member: 'upTo';
  message: string;
}

/** Tiers rise in whole blocks, and only the last one is open. */
export const tierFaults = (tiers: readonly PriceTier[], blockSize: number): TierFault[] => {
  const faults: TierFault[] = [];
  let last = 0;
  for (const [place, { upTo }] of tiers.entries()) {
    const refuse = (message: string) => faults.push({ place, member: 'upTo', message });
    const isLast = place === tiers.length - 1;
    if (isLast && upTo !== null) refuse('must be null in the last tier, which has no end');
    if (!isLast && upTo === null) refuse('must be set in every tier but the last');
    if (upTo === null) continue;
    if (upTo <= last) refuse(place === 0 ? 'must be at least 1' : 'must rise from tier to tier');
    if (upTo % blockSize !== 0) refuse(`must be a multiple of the block size ${blockSize}`);
    last = upTo;
  }
  return faults;
};
