import { isJsonObject, type JsonValue } from "@apex/core";

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `${` is written `$${`; after another `$`, where readers of HCL disagree on that, as a Unicode escape. */
function escapeIntroducer(run: string): string {
  const marker = run.at(-2) ?? "";
  return run.at(-3) === marker
    ? `${run.slice(0, -2)}${unicodeEscape(marker)}{`
    : `${run.slice(0, -1)}${marker}{`;
}

/** The inside of a quoted HCL string that means exactly `text`: escapes quotes, control characters, `${` and `%{`. */
export function escapeTemplateText(text: string): string {
  return text
    .replace(/["\\\n\r\t]/g, (character) => ESCAPES[character] ?? character)
    .replace(/\p{Cc}/gu, unicodeEscape)
    .replace(/[$%]+\{/g, escapeIntroducer);
}

/** A number without an exponent, which Terraform's own formatter never writes. */
function formatNumber(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const match = /^(-?)(\d)\.?(\d*)e-(\d+)$/.exec(String(value));
  if (match === null) return String(value);
  const [, sign = "", first = "", rest = "", exponent = "0"] = match;
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${first}${rest}`;
}

const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** An attribute name or object key as HCL writes it: bare where possible, else quoted. */
export function formatKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : `"${escapeTemplateText(key)}"`;
}

/** A JSON value as an HCL expression on one line. */
export function formatLiteral(value: JsonValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return `"${escapeTemplateText(value)}"`;
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  if (isJsonObject(value)) {
    const items = Object.entries(value).map(([key, item]) => `${formatKey(key)} = ${formatLiteral(item)}`);
    return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
  }
  return `[${value.map(formatLiteral).join(", ")}]`;
}

/**
 * `value` in the type that the old literal had, where nothing is lost: `"20"` stays a string when 30 is wanted,
 * 20 stays a number when "30" is.
 */
export function likeLiteral(value: JsonValue, old: JsonValue): JsonValue {
  if (typeof old === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return typeof value === "number" ? formatNumber(value) : String(value);
  }
  if (typeof old === "number" && typeof value === "string" && /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  if (typeof old === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}
