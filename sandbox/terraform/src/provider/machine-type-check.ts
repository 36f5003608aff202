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

/** A machine type taken apart: `m5` and `large`; `n2-standard` and `4`; `e2` and `small`. */
interface MachineName {
  readonly cloud: "aws" | "google";
  readonly family: string;
  readonly size: string;
}

function partsOf(name: string): MachineName | undefined {
  const dot = name.lastIndexOf(".");
  if (dot > 0) return { cloud: "aws", family: name.slice(0, dot), size: name.slice(dot + 1) };
  const google = /^([a-z]+\d+[a-z]*(?:-[a-z]+\w*(?=-))?)-(.+)$/.exec(name);
  return google === null ? undefined : { cloud: "google", family: google[1] ?? "", size: google[2] ?? "" };
}

interface Family {
  readonly generation: number;
  /** Google's `standard`, `highmem` …; empty for AWS. */
  readonly class: string;
}

/** `m5zn`, `u-6tb1`, `n2-standard`; `undefined` for a text that no cloud would call a family. */
function familyOf({ cloud, family }: MachineName): Family | undefined {
  const form =
    cloud === "google"
      ? /^[a-z]+(\d+)[a-z]*(?:-([a-z]+\w*))?$/
      : /^(?:[a-z]+\.)?(?:[a-z]+(\d+)[a-z]*(?:-[a-z0-9]+)*|(?:u|mac)-[a-z0-9]+)$/;
  const match = form.exec(family);
  return match === null ? undefined : { generation: Number(match[1] ?? 0), class: match[2] ?? "" };
}

/** Bare-metal sizes are the ones that AWS adds to families afterwards. */
const ADDED_LATER = /^metal(-\d+xl)?$/;

/** Whether a size is one that some family has; Google's classes come with any number of vCPUs. */
function isSize({ cloud, size }: MachineName, known: readonly MachineName[]): boolean {
  if (cloud === "google" && /^\d+[a-z]?(-[a-z]+)*$/.test(size)) return true;
  return ADDED_LATER.test(size) || /^\d*xlarge$/.test(size) || known.some((each) => each.size === size);
}

/** Whether a family that no list holds may be one that the cloud has added since. */
function isPlausible(name: MachineName, known: readonly MachineName[]): boolean {
  const family = familyOf(name);
  if (family === undefined || !isSize(name, known)) return false;
  const families = known.flatMap((each) => familyOf(each) ?? []);
  const newest = families.reduce((max, { generation }) => Math.max(max, generation), 0);
  const classes = new Set(families.map((each) => each.class));
  const isMistyped =
    !classes.has(family.class) && nearestNames(family.class, [...classes], TYPING_DISTANCE_MAX).length > 0;
  return !isMistyped && family.generation <= newest + NEWER_GENERATIONS_MAX;
}

/** Whether an unknown name is a mistake: a size that its family does not have, or a known name mistyped. */
function isMistake(name: string, names: readonly string[]): boolean {
  const parts = partsOf(name);
  const known = names.flatMap((each) => partsOf(each) ?? []);
  if (parts !== undefined && known.some(({ family }) => family === parts.family)) {
    return !ADDED_LATER.test(parts.size);
  }
  const isNear = nearestNames(name, names, TYPING_DISTANCE_MAX).length > 0;
  return isNear && !(parts !== undefined && isPlausible(parts, known));
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
