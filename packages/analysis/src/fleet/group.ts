import type { Resource } from "@apex/core";
import { numberAt } from "./attributes.ts";

/** The instances that an Auto Scaling group always keeps; `undefined` when the state does not tell. */
export function groupFloor(group: Resource): number | undefined {
  return numberAt(group.attributes, "min_size");
}
