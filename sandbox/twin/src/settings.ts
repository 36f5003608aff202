import { PROTOCOL } from "./protocol.ts";

/** How the sandbox wants the twin. */
export interface Settings {
  readonly port: number;
  /** Requests that are worked on at once: the machine's vCPUs. */
  readonly slots: number;
  /** Cores that one slot burns at most, over 0 and at most 1. */
  readonly slotCores: number;
  /** Memory to hold beside the program's own. */
  readonly residentBytes: number;
}

/** More vCPUs than any machine of the catalogue has. */
const SLOTS_MAX = 4096;
/** Below it a millisecond of work takes ten seconds. */
const SLOT_CORES_MIN = 1e-4;
/** More memory than any machine of the catalogue has: 64 TiB. */
const RESIDENT_BYTES_MAX = 2 ** 46;

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** Reads the settings from the environment; what is absent is one slot of one core and no memory. Throws with what is wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const names = PROTOCOL.environment;
  const read = (name: string, absent: number, limits: Limits) =>
    readNumber(name, environment[name], limits) ?? absent;
  return {
    port: read(names.port, PROTOCOL.port, { min: 0, max: 65_535, isWhole: true }),
    slots: read(names.slots, 1, { min: 1, max: SLOTS_MAX, isWhole: true }),
    slotCores: read(names.slotCores, 1, { min: SLOT_CORES_MIN, max: 1, isWhole: false }),
    residentBytes: read(names.residentBytes, 0, { min: 0, max: RESIDENT_BYTES_MAX, isWhole: true }),
  };
}

function readNumber(name: string, text: string | undefined, limits: Limits): number | undefined {
  if (text === undefined || text === "") return undefined;
  const { min, max, isWhole } = limits;
  const value = /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  const kind = isWhole ? "a whole number" : "a number";
  throw new Error(
    `${name} has to be ${kind} from ${min} to ${max}, not ${JSON.stringify(text.slice(0, 40))}`,
  );
}
