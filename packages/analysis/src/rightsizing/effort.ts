import type { MigrationEffort } from "@apex/core";

/** From least to most; the position orders them. */
export const CHANGE_EFFORTS: readonly MigrationEffort[] = ["very-low", "low", "medium", "high"];
