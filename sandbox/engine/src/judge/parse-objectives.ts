import type { Diagnostic } from "@apex/core";

/** The name and version of the file's format, in its `schema` field. */
const SLO_SCHEMA = "apex.slo/v1";

/** A user's objectives as they were written; whatever is absent is derived. */
export interface WrittenObjectives {
  readonly latencyMs?: { readonly [percentile in (typeof PERCENTILES)[number]]?: number };
  /** Failed requests over all, 0–1. */
  readonly errorShare?: number;
  /** CPU used over the limit, 0–1. */
  readonly cpuShare?: number;
  /** How much above the baseline a latency may be and count as no worse, 0–10. */
  readonly tolerance?: number;
}

/** What became of a file: usable, perhaps with warnings, or refused with one diagnostic per mistake. */
export type ParsedObjectives =
  | {
      readonly kind: "ok";
      readonly objectives: WrittenObjectives;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

const PERCENTILES = ["p50", "p90", "p95", "p99"] as const;
const SHARES = { errorShare: [0, 1], cpuShare: [0.01, 1], tolerance: [0, 10] } as const;
const KEYS = ["schema", "latencyMs", ...Object.keys(SHARES)];
/** An hour: the longest that anybody waits for an answer. */
const LATENCY_MS_MAX = 3_600_000;
/** Under this a latency was probably written in seconds. */
const LATENCY_MS_PLAUSIBLE = 1;
const QUOTE_LENGTH_MAX = 60;

type Report = (summary: string, severity?: Diagnostic["severity"]) => void;

/**
 * Reads a user's objectives, `apex.slo/v1`, already parsed as YAML or JSON. `file` is only for the diagnostics. An empty
 * file is refused: whoever names a file means something by it.
 */
export function parseObjectives(written: unknown, file = "slo.yaml"): ParsedObjectives {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (summary, severity = "error") =>
    diagnostics.push({ severity, code: "slo-invalid", summary: `${file}: ${summary}`, source: { file } });
  const objectives = readObjectives(written, report);
  return diagnostics.some((diagnostic) => diagnostic.severity === "error")
    ? { kind: "invalid", diagnostics }
    : { kind: "ok", objectives, diagnostics };
}

function readObjectives(written: unknown, report: Report): WrittenObjectives {
  const fields = mapping(written);
  if (fields === undefined) {
    report(`the file is ${quote(written)}; it must be a mapping with ${KEYS.join(", ")}`);
    return {};
  }
  reportUnknown(fields, { prefix: "", allowed: KEYS }, report);
  if (fields["schema"] !== SLO_SCHEMA) {
    report(`schema is ${quote(fields["schema"])}; write "schema: ${SLO_SCHEMA}"`);
  }
  const latencyMs = readLatencies(fields["latencyMs"], report);
  const shares: Partial<Record<keyof typeof SHARES, number>> = {};
  for (const key of Object.keys(SHARES) as (keyof typeof SHARES)[]) {
    const share = readShare(fields, key, report);
    if (share !== undefined) shares[key] = share;
  }
  if (KEYS.slice(1).every((key) => fields[key] === undefined || fields[key] === null)) {
    report(`no objective is set; set one of ${KEYS.slice(1).join(", ")}`);
  }
  return { ...(latencyMs === undefined ? {} : { latencyMs }), ...shares };
}

function readLatencies(written: unknown, report: Report): WrittenObjectives["latencyMs"] {
  if (written === undefined || written === null) return undefined;
  const fields = mapping(written);
  if (fields === undefined) {
    report(`latencyMs is ${quote(written)}; write percentiles: "latencyMs: { p95: 200, p99: 400 }"`);
    return undefined;
  }
  reportUnknown(fields, { prefix: "latencyMs.", allowed: PERCENTILES }, report);
  const read: Partial<Record<(typeof PERCENTILES)[number], number>> = {};
  for (const percentile of PERCENTILES) {
    const value = fields[percentile];
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !(value > 0 && value <= LATENCY_MS_MAX)) {
      report(
        `latencyMs.${percentile} is ${quote(value)}; it must be a plain number of milliseconds above 0 and at most ${LATENCY_MS_MAX}, such as 250`,
      );
      continue;
    }
    if (value < LATENCY_MS_PLAUSIBLE) {
      report(
        `latencyMs.${percentile} is ${value} ms; if these are seconds, write ${value * 1000}`,
        "warning",
      );
    }
    read[percentile] = value;
  }
  reportDisorder(read, report);
  return Object.keys(read).length === 0 ? undefined : read;
}

/** A higher percentile is never the faster one. */
function reportDisorder(read: NonNullable<WrittenObjectives["latencyMs"]>, report: Report): void {
  const named = PERCENTILES.flatMap((percentile) => {
    const value = read[percentile];
    return value === undefined ? [] : [{ percentile, value }];
  });
  for (const [index, higher] of named.entries()) {
    const lower = named[index - 1];
    if (lower !== undefined && higher.value < lower.value) {
      report(
        `latencyMs.${higher.percentile} is ${higher.value}, less than ${lower.percentile}'s ${lower.value}; a higher percentile cannot be faster`,
      );
    }
  }
}

function readShare(
  fields: Readonly<Record<string, unknown>>,
  key: keyof typeof SHARES,
  report: Report,
): number | undefined {
  const value = fields[key];
  if (value === undefined || value === null) return undefined;
  const [least, most] = SHARES[key];
  if (typeof value === "number" && value >= least && value <= most) return value;
  report(`${key} is ${quote(value)}; it must be a share from ${least} to ${most}, such as 0.1 for 10 %`);
  return undefined;
}

function reportUnknown(
  fields: Readonly<Record<string, unknown>>,
  names: { readonly prefix: string; readonly allowed: readonly string[] },
  report: Report,
): void {
  for (const key of Object.keys(fields)) {
    if (names.allowed.includes(key)) continue;
    report(`${names.prefix}${shorten(key)} is not an objective; allowed are ${names.allowed.join(", ")}`);
  }
}

function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMapping ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function quote(value: unknown): string {
  if (value === undefined || value === null) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return JSON.stringify(shorten(value));
  return typeof value === "number" || typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

function shorten(text: string): string {
  return text.length > QUOTE_LENGTH_MAX ? `${text.slice(0, QUOTE_LENGTH_MAX)}…` : text;
}
