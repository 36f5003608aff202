import { type CloudProvider, editDistance } from "@apex/core";
import { machineTypeNames } from "./machine-types.ts";

/** How many names are worth showing in a "did you mean". */
const NEAREST_MAX = 3;

/** A name further away than this many edits is another name, not a misspelling. */
const DISTANCE_MAX = 3;

/** Longer text is no misspelt machine type and would cost quadratic time. */
const NAME_LENGTH_MAX = 64;

/** Existing names closest to a misspelt one, at most three, nearest first: `t3.micr` → `t3.micro`. Empty when nothing is near. */
export function nearestMachineTypes(provider: CloudProvider, misspelt: string): readonly string[] {
  const text = misspelt.trim().toLowerCase().replaceAll("_", "-");
  if (text === "" || text.length > NAME_LENGTH_MAX) return [];
  const scored = machineTypeNames(provider)
    .filter((name) => Math.abs(name.length - text.length) <= DISTANCE_MAX)
    .map((name) => ({ name, distance: editDistance(text, name), sharesStart: name[0] === text[0] ? 0 : 1 }))
    .filter((candidate) => candidate.distance <= DISTANCE_MAX);
  return scored
    .toSorted(
      (a, b) => a.distance - b.distance || a.sharesStart - b.sharesStart || (a.name < b.name ? -1 : 1),
    )
    .slice(0, NEAREST_MAX)
    .map((candidate) => candidate.name);
}
