import type { MigrationEffort } from "@apex/core";

/** From least to most; the position orders them. */
export const CHANGE_EFFORTS: readonly MigrationEffort[] = ["very-low", "low", "medium", "high"];

/** Where an effort stands among all; more is more work. */
export function effortRank(effort: MigrationEffort): number {
  return CHANGE_EFFORTS.indexOf(effort);
}
