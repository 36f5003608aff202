import type { JsonValue } from "@apex/core";
import { COLLECTION_ITEMS_MAX, STRING_LENGTH_MAX } from "../../limits.ts";
import { charactersOf } from "./characters.ts";
import { calculation, type TerraformFunction } from "./function-call.ts";

/** A scalar as Terraform's automatic conversion to string writes it. */
function text(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function texts(values: readonly JsonValue[]): string[] | undefined {
  const converted = values.map(text);
  return converted.every((value) => value !== undefined) ? converted : undefined;
}

function ofText(needs: string, calculate: (...values: string[]) => JsonValue | undefined): TerraformFunction {
  return calculation(needs, (...values) => {
    const converted = texts(values);
    return converted === undefined || converted.length === 0 ? undefined : calculate(...converted);
  });
}

const VERB = /%(%|([-+0 #]*)(\d+)?(?:\.(\d+))?([a-zA-Z]))/g;
const PADDING_MAX = 1_000;

function formatVerb(
  verb: string,
  value: JsonValue,
  options: { flags: string; precision: number | undefined },
): string | undefined {
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  const sign = options.flags.includes("+") && number >= 0 ? "+" : "";
  switch (verb) {
    case "s":
      return text(value);
    case "v":
      return text(value) ?? JSON.stringify(value);
    case "q":
      return text(value) === undefined ? undefined : JSON.stringify(text(value));
    case "t":
      return typeof value === "boolean" ? String(value) : undefined;
    case "d":
      return Number.isFinite(number) ? sign + Math.trunc(number).toFixed(0) : undefined;
    case "f":
      return Number.isFinite(number)
        ? sign + number.toFixed(Math.min(options.precision ?? 6, 100))
        : undefined;
    case "x":
      return Number.isFinite(number) ? Math.trunc(number).toString(16) : undefined;
    default:
      return undefined;
  }
}

/** Terraform's `format`; `undefined` for verbs that are not covered and for wrong arguments. */
function format(pattern: string, values: readonly JsonValue[]): string | undefined {
  let next = 0;
  let isRefused = false;
  const result = pattern.replace(VERB, (whole: string, ...groups: (string | undefined)[]) => {
    const [kind, flags = "", width, precision, verb = ""] = groups;
    if (kind === "%") return "%";
    const value = values[next++];
    const digits = precision === undefined ? undefined : Number(precision);
    const formatted = value === undefined ? undefined : formatVerb(verb, value, { flags, precision: digits });
    const padding = Number(width ?? 0);
    if (formatted === undefined || padding > PADDING_MAX) {
      isRefused = true;
      return whole;
    }
    if (flags.includes("-")) return formatted.padEnd(padding);
    if (!flags.includes("0") || verb === "s") return formatted.padStart(padding);
    const digitsOnly = formatted.replace(/^[+-]/, "");
    const sign = formatted.slice(0, formatted.length - digitsOnly.length);
    return sign + digitsOnly.padStart(padding - sign.length, "0");
  });
  return isRefused || next < values.length ? undefined : result;
}

function formatList(pattern: string, values: readonly JsonValue[]): JsonValue | undefined {
  const lengths = values.filter(Array.isArray).map((value) => value.length);
  const length = lengths[0] ?? 1;
  if (length > COLLECTION_ITEMS_MAX || lengths.some((other) => other !== length)) return undefined;
  const rows: string[] = [];
  for (let index = 0; index < length; index++) {
    const row = format(
      pattern,
      values.map((value) => (Array.isArray(value) ? (value[index] ?? null) : value)),
    );
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return rows;
}

function substring(value: string, offset: number, length: number): string {
  const characters = charactersOf(value);
  const start = offset < 0 ? Math.max(characters.length + offset, 0) : offset;
  return characters.slice(start, length < 0 ? undefined : start + length).join("");
}

function trimSet(value: string, set: string, side: "both" | "start" | "end"): string {
  const cut = new Set(set);
  const characters = charactersOf(value);
  let start = 0;
  let end = characters.length;
  if (side !== "end") while (start < end && cut.has(characters[start] ?? "")) start++;
  if (side !== "start") while (end > start && cut.has(characters[end - 1] ?? "")) end--;
  return characters.slice(start, end).join("");
}

function replaced(value: string, search: string, substitute: string): string | undefined {
  // Between slashes Terraform reads a Go regular expression, which JavaScript's are not.
  if (search.length > 1 && search.startsWith("/") && search.endsWith("/")) return undefined;
  const pieces = value.split(search);
  const length = value.length + pieces.length * substitute.length;
  return length > STRING_LENGTH_MAX ? undefined : pieces.join(substitute);
}

/** As Go's encoding/json writes it: keys sorted, `<`, `>` and `&` escaped. */
function jsonEncode(value: JsonValue): string {
  const sorted = (part: JsonValue): JsonValue => {
    if (Array.isArray(part)) return part.map(sorted);
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item as JsonValue)]));
  };
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function jsonDecode(value: string): JsonValue | undefined {
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Terraform's functions that make text, or read it. */
export const TEXT_FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  format: calculation("a pattern with %s, %d, %v, %t, %q, %f or %x and its values", (pattern, ...values) =>
    typeof pattern === "string" ? format(pattern, values) : undefined,
  ),
  formatlist: calculation("a pattern and lists of one length", (pattern, ...values) =>
    typeof pattern === "string" ? formatList(pattern, values) : undefined,
  ),
  join: calculation("a separator and lists of strings", (separator, ...lists) => {
    const items = texts(lists.filter(Array.isArray).flat());
    return typeof separator === "string" ? items?.join(separator) : undefined;
  }),
  split: ofText("a separator and a string", (separator, value) =>
    separator === "" ? charactersOf(value ?? "") : value?.split(separator ?? ""),
  ),
  lower: ofText("a string", (value) => value?.toLowerCase()),
  upper: ofText("a string", (value) => value?.toUpperCase()),
  title: ofText("a string", (value) => value?.replace(/(^|\s)(\S)/g, (whole: string) => whole.toUpperCase())),
  replace: ofText(
    "three strings, the second one no regular expression",
    (value = "", search = "", other = "") => replaced(value, search, other),
  ),
  trimspace: ofText("a string", (value) => value?.trim()),
  trimprefix: ofText("two strings", (value = "", prefix = "") =>
    prefix !== "" && value.startsWith(prefix) ? value.slice(prefix.length) : value,
  ),
  trimsuffix: ofText("two strings", (value = "", suffix = "") =>
    suffix !== "" && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value,
  ),
  trim: ofText("two strings", (value = "", set = "") => trimSet(value, set, "both")),
  chomp: ofText("a string", (value) => value?.replace(/[\r\n]+$/, "")),
  startswith: ofText("two strings", (value = "", prefix = "") => value.startsWith(prefix)),
  endswith: ofText("two strings", (value = "", suffix = "") => value.endsWith(suffix)),
  strcontains: ofText("two strings", (value = "", part = "") => value.includes(part)),
  strrev: ofText("a string", (value = "") => charactersOf(value).toReversed().join("")),
  substr: calculation("a string, an offset and a length", (value, offset, length) =>
    typeof value === "string" && typeof offset === "number" && typeof length === "number"
      ? substring(value, offset, length)
      : undefined,
  ),
  jsonencode: calculation("a known value", (value) => (value === undefined ? undefined : jsonEncode(value))),
  jsondecode: ofText("JSON text", (value = "") => jsonDecode(value)),
};
