/**
 * What people choose from on a command line, and what holds unless they do: apart from the rest of the package, because every start
 * of the command needs it and only some need the rest.
 */
export { TIERS } from "./tier-limits.ts";

/** Versions of FOCUS that an export can be written in. */
export const FOCUS_VERSIONS = ["1.2", "1.3", "1.4"] as const;

/** Days before the first merge that prices are measured on unless it is set: a month of each kind of day. */
export const BASELINE_DAYS = 28;
