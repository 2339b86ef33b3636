/** Members of plans that no version of the contract has: bodies that name them pass them over. */
export const beyondContract = {
  publicMetadata: true,
  availability: true,
  presentation: true,
  basedOnPlanId: true,
} as const;
