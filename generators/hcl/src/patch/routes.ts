import type { JsonValue } from "@apex/core";
import { type Site, siteKey, type Trail, type TrailPart } from "../evaluate/trail.ts";
import type { ScalarValue } from "../evaluate/value.ts";

/** One place at which an attribute's value can be changed, and what has to be written there to get the wanted value. */
export interface Route {
  readonly key: string;
  readonly site: Site;
  readonly want: JsonValue;
  /** The value the place has today. */
  readonly old: JsonValue;
}

/** The places that decide a value, from the token outwards to the attribute itself, with what each would have to hold. */
export function routesOf(value: ScalarValue, want: JsonValue): Route[] {
  const routes = new Map<string, Route>();
  collect(value.trail, { want, old: value.scalar }, routes);
  return [...routes.values()].toReversed();
}

interface Goal {
  readonly want: JsonValue;
  readonly old: JsonValue;
}

function collect(trail: Trail, goal: Goal, routes: Map<string, Route>): void {
  const add = (site: Site): void => {
    const key = siteKey(site);
    const known = routes.get(key);
    // The same text seen as a definition knows the key of its block; seen as a literal it knows how to be written.
    const merged = known === undefined ? site : { ...known.site, ...site };
    routes.delete(key);
    routes.set(key, { key, site: merged, ...goal });
  };
  let at = trail;
  for (; at.kind === "step"; at = at.inner) if (at.site !== undefined) add(at.site);
  if (at.kind === "literal") add({ kind: "expression", expression: at.literal });
  if (at.kind !== "template") return;
  add({ kind: "expression", expression: at.template });
  if (at.template.heredoc || typeof goal.want !== "string") return;
  const change = changedPart(at.parts, goal.want);
  if (change === undefined) return;
  const { part, want } = change;
  if (part.kind === "text")
    routes.set(siteKey(part), { key: siteKey(part), site: part, want, old: part.text.value });
  else collect(part.value.trail, { want, old: part.string }, routes);
}

/** The one part of a template that, rewritten, gives the wanted text; `undefined` when there is none or a choice. */
function changedPart(
  parts: readonly TrailPart[],
  want: string,
): { readonly part: TrailPart; readonly want: string } | undefined {
  const texts = parts.map((part) => (part.kind === "text" ? part.text.value : part.string));
  const found = parts.flatMap((part, at) => {
    const before = texts.slice(0, at).join("");
    const after = texts.slice(at + 1).join("");
    const fits =
      want.startsWith(before) && want.endsWith(after) && want.length > before.length + after.length;
    if (!fits) return [];
    return [{ part, want: want.slice(before.length, want.length - after.length) }];
  });
  // "m5.${size}" becomes "m5.xlarge" by its size, not by writing "m5.x" before it.
  const values = found.filter(({ part }) => part.kind === "value");
  const candidates = values.length > 0 ? values : found;
  return candidates.length === 1 ? candidates[0] : undefined;
}
