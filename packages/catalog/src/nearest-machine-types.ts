import type { CloudProvider } from "@apex/core";
import { machineTypeNames } from "./machine-types.ts";

/** How many names are worth showing in a "did you mean". */
const NEAREST_MAX = 3;

/** A name further away than this many edits is another name, not a misspelling. */
const DISTANCE_MAX = 3;

/** Longer text is no misspelt machine type and would cost quadratic time. */
const NAME_LENGTH_MAX = 64;

/** Edits (insert, delete, replace, swap of neighbours) between two short texts. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

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
