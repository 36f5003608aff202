import type { ChangeAnswer, GoneType, VersionChange } from "./version-change.ts";

/** Arguments, blocks or attributes of a body that have another name: old → new. */
export function renamed(
  body: string,
  since: number,
  names: Readonly<Record<string, string>>,
): VersionChange[] {
  return Object.entries(names).map(([from, to]) => ({ body, from, since, answer: { kind: "renamed", to } }));
}

/** What has no certain answer: name → what to do. */
export function advice(
  body: string,
  since: number,
  names: Readonly<Record<string, string>>,
): VersionChange[] {
  return Object.entries(names).map(([from, next]) => ({
    body,
    from,
    since,
    answer: { kind: "advice", next },
  }));
}

/** What has no effect any more. */
export function dropped(
  body: string,
  since: number,
  names: readonly string[],
  how: Omit<Extract<ChangeAnswer, { kind: "dropped" }>, "kind">,
): VersionChange[] {
  return names.map((from) => ({ body, from, since, answer: { kind: "dropped", ...how } }));
}

/** Types that are gone, with what to do. */
export function gone(since: number, next: string, types: readonly string[]): GoneType[] {
  return types.map((type) => ({ type, since, next }));
}
