import type { ObjectValue } from "./dynamic-value.ts";
import type { MachineTypes } from "./provider-session.ts";
import { type WireDiagnostic, wireError } from "./wire-diagnostic.ts";

const SUGGESTIONS_MAX = 3;
/** A name further away than this share of its length is no typing error. */
const DISTANCE_SHARE_MAX = 0.5;

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The names nearest to a mistyped one, nearest first; none when nothing is near. */
export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  return names
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .filter((entry) => entry.distance <= Math.ceil(name.length * DISTANCE_SHARE_MAX))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, SUGGESTIONS_MAX)
    .map((entry) => entry.candidate);
}

/** A custom machine type of Google: any number of vCPUs and memory, so no list holds it. */
const CUSTOM_MACHINE_TYPE = /^([a-z]\d[a-z]?-)?custom-\d+-\d+(-ext)?$/;

/**
 * Checks the machine type that a resource names against the list for its attribute. Without a list, and for values that
 * are not known yet, nothing is said. Google's types may be written as a URL.
 */
export function checkMachineType(
  type: string,
  config: ObjectValue,
  machineTypes: MachineTypes,
): readonly WireDiagnostic[] {
  return Object.entries(machineTypes).flatMap(([key, names]) => {
    const [resource, attribute] = key.split(".");
    if (resource !== type || attribute === undefined) return [];
    const value = config[attribute];
    if (typeof value !== "string") return [];
    const name = value.includes("/") ? value.slice(value.lastIndexOf("/") + 1) : value;
    if (names.includes(name) || CUSTOM_MACHINE_TYPE.test(name)) return [];
    const near = nearestNames(name, names);
    const hint =
      near.length === 0 ? "" : ` Did you mean ${near.map((item) => JSON.stringify(item)).join(", ")}?`;
    return [
      wireError(
        "Unknown machine type",
        `Apex's catalogue has no ${JSON.stringify(name)} for ${key}.${hint}`,
        [attribute],
      ),
    ];
  });
}
