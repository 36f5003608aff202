import { formatModulePath, formatPath, type InstanceKey, type JsonPath, oncePer } from "@apex/core";
import type { Configuration } from "../configuration/read-configuration.ts";
import type { ResourceInstance, Scope } from "../evaluate/interpreter.ts";
import { decidingKeys, entriesOf, itemsOf, toJson, type Value } from "../evaluate/value.ts";
import { expandFleet, type Fleet } from "../expand/fleet.ts";
import { ignoredBy, type Lifecycle, lifecycleOf } from "../expand/ignored-changes.ts";
import { nestedBlocks, nestedTypes, ownAttributes } from "../expand/resource-body.ts";
import { INDEXED_VALUES_MAX, LEAVES_PER_ATTRIBUTE_MAX } from "../limits.ts";
import type { Block, Body } from "../syntax/expression.ts";
import { allSites, type SiteUse } from "./sites.ts";

/** One instance's use of a block's body: which attributes an insertion into the block would set. */
export interface BlockUse {
  readonly address: string;
  readonly prefix: JsonPath;
  readonly key: InstanceKey | undefined;
}

/** What every place in the files has a say in, over all instances. Feeds are written `address#path`. */
export interface SiteIndex {
  readonly fleet: Fleet;
  /** By site: the feeds it has a say in, each with the key of the repeated block it was evaluated for. */
  readonly uses: ReadonlyMap<string, ReadonlyMap<string, SiteUse>>;
  /** By block (see {@link blockKey}): the instances that it makes. */
  readonly blocks: ReadonlyMap<string, readonly BlockUse[]>;
  /** Every feed's value as JSON text, or why it is unknown. */
  readonly values: ReadonlyMap<string, string>;
  /** False when the configuration was too large to index: then nothing can be edited safely. */
  readonly isComplete: boolean;
}

/** Identifies a block by its place. */
export function blockKey(block: Block): string {
  return `${block.source.file}:${block.open}`;
}

/** `address#path`. */
export function feedOf(address: string, path: JsonPath): string {
  return `${address}#${formatPath(path)}`;
}

/** Evaluates every attribute of every instance and notes which places in the files decide it. */
export const indexSites = oncePer(
  (configuration: Configuration): SiteIndex => new Indexer(expandFleet(configuration)).build(),
);

class Indexer {
  private readonly fleet: Fleet;
  private readonly uses = new Map<string, Map<string, SiteUse>>();
  private readonly blocks = new Map<string, BlockUse[]>();
  private readonly values = new Map<string, string>();
  private isComplete: boolean;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.isComplete = fleet.isComplete;
  }

  build(): SiteIndex {
    const { fleet } = this;
    for (const instance of fleet.instances.values()) this.addInstance(instance);
    for (const { name, value } of fleet.repeated) this.addRepetition(name, value);
    for (const module of fleet.modules) {
      const prefix = formatModulePath(module.path);
      for (const block of module.definition.providers) {
        const address = `${prefix === "" ? "" : `${prefix}.`}provider.${block.labels[0]}`;
        this.addBody(block.body, { module }, { address, prefix: [] });
      }
    }
    const { uses, blocks, values, isComplete } = this;
    return { fleet, uses, blocks, values, isComplete };
  }

  private addInstance(instance: ResourceInstance): void {
    const { block } = instance.declaration;
    const lifecycle = lifecycleOf(block);
    this.addBlock(block, instance.scope, { address: instance.text, prefix: [], lifecycle });
  }

  private addBlock(
    block: Block,
    scope: Scope,
    owner: { readonly address: string; readonly prefix: JsonPath; readonly lifecycle?: Lifecycle },
  ): void {
    const use = { address: owner.address, prefix: owner.prefix, key: scope.repetition?.key };
    const uses = this.blocks.get(blockKey(block));
    if (uses === undefined) this.blocks.set(blockKey(block), [use]);
    else uses.push(use);
    this.addBody(block.body, scope, owner);
  }

  private addBody(
    body: Body,
    scope: Scope,
    owner: { readonly address: string; readonly prefix: JsonPath; readonly lifecycle?: Lifecycle },
  ): void {
    const { interpreter } = this.fleet;
    const isTopLevel = owner.prefix.length === 0;
    for (const attribute of ownAttributes(body, isTopLevel)) {
      const path = [...owner.prefix, attribute.name];
      this.addValue(interpreter.define(attribute.value, scope), path, owner);
    }
    for (const type of nestedTypes(body, isTopLevel)) {
      const nested = nestedBlocks(interpreter, body, scope, type);
      if (nested.kind === "unknown") {
        this.addValue(nested.value, [...owner.prefix, type], owner);
        continue;
      }
      for (const [at, { block, scope: inner }] of nested.blocks.entries()) {
        this.addBlock(block, inner, { ...owner, prefix: [...owner.prefix, type, at] });
      }
    }
  }

  private addValue(
    value: Value,
    path: JsonPath,
    owner: { readonly address: string; readonly lifecycle?: Lifecycle },
    left = { leaves: LEAVES_PER_ATTRIBUTE_MAX },
  ): void {
    if (owner.lifecycle !== undefined && ignoredBy(owner.lifecycle, path) !== undefined) return;
    if (left.leaves-- <= 0 || this.values.size > INDEXED_VALUES_MAX) {
      this.isComplete = false;
      return;
    }
    if (value.kind === "list" && value.items.length > 0) {
      for (const [at, item] of itemsOf(value).entries()) this.addValue(item, [...path, at], owner, left);
    } else if (value.kind === "object" && value.entries.size > 0) {
      for (const [key, item] of entriesOf(value)) this.addValue(item, [...path, key], owner, left);
    } else {
      this.addFeed(feedOf(owner.address, path), value);
    }
  }

  private addFeed(feed: string, value: Value): void {
    const known = toJson(value);
    const reason = value.kind === "unknown" ? value.reason : "";
    this.values.set(feed, known === undefined ? `unknown: ${reason}` : JSON.stringify(known));
    const sites = allSites(value, (units) => this.fleet.interpreter.spend(units));
    if (sites === undefined) {
      this.isComplete = false;
      return;
    }
    for (const [site, use] of sites) {
      const feeds = this.uses.get(site);
      if (feeds === undefined) this.uses.set(site, new Map([[feed, use]]));
      else feeds.set(feed, use);
    }
  }

  /** What decides which instances exist: a count, the items of a set, the keys (not the values) of a map. */
  private addRepetition(name: string, value: Value): void {
    this.addFeed(name, decidingKeys(value));
  }
}
