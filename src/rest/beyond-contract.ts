/** What no version of the contract has: bodies that name such members pass them over. */

/** Of plans. */
export const beyondContract = {
  publicMetadata: true,
  availability: true,
  presentation: true,
  basedOnPlanId: true,
} as const;

export const featureBeyondContract = { sectionId: true, unitNamePlural: true } as const;
