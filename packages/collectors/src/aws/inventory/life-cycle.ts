import type { ObservedFacts } from "@apex/core";
import { instantOf } from "../aws-resource.ts";

/** When a thing was made and what state it is in, as far as its API tells. */
export function lifeCycle(
  created: Date | undefined,
  state: string | undefined,
): Pick<ObservedFacts, "createdAt" | "state"> {
  const createdAt = instantOf(created);
  return {
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(state === undefined ? {} : { state: state.toLowerCase() }),
  };
}
