/** How a text begins that the stand-in provider writes where only a cloud, or another provider, knows the value. */
export const STAND_IN_PREFIX = "stand-in-";

/**
 * Whether a text is such a placeholder. It may still be equal to another resource's, which is how a state that was applied offline is
 * joined, but as a value of its own it says nothing.
 */
export function isStandInText(text: string): boolean {
  return text.startsWith(STAND_IN_PREFIX);
}
