import type { ObjectValue } from "./dynamic-value.ts";
import { nearestNames } from "./nearest-names.ts";
import type { MachineTypes } from "./provider-session.ts";
import { type WireDiagnostic, wireError, wireWarning } from "./wire-diagnostic.ts";

/** Typing errors: one letter too many, missing, or wrong, or two of those. */
const TYPING_DISTANCE_MAX = 2;
/** Clouds number the generations of a series; a catalogue lags behind by no more than this. */
const NEWER_GENERATIONS_MAX = 3;

/** A custom machine type of Google: any number of vCPUs and memory, so no list holds it. */
const CUSTOM_MACHINE_TYPE = /^([a-z]\d[a-z]?-)?custom-\d+-\d+(-ext)?$/;

/** A machine type taken apart: `m5` and `large`, `n2-standard` and `4`. */
interface MachineName {
  readonly family: string;
  readonly size: string;
}

function partsOf(name: string): MachineName | undefined {
  const dot = name.lastIndexOf(".");
  if (dot > 0) return { family: name.slice(0, dot), size: name.slice(dot + 1) };
  const google = /^([a-z]\d+[a-z]?-[a-z]+)-(.+)$/.exec(name);
  return google === null ? undefined : { family: google[1] ?? "", size: google[2] ?? "" };
}

/** `m5zn` → series m, generation 5; `n2-standard` → series n, generation 2, class standard. */
function seriesOf(
  family: string,
): { readonly series: string; readonly generation: number; readonly class: string } | undefined {
  const match = /^((?:[a-z]+\.)?[a-z]+)(\d+)[a-z]*(?:-([a-z]+))?/.exec(family);
  if (match === null) return undefined;
  return { series: match[1] ?? "", generation: Number(match[2]), class: match[3] ?? "" };
}

/** Whether a family that no list holds may be one that the cloud has added since: a series, a size and a class that exist. */
function isPlausible({ family, size }: MachineName, names: readonly string[]): boolean {
  const wanted = seriesOf(family);
  if (wanted === undefined) return false;
  let generation = 0;
  let hasSize = false;
  let hasClass = false;
  for (const name of names) {
    const parts = partsOf(name);
    if (parts === undefined) continue;
    if (parts.size === size) hasSize = true;
    const known = seriesOf(parts.family);
    if (known?.class === wanted.class) hasClass = true;
    if (known?.series === wanted.series) generation = Math.max(generation, known.generation);
  }
  return hasSize && hasClass && generation > 0 && wanted.generation <= generation + NEWER_GENERATIONS_MAX;
}

/** Whether an unknown name is a mistake: a size that its family does not have, or a known name mistyped. */
function isMistake(name: string, names: readonly string[]): boolean {
  const parts = partsOf(name);
  if (parts !== undefined && names.some((known) => partsOf(known)?.family === parts.family)) return true;
  const isNear = nearestNames(name, names, TYPING_DISTANCE_MAX).length > 0;
  return isNear && !(parts !== undefined && isPlausible(parts, names));
}

/**
 * Checks the machine type that a resource names against the list for its attribute. What is clearly mistyped is an error;
 * any other unknown name is a warning, since clouds add types faster than catalogues do. Without a list, and for values
 * that are not known yet, nothing is said. Google's types may be written as a URL.
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
    const near = nearestNames(name, names).map((item) => JSON.stringify(item));
    const text = `Apex's catalogue has no ${JSON.stringify(name)} for ${key}.`;
    if (isMistake(name, names)) {
      const hint = near.length === 0 ? "" : ` Did you mean ${near.join(", ")}?`;
      return [wireError("Unknown machine type", `${text}${hint}`, [attribute])];
    }
    const hint = near.length === 0 ? "" : ` The nearest names in it: ${near.join(", ")}.`;
    const detail = `${text} It may be newer than the catalogue; its price and size are unknown.${hint}`;
    return [wireWarning("Machine type not in the catalogue", detail, [attribute])];
  });
}
