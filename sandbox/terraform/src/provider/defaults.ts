import type { Value } from "./dynamic-value.ts";

/** Defaults of arguments by type and path. */
export const DEFAULTS: Readonly<Record<string, Readonly<Record<string, Value>>>> = {};
