import { readFileSync } from "node:fs";
import type { AppliedResource } from "@apex/core";

/**
 * What `terraform apply` with the stand-in providers left of one of each kind of service, before and after a patch that makes some of
 * them smaller. Captured; attributes that nobody reads were dropped.
 */
function captured(name: string): readonly AppliedResource[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as AppliedResource[];
}

export const APPLIED_FLEET = captured("applied-fleet");
export const PATCHED_FLEET = captured("patched-fleet");
