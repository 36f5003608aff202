import type { InstanceKey } from "@apex/core";
import { type Site, siteKey, type Trail } from "../evaluate/trail.ts";
import type { Value } from "../evaluate/value.ts";

/** The constant text of a quoted template can be edited; in a heredoc, line by line, it is left alone. */
function templateSites(trail: Extract<Trail, { kind: "template" }>): Site[] {
  const own: Site = { kind: "expression", expression: trail.template };
  if (trail.template.heredoc) return [own];
  return [own, ...trail.parts.flatMap((part): Site[] => (part.kind === "text" ? [part] : []))];
}

/** The sites on a trail, from the attribute inwards; the same place twice counts once, with its repetition kept. */
function sitesOf(trail: Trail): Site[] {
  const found = new Map<string, Site>();
  const add = (site: Site): void => {
    const key = siteKey(site);
    const known = found.get(key);
    const isPoorer = known?.kind === "expression" && known.repetition === undefined;
    if (known === undefined || (isPoorer && site.kind === "expression")) {
      found.set(key, { ...known, ...site });
    }
  };
  let at = trail;
  for (; at.kind === "step"; at = at.inner) if (at.site !== undefined) add(at.site);
  if (at.kind === "literal") add({ kind: "expression", expression: at.literal });
  if (at.kind === "template") for (const site of templateSites(at)) add(site);
  return [...found.values()];
}

/** Stands for "more than one" where a site was evaluated for several keys. */
export const SEVERAL_KEYS = Symbol("several keys");

/** The key of the repeated block for which a site had a say in a value. */
export type SiteUse = InstanceKey | typeof SEVERAL_KEYS | undefined;

function useOf(site: Site): SiteUse {
  return site.kind === "expression" ? site.repetition?.key : undefined;
}

/**
 * Every site that had a say in a value: on its own trail, inside the parts of its template, and in what influenced it.
 * `spend` bounds the walk; `undefined` when it ran out.
 */
export function allSites(value: Value, spend: (units: number) => boolean): Map<string, SiteUse> | undefined {
  const found = new Map<string, SiteUse>();
  const seen = new Set<Value>();
  const pending: Value[] = [value];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (!spend(1)) return undefined;
    for (const site of sitesOf(at.trail)) {
      const key = siteKey(site);
      const use = useOf(site);
      found.set(key, found.has(key) && found.get(key) !== use ? SEVERAL_KEYS : use);
    }
    pending.push(...at.influences);
    if (at.kind === "list") pending.push(...at.items, ...(at.shape ?? []));
    if (at.kind === "object") pending.push(...at.entries.values(), ...(at.shape ?? []));
  }
  return found;
}

/** The labels of a trail from the attribute inwards: the steps a person would follow. */
export function labelsOf(trail: Trail): string[] {
  const labels: string[] = [];
  for (let at = trail; at.kind === "step"; at = at.inner) if (at.label !== undefined) labels.push(at.label);
  return labels;
}
