import type { InstanceKey, JsonValue, TextEdit } from "@apex/core";
import type { Site } from "../evaluate/trail.ts";
import { originOf, siteKey } from "../evaluate/trail.ts";
import type { Block, ObjectLiteral } from "../syntax/expression.ts";
import { formatLiteral } from "../syntax/literal.ts";
import { blockKey, feedOf, type SiteIndex } from "../trace/site-index.ts";
import { SEVERAL_KEYS } from "../trace/sites.ts";
import {
  areIndependent,
  insertAttributes,
  insertKeys,
  insertNestedBlock,
  type NewAttribute,
} from "./insert-text.ts";
import type { Route } from "./routes.ts";
import type { WantedAttribute } from "./wanted.ts";
import { conditionFor, groupKeys, sameValue, writeLike, writeRoute, writeSplit } from "./write-site.ts";

/** What is done for one wanted attribute: the edits that give it its value, or why there are none. */
export type Choice =
  | { readonly kind: "edits"; readonly textEdits: readonly TextEdit[]; readonly note?: string }
  | { readonly kind: "refused"; readonly reason: string };

/** A place that can be written for a feed, alone or under a condition on the block's key. */
type Chosen =
  | { readonly kind: "write"; readonly route: Route }
  | { readonly kind: "split"; readonly route: Route; readonly wants: ReadonlyMap<InstanceKey, string> };

/**
 * Chooses where to edit so that all wanted attributes, and nothing else, get their values. Nearest to the token first:
 * one edit there when everything that the token feeds is wanted alike; else the next place outwards that feeds only
 * wanted attributes; else a condition on `each.key` or `count.index`; else a refusal that names what else would change.
 */
export function chooseEdits(
  index: SiteIndex,
  wanted: ReadonlyMap<string, WantedAttribute>,
): ReadonlyMap<string, Choice> {
  return new EditChooser(index, wanted).choose();
}

class EditChooser {
  private readonly index: SiteIndex;
  private readonly wanted: ReadonlyMap<string, WantedAttribute>;
  private readonly chosen = new Map<string, Chosen>();
  private readonly choices = new Map<string, Choice>();

  constructor(index: SiteIndex, wanted: ReadonlyMap<string, WantedAttribute>) {
    this.index = index;
    this.wanted = wanted;
  }

  choose(): ReadonlyMap<string, Choice> {
    for (const attribute of this.wanted.values()) {
      if (attribute.found.kind !== "value") continue;
      const chosen = this.writable(attribute) ?? this.splittable(attribute);
      if (chosen === undefined) this.refuse(attribute, this.conflict(attribute));
      else if (!this.chosen.has(chosen.route.key) || chosen.kind === "split")
        this.chosen.set(chosen.route.key, chosen);
    }
    this.writeChosen();
    this.addAttributes();
    this.addKeys();
    this.addNestedBlocks();
    return this.choices;
  }

  private refuse(attribute: WantedAttribute, reason: string): void {
    this.choices.set(attribute.feed, { kind: "refused", reason });
  }

  /** What would have to be written at the place for a feed; `undefined` when the feed is not wanted or not changed there. */
  private wantAt(feed: string, key: string): JsonValue | undefined {
    return this.wanted.get(feed)?.routes.find((route) => route.key === key)?.want;
  }

  private writable(attribute: WantedAttribute): Chosen | undefined {
    for (const route of attribute.routes) {
      const uses = this.index.uses.get(route.key);
      if (uses === undefined) continue;
      const isExclusive = [...uses.keys()].every((feed) =>
        sameValue(this.wantAt(feed, route.key), route.want),
      );
      if (isExclusive && !isOutside(attribute, route)) return { kind: "write", route };
    }
    return undefined;
  }

  private splittable(attribute: WantedAttribute): Chosen | undefined {
    for (const route of attribute.routes) {
      if (route.site.kind !== "expression" || route.site.repetition === undefined) continue;
      if (isOutside(attribute, route)) continue;
      const wants = this.wantsByKey(route);
      if (wants !== undefined) return { kind: "split", route, wants };
    }
    return undefined;
  }

  /** The value for each key at a place, `undefined` when feeds of one key want different things. */
  private wantsByKey(route: Route): Map<InstanceKey, string> | undefined {
    const wants = new Map<InstanceKey, string>();
    const kept = new Set<InstanceKey>();
    for (const [feed, use] of this.index.uses.get(route.key) ?? []) {
      if (use === undefined || use === SEVERAL_KEYS) return undefined;
      const want = this.wantAt(feed, route.key);
      if (want === undefined) {
        kept.add(use);
        continue;
      }
      const text = route.site.kind === "expression" ? writeLike(route.site.expression, want, route.old) : "";
      if ((wants.get(use) ?? text) !== text) return undefined;
      wants.set(use, text);
    }
    return [...wants.keys()].some((key) => kept.has(key)) ? undefined : wants;
  }

  private conflict(attribute: WantedAttribute): string {
    const { found } = attribute;
    if (found.kind === "value") {
      const origin = originOf(found.value.trail);
      if (origin.kind === "outside" || origin.kind === "computed") {
        return `${attribute.feed.replace("#", ".")} is decided by ${origin.what}, which no edit of one token can change`;
      }
    }
    const token = attribute.routes[0];
    if (token === undefined) return "there is no place in the files that decides the value";
    const others = [...(this.index.uses.get(token.key)?.keys() ?? [])].filter(
      (feed) => !sameValue(this.wantAt(feed, token.key), token.want),
    );
    return others.length === 0
      ? "no place in the files decides this value alone"
      : `the place that decides it also feeds ${listed(others)}, and no place on the way feeds only what is to change`;
  }

  /** The feeds at a place that do not want what the others want. */
  private othersAt(key: string): string[] {
    return [...(this.index.uses.get(key)?.keys() ?? [])].filter(
      (feed) => this.wantAt(feed, key) === undefined,
    );
  }

  /** Each feed is changed at the outermost chosen place on its way: what lies further in would have no effect. */
  private writeChosen(): void {
    for (const attribute of this.wanted.values()) {
      if (attribute.found.kind !== "value" || this.choices.has(attribute.feed)) continue;
      const route = attribute.routes.findLast(({ key }) => this.chosen.has(key));
      const chosen = route === undefined ? undefined : this.chosen.get(route.key);
      if (chosen === undefined) {
        this.refuse(attribute, this.conflict(attribute));
        continue;
      }
      this.choices.set(attribute.feed, this.write(chosen));
    }
  }

  private write(chosen: Chosen): Choice {
    const { site } = chosen.route;
    if (chosen.kind === "split" && site.kind === "expression") {
      const others = this.othersAt(chosen.route.key);
      const note = `split off by a condition, since the expression also feeds ${listed(others)}`;
      return { kind: "edits", textEdits: [writeSplit(site, chosen.wants)], note };
    }
    if (site.kind === "missing-key") {
      const textEdits = insertKeys(site.object, new Map([[site.key, chosen.route.want]]));
      return { kind: "edits", textEdits, note: `${site.key} added to the entry, in place of the default` };
    }
    if (site.kind === "missing-argument") {
      const value = formatLiteral(chosen.route.want);
      const textEdits = insertAttributes(site.call, [{ name: site.name, value }]);
      return { kind: "edits", textEdits, note: `${site.name} given to the module, in place of the default` };
    }
    const edit = writeRoute(chosen.route);
    return edit === undefined
      ? { kind: "refused", reason: "the place cannot be written" }
      : { kind: "edits", textEdits: [edit] };
  }

  private addAttributes(): void {
    for (const [, group] of this.groups("no-attribute", (found) => blockKey(found.block))) {
      for (const attribute of group) {
        const { found } = attribute;
        if (found.kind !== "no-attribute") continue;
        const value = this.valueInBlock(found.block, found.name, attribute);
        if (value.kind === "refused") this.refuse(attribute, value.reason);
        else this.insertInto(found.block, { name: found.name, value: value.text }, attribute);
      }
    }
  }

  private insertInto(block: Block, added: NewAttribute, attribute: WantedAttribute): void {
    const all = this.allAddedTo(block);
    const textEdits = areIndependent(block, all)
      ? insertAttributes(block, [added])
      : insertAttributes(block, all);
    this.choices.set(attribute.feed, { kind: "edits", textEdits, note: `${added.name} added to the block` });
  }

  private allAddedTo(block: Block): NewAttribute[] {
    const added = new Map<string, string>();
    for (const attribute of this.wanted.values()) {
      const { found } = attribute;
      if (found.kind !== "no-attribute" || found.block !== block) continue;
      const value = this.valueInBlock(block, found.name, attribute);
      if (value.kind === "text") added.set(found.name, value.text);
    }
    return [...added].map(([name, value]) => ({ name, value }));
  }

  /** What an attribute new to a block is set to, for all instances of the block or under a condition on their keys. */
  private valueInBlock(
    block: Block,
    name: string,
    attribute: WantedAttribute,
  ):
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "refused"; readonly reason: string } {
    const uses = this.index.blocks.get(blockKey(block)) ?? [];
    const wants = new Map<InstanceKey, string>();
    const kept = new Map<InstanceKey | undefined, string>();
    const texts = new Set<string>();
    let isMixed = false;
    for (const { address, prefix, key } of uses) {
      const feed = feedOf(address, [...prefix, name]);
      const want = this.wanted.get(feed);
      if (want === undefined) {
        kept.set(key, feed);
        continue;
      }
      const text = formatLiteral(want.to);
      texts.add(text);
      if (key !== undefined && (wants.get(key) ?? text) !== text) isMixed = true;
      if (key !== undefined) wants.set(key, text);
    }
    if (kept.size === 0 && texts.size === 1) return { kind: "text", text: formatLiteral(attribute.to) };
    const canSplit =
      !isMixed && wants.size > 0 && ![...kept.keys()].some((key) => key === undefined || wants.has(key));
    if (!canSplit) {
      const others = [...kept.values()];
      return { kind: "refused", reason: `${name} in that block would also set ${listed(others)}` };
    }
    const kind = typeof [...wants.keys()][0] === "number" ? "count" : "for_each";
    return { kind: "text", text: `${conditionFor(kind, groupKeys(wants))}null` };
  }

  private addKeys(): void {
    const bySite = new Map<
      string,
      { object: ObjectLiteral; key: string; to: JsonValue; members: WantedAttribute[] }
    >();
    for (const attribute of this.wanted.values()) {
      const { found } = attribute;
      if (found.kind !== "no-key" || found.site?.kind !== "missing-key") continue;
      const { object, key } = found.site;
      const site: Site = found.site;
      const group = bySite.get(siteKey(site));
      if (group === undefined)
        bySite.set(siteKey(site), { object, key, to: attribute.to, members: [attribute] });
      else group.members.push(attribute);
    }
    for (const { object, key, to, members } of bySite.values()) {
      const isCommon = members.every((member) => sameValue(member.to, to));
      const textEdits = isCommon ? insertKeys(object, new Map([[key, to]])) : [];
      for (const member of members) {
        if (isCommon)
          this.choices.set(member.feed, { kind: "edits", textEdits, note: `${key} added to the map` });
        else
          this.refuse(
            member,
            `the map that ${key} would be added to is shared by instances that must differ`,
          );
      }
    }
  }

  private addNestedBlocks(): void {
    for (const [, group] of this.groups("no-block", (found) => `${blockKey(found.block)} ${found.type}`)) {
      const [first] = group;
      if (first?.found.kind !== "no-block") continue;
      const { block, type } = first.found;
      const added = new Map<string, string>();
      const reason = group
        .map((member) => this.nestedReason(member, added))
        .find((text) => text !== undefined);
      const entries = [...added].map(([name, value]) => ({ name, value }));
      const edit = reason === undefined ? insertNestedBlock(block, type, entries) : undefined;
      for (const member of group) {
        if (edit === undefined) this.refuse(member, reason ?? `the block at hand is written on one line`);
        else this.choices.set(member.feed, { kind: "edits", textEdits: [edit], note: `${type} block added` });
      }
    }
  }

  /** Why a nested block cannot be made for a wanted attribute; otherwise the attribute is added to `added`. */
  private nestedReason(attribute: WantedAttribute, added: Map<string, string>): string | undefined {
    const { found } = attribute;
    if (found.kind !== "no-block") return undefined;
    const [name, ...more] = found.rest;
    const isFirst = found.path.at(-2) === 0;
    if (typeof name !== "string" || more.length > 0 || !isFirst || found.path.length !== 3)
      return `there is no such ${found.type} block, and only a first, plain one can be added`;
    const feeds = (this.index.blocks.get(blockKey(found.block)) ?? []).map(({ address }) =>
      feedOf(address, [found.type, 0, name]),
    );
    const others = feeds.filter((feed) => !sameValue(this.wanted.get(feed)?.to, attribute.to));
    if (others.length > 0) return `a ${found.type} block would also set ${listed(others)}`;
    added.set(name, formatLiteral(attribute.to));
    return undefined;
  }

  private groups<K extends "no-attribute" | "no-block">(
    kind: K,
    keyOf: (found: Extract<WantedAttribute["found"], { kind: K }>) => string,
  ): Map<string, WantedAttribute[]> {
    const groups = new Map<string, WantedAttribute[]>();
    for (const attribute of this.wanted.values()) {
      if (attribute.found.kind !== kind) continue;
      const key = keyOf(attribute.found as Extract<WantedAttribute["found"], { kind: K }>);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [attribute]);
      else group.push(attribute);
    }
    return groups;
  }
}

/** Values from outside of the files stay outside: a `-var` is not overridden behind its giver's back. */
function isOutside(attribute: WantedAttribute, route: Route): boolean {
  const isAdded = route.site.kind === "missing-key" || route.site.kind === "missing-argument";
  if (isAdded || attribute.found.kind !== "value") return false;
  const origin = originOf(attribute.found.value.trail).kind;
  return origin === "outside" || origin === "computed";
}

const LISTED_MAX = 5;

function listed(feeds: readonly string[]): string {
  const shown = feeds.slice(0, LISTED_MAX).map((feed) => feed.replace("#", "."));
  const more = feeds.length > LISTED_MAX ? ` and ${feeds.length - LISTED_MAX} more` : "";
  return `${shown.join(", ")}${more}`;
}
