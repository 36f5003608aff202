import { type Decimal, decimal, type Diagnostic, formatPath, type JsonValue, valueAt } from "@apex/core";
import type { z } from "zod";
import { BASE_POLICY, type IgnoreRule, type Policy, PRESETS } from "./policy.ts";
import { WrittenConfig } from "./written-config.ts";

/** What became of a written policy: usable, or refused with one diagnostic per mistake. */
export type ParsedPolicy =
  | { readonly kind: "ok"; readonly policy: Policy }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] };

/** Longest value quoted back in a message. */
const QUOTE_LENGTH_MAX = 60;

/**
 * Reads the content of `apex.yaml`, already parsed as YAML or JSON; nothing at all (`null`, `undefined`) is the
 * default policy. `file` is only for the diagnostics.
 */
export function parsePolicy(written: unknown, file = "apex.yaml"): ParsedPolicy {
  const parsed = WrittenConfig.safeParse(written ?? {});
  if (!parsed.success) {
    return {
      kind: "invalid",
      diagnostics: parsed.error.issues.flatMap((issue) => describe(issue, written, file)),
    };
  }
  const policy = complete(parsed.data);
  const contradictions = findContradictions(policy, parsed.data, file);
  return contradictions.length > 0
    ? { kind: "invalid", diagnostics: contradictions }
    : { kind: "ok", policy };
}

function complete(config: WrittenConfig): Policy {
  const preset = config.preset ?? "default";
  return {
    preset,
    lookBack: overlay(BASE_POLICY.lookBack, config.lookBack),
    sizing: overlay(PRESETS[preset], config.sizing),
    candidates: overlay(BASE_POLICY.candidates, config.candidates),
    savings: { minimumMonthly: minimumMonthly(config) },
    idle: overlay(BASE_POLICY.idle, config.idle),
    schedule: overlay(BASE_POLICY.schedule, config.schedule),
    generation: overlay(BASE_POLICY.generation, config.generation),
    autoscaling: overlay(BASE_POLICY.autoscaling, config.autoscaling),
    sharing: overlay(BASE_POLICY.sharing, config.sharing),
    storage: overlay(BASE_POLICY.storage, config.storage),
    network: overlay(BASE_POLICY.network, config.network),
    rules: overlay(BASE_POLICY.rules, config.rules),
    ignore: [
      ...BASE_POLICY.ignore,
      ...(config.ignore ?? []).map((entry) => withoutUndefined<IgnoreRule>(entry)),
    ],
  };
}

function minimumMonthly(config: WrittenConfig): Decimal {
  const written = config.savings?.minimumMonthly;
  return written === undefined ? BASE_POLICY.savings.minimumMonthly : decimal(written);
}

function overlay<T extends object>(
  base: T,
  written: { readonly [Key in keyof T]?: T[Key] | undefined } | undefined,
): T {
  return { ...base, ...withoutUndefined(written ?? {}) };
}

function withoutUndefined<T extends object>(value: object): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

const DAYS_PER_WEEK = 7;

/** Settings that are each allowed and together make no sense. */
function findContradictions(
  policy: Policy,
  { schedule, network }: WrittenConfig,
  file: string,
): Diagnostic[] {
  const { days, minimumDays, minimumDaysWithDailyRhythm } = policy.lookBack;
  const found: Diagnostic[] = [];
  const needs: readonly (readonly [string, number | undefined])[] = [
    ["lookBack.minimumDays", minimumDays],
    ["lookBack.minimumDaysWithDailyRhythm", minimumDaysWithDailyRhythm],
    ["idle.minimumDays", policy.idle.minimumDays],
    ["idle.databaseMinimumDays", policy.idle.databaseMinimumDays],
    // Only where they are written: with a shorter look-back their defaults leave those rules off, which they say themselves.
    ["schedule.minimumDays", schedule?.minimumDays],
    ["network.minimumDays", network?.minimumDays],
  ];
  for (const [path, value] of needs) {
    if (value !== undefined && value > days) {
      found.push(invalid(file, `${path} is ${value}, more than the ${days} days of lookBack.days`));
    }
  }
  const weeks = schedule?.minimumWeeks;
  if (weeks !== undefined && weeks * DAYS_PER_WEEK > days) {
    found.push(
      invalid(
        file,
        `schedule.minimumWeeks is ${weeks}, which takes ${weeks * DAYS_PER_WEEK} days, more than the ${days} days of lookBack.days`,
      ),
    );
  }
  return found;
}

function invalid(file: string, summary: string): Diagnostic {
  return { severity: "error", code: "policy-invalid", summary: `${file}: ${summary}`, source: { file } };
}

function describe(issue: z.core.$ZodIssue, written: unknown, file: string): Diagnostic[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const where = path.length === 0 ? "the file" : formatPath(path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      invalid(
        file,
        `${where === "the file" ? key : `${where}.${key}`} is not a setting; ${allowedKeys(path)}`,
      ),
    );
  }
  const value = quote(valueAt(written as JsonValue | undefined, path));
  return [invalid(file, `${where} is ${value}; ${allowed(issue)}`)];
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `it must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `it must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_value":
      return `allowed are ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_type":
      return `it must be of type ${issue.expected}`;
    case "invalid_union":
      return `allowed is one of: ${[...new Set(issue.errors.flat().map(allowed))].join("; ")}`;
    case "invalid_key":
      return `allowed names: ${issue.issues.map(allowed).join("; ")}`;
    case "invalid_format":
      return `it must look like ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

function unit(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " entries long" : "";
}

/** The settings that exist at a path, for the message about one that does not. */
function allowedKeys(path: readonly (string | number)[]): string {
  let schema: unknown = WrittenConfig;
  for (const step of path) {
    const inner = unwrap(schema);
    if (inner.shape === undefined) schema = inner.element;
    else schema = typeof step === "string" ? inner.shape[step] : undefined;
  }
  const { shape, keyType } = unwrap(schema);
  const keys = shape === undefined ? keyType?.options : Object.keys(shape);
  return keys === undefined ? "remove it" : `allowed are ${keys.join(", ")}`;
}

interface SchemaParts {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly keyType?: { readonly options?: readonly string[] };
}

function unwrap(schema: unknown): SchemaParts {
  let current = schema as SchemaParts & { readonly unwrap?: () => unknown };
  while (current?.unwrap !== undefined && current.shape === undefined && current.element === undefined) {
    current = current.unwrap() as typeof current;
  }
  return current ?? {};
}

function quote(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > QUOTE_LENGTH_MAX ? `${text.slice(0, QUOTE_LENGTH_MAX)}…` : text;
}
