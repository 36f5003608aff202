import { z } from "zod";
import { LOAD_DEFAULTS } from "../load-defaults.ts";
import { parseWindow } from "../validation/parse-window.ts";

/** The name and version of the file's format, in its `schema` field. */
const WORKLOADS_SCHEMA = "apex.workloads/v1";

const positive = z.number().positive();

const window = z.string().refine(
  (text) => {
    try {
      parseWindow(text);
      return true;
    } catch {
      return false;
    }
  },
  {
    error: "write two ISO 8601 instants with a slash between: 2026-10-14T17:15:00Z/2026-10-14T17:25:00Z",
  },
);

const entrySchema = z
  .strictObject({
    address: z.string().min(1),
    files: z.array(z.string().min(1)).min(1),
    busiest: positive.exactOptional(),
    window: window.exactOptional(),
    arrivalFactor: positive.exactOptional(),
    image: z.string().min(1).exactOptional(),
    port: z.int().min(1).max(65_535).exactOptional(),
    readyPath: z.string().startsWith("/").exactOptional(),
    env: z.record(z.string().regex(/^[^=\0]+$/), z.string()).exactOptional(),
    slo: z.string().min(1).exactOptional(),
    minutes: positive.exactOptional(),
    scale: positive.max(1).exactOptional(),
  })
  .refine(({ busiest, window: given }) => busiest === undefined || given === undefined, {
    path: ["window"],
    error: "give busiest or window, not both",
  })
  .refine((entry) => entry.image !== undefined || !(entry.port ?? entry.readyPath ?? entry.env), {
    path: ["image"],
    error: "port, readyPath and env are those of an image of your own: name it",
  });

const mappingSchema = z.strictObject({
  schema: z.literal(WORKLOADS_SCHEMA),
  workloads: z.array(entrySchema).min(1),
});

/** Which recorded load belongs to which service, and how it is replayed. Files are relative to the mapping. */
export interface WorkloadEntry {
  /** A Terraform address; a `*` stands for any characters. */
  readonly address: string;
  readonly files: readonly string[];
  /** Minutes; not looked at where a window is given. */
  readonly busiest: number;
  readonly window?: string;
  readonly arrivalFactor?: number;
  readonly image?: string;
  readonly port: number;
  readonly readyPath?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly slo?: string;
  /** Absent: as long as the campaign says. */
  readonly minutes?: number;
  readonly scale?: number;
}

/** One thing that is wrong with a mapping, and where in it: `["workloads", 2, "files"]`. */
export interface MappingMistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What became of a mapping. */
export type ParsedMapping =
  | { readonly kind: "ok"; readonly entries: readonly WorkloadEntry[] }
  | { readonly kind: "invalid"; readonly mistakes: readonly MappingMistake[] };

/** Reads a mapping that is already parsed as YAML or JSON. */
export function parseMapping(written: unknown): ParsedMapping {
  const parsed = mappingSchema.safeParse(written);
  if (parsed.success) return { kind: "ok", entries: parsed.data.workloads.map(withDefaults) };
  const mistakes = parsed.error.issues.map(({ path, message }) => ({
    path: path.map((step) => (typeof step === "number" ? step : String(step))),
    message,
  }));
  return { kind: "invalid", mistakes };
}

function withDefaults(entry: z.output<typeof entrySchema>): WorkloadEntry {
  return { busiest: LOAD_DEFAULTS.busiest, port: LOAD_DEFAULTS.port, env: {}, ...entry };
}

/**
 * The entry of an address: the one that names it, else the first whose pattern matches. Brackets and quotes of addresses mean
 * themselves; only `*` does not.
 */
export function entryFor<Entry extends Pick<WorkloadEntry, "address">>(
  entries: readonly Entry[],
  address: string,
): Entry | undefined {
  return (
    entries.find((entry) => entry.address === address) ??
    entries.find((entry) => entry.address.includes("*") && matches(entry.address, address))
  );
}

/** By its literal parts from left to right, which takes no more time than the two are long. */
function matches(pattern: string, address: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  if (!address.startsWith(first) || address.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = address.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return address.endsWith(last) && at <= address.length - last.length;
}
