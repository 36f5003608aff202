import { isJsonObject, type InstanceKey, type JsonValue, type TextEdit } from "@apex/core";
import type { Site } from "../evaluate/trail.ts";
import type { Literal, Located } from "../syntax/expression.ts";
import { escapeTemplateText, formatLiteral, likeLiteral } from "../syntax/literal.ts";
import type { Route } from "./routes.ts";

function isLiteral(located: Located): located is Literal {
  return (located as Partial<Literal>).kind === "literal";
}

function replace(located: Located, text: string): TextEdit {
  return { file: located.source.file, start: located.start, end: located.end, text };
}

/** A value as it has to be written where `old` is written today. */
export function writeLike(located: Located, want: JsonValue, old: JsonValue): string {
  const value = likeLiteral(want, old);
  return isLiteral(located) && located.form === "json" ? JSON.stringify(value) : formatLiteral(value);
}

/** The edit that writes a route's wanted value at its place. What is missing is inserted, not written. */
export function writeRoute(route: Route): TextEdit | undefined {
  const { site } = route;
  if (site.kind === "missing-key" || site.kind === "missing-argument") return undefined;
  if (site.kind === "text")
    return replace(site.text, escapeTemplateText(typeof route.want === "string" ? route.want : ""));
  // What the token holds may be another type than what the attribute makes of it: `"20"` for 20.
  const old = isLiteral(site.expression) ? site.expression.value : route.old;
  return replace(site.expression, writeLike(site.expression, route.want, old));
}

/** One value for the instances of a repeated block with the given keys. */
export interface KeyedValue {
  readonly keys: readonly InstanceKey[];
  readonly value: string;
}

/** `count.index < 2` for the first instances of a count: it stays right when the count grows. */
function isFirst(keys: readonly InstanceKey[]): boolean {
  return keys.length > 1 && keys.every((key, at) => key === at);
}

function conditionOn(subject: string, keys: readonly InstanceKey[]): string {
  const [first] = keys;
  if (keys.length === 1 && first !== undefined) return `${subject} == ${formatLiteral(first)}`;
  return isFirst(keys) ? `${subject} < ${keys.length}` : `contains(${formatLiteral([...keys])}, ${subject})`;
}

/** `each.key == "c" ? "t3.small" : ` for every group: what is put before the expression that stays for the others. */
export function conditionFor(kind: "for_each" | "count", groups: readonly KeyedValue[]): string {
  const subject = kind === "count" ? "count.index" : "each.key";
  return groups.map(({ keys, value }) => `${conditionOn(subject, keys)} ? ${value} : `).join("");
}

/** Groups keys by the value they want, in the order of the keys. */
export function groupKeys(wants: ReadonlyMap<InstanceKey, string>): KeyedValue[] {
  const groups = new Map<string, InstanceKey[]>();
  const sorted = [...wants].toSorted(([a], [b]) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1,
  );
  for (const [key, value] of sorted) groups.set(value, [...(groups.get(value) ?? []), key]);
  return [...groups].map(([value, keys]) => ({ keys, value }));
}

/** The edit that gives some instances of a repeated block another value and leaves the expression for the rest. */
export function writeSplit(
  site: Extract<Site, { kind: "expression" }>,
  wants: ReadonlyMap<InstanceKey, string>,
): TextEdit {
  const { source, start } = site.expression;
  const text = conditionFor(site.repetition?.kind ?? "for_each", groupKeys(wants));
  return { file: source.file, start, end: start, text };
}

function isScalar(value: JsonValue): value is string | number | boolean {
  return value !== null && typeof value !== "object";
}

function scalarText(value: string | number | boolean): string {
  return typeof value === "number" ? formatLiteral(value) : String(value).normalize("NFC");
}

/** Whether two JSON values are the same, a number or bool and its text being the same as Terraform sees it. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (isScalar(a) && isScalar(b)) return scalarText(a) === scalarText(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => sameValue(item, b[at]));
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameValue(a[key], b[key]));
}
