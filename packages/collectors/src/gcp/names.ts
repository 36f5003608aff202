import { formatInstant } from "@apex/core";

/** The last part of a self link or path: "…/zones/europe-west1-b" → "europe-west1-b". */
export function lastSegment(link: string): string {
  return link.slice(link.lastIndexOf("/") + 1);
}

/** {@link lastSegment} of what may be absent. */
export function shortName(link: string | undefined): string | undefined {
  return link === undefined || link === "" ? undefined : lastSegment(link);
}

/** "europe-west1-b" → "europe-west1". Source: Compute Engine, "Regions and zones": a zone is its region and a letter. */
export function regionOfZone(zone: string): string {
  return zone.replace(/-[a-z]$/, "");
}

/** Google's timestamps carry an offset: "2026-10-01T02:03:04.567-07:00"; `undefined` for what is none. */
export function utcInstant(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : formatInstant(ms);
}

/** A whole number that came as text; `undefined` when it is absent. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** An object without the keys that have no value, which is how absent attributes are told from null ones. */
export function present<Value>(entries: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(entries).filter((pair): pair is [string, Value] => pair[1] !== undefined),
  );
}
