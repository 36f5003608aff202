import type { AttributeSchema, BlockSchema, BlockTypeSchema } from "@apex/core";
import {
  isListValue,
  isObjectValue,
  isSameValue,
  isZeroValue,
  type ObjectValue,
  UNKNOWN,
  UnknownValue,
  type Value,
} from "./dynamic-value.ts";
import { keepEquivalent } from "./keep-equivalent.ts";

/** What planning a block needs to know beyond the schema; paths are dotted, without indexes: `root_block_device.iops`. */
export interface PlanningRules {
  /** The value the real provider plans for an argument that is not set, where its documentation states one. */
  defaultOf(path: string): Value | undefined;
  /** Told when a value stays as in the state only because the schema does not say what unsetting it means. */
  onAssumption(path: string): void;
}

/**
 * Whether the real provider may fill this block in by itself ("optional and computed"). No published schema says so for
 * blocks; a block with a computed attribute inside is taken for one.
 */
function isComputedBlock(nested: BlockTypeSchema): boolean {
  if ((nested.min_items ?? 0) > 0) return false;
  return hasComputed(nested.block);
}

function hasComputed(block: BlockSchema): boolean {
  return (
    Object.values(block.attributes ?? {}).some((attribute) => attribute.computed === true) ||
    Object.values(block.block_types ?? {}).some((nested) => hasComputed(nested.block))
  );
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** Plans blocks of one resource: the state before and the configuration give the state that is proposed. */
export class BlockPlanner {
  readonly #rules: PlanningRules;

  constructor(rules: PlanningRules) {
    this.#rules = rules;
  }

  /**
   * The planned value of a block: what is configured; where nothing is, computed values are unknown in a new block
   * (`prior` is null) and as before in an old one. A block that means the same as before is returned as before.
   */
  plan(block: BlockSchema, prior: ObjectValue | null, config: ObjectValue, path = ""): ObjectValue {
    const planned: Record<string, Value> = {};
    for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
      const before = prior === null ? undefined : (prior[name] ?? null);
      planned[name] = this.#planAttribute(attribute, before, config[name] ?? null, join(path, name));
    }
    for (const [name, nested] of Object.entries(block.block_types ?? {})) {
      const before = prior === null ? undefined : (prior[name] ?? null);
      planned[name] = this.#planNested(nested, before, config[name] ?? null, join(path, name));
    }
    return planned;
  }

  /** `before` is undefined in a block that is new. */
  #planAttribute(attribute: AttributeSchema, before: Value | undefined, config: Value, path: string): Value {
    if (attribute.write_only === true) return null;
    if (config !== null)
      return before === undefined ? config : keepEquivalent(attribute.type, before, config);
    if (attribute.computed === true) return before === undefined ? UNKNOWN : before;
    const fallback = this.#rules.defaultOf(path);
    if (before === undefined) return fallback ?? null;
    if (isZeroValue(before)) return before;
    if (fallback !== undefined) return fallback;
    // Providers store the default of an argument that is not set, and no schema tells which value that is. A scalar
    // stays as it is, which hides that someone removed the argument: that is why it is reported.
    if (isListValue(before) || isObjectValue(before)) return null;
    this.#rules.onAssumption(path);
    return before;
  }

  #planNested(nested: BlockTypeSchema, before: Value | undefined, config: Value, path: string): Value {
    if (config instanceof UnknownValue) return config;
    switch (nested.nesting_mode) {
      case "single":
      case "group":
        return isObjectValue(config)
          ? this.plan(nested.block, isObjectValue(before) ? before : null, config, path)
          : config;
      case "map":
        return this.#planMap(nested, isObjectValue(before) ? before : {}, config, path);
      case "list":
      case "set": {
        const items = isListValue(config) ? config : [];
        if (items.length === 0) return this.#planAbsent(nested, before, path);
        const priors = isListValue(before) ? before : [];
        return nested.nesting_mode === "list"
          ? items.map((item, index) => this.#planItem(nested, priors[index] ?? null, item, path))
          : this.#planSet(nested, priors, items, path);
      }
    }
  }

  #planItem(nested: BlockTypeSchema, prior: Value, config: Value, path: string): Value {
    if (!isObjectValue(config)) return config;
    return this.plan(nested.block, isObjectValue(prior) ? prior : null, config, path);
  }

  /**
   * In a state that was applied from this configuration, a block that is not configured was filled in by the provider.
   * That someone removed it looks the same: so it stays, and is reported.
   */
  #planAbsent(nested: BlockTypeSchema, before: Value | undefined, path: string): Value {
    if (before === undefined) return isComputedBlock(nested) ? UNKNOWN : [];
    if (isListValue(before) && before.length > 0 && !isComputedBlock(nested)) this.#rules.onAssumption(path);
    return before ?? [];
  }

  /** Elements of a set have no names: an element is the old one when it plans to exactly what is there. */
  #planSet(
    nested: BlockTypeSchema,
    priors: readonly Value[],
    items: readonly Value[],
    path: string,
  ): readonly Value[] {
    const left = [...priors];
    return items.map((item) => {
      const index = left.findIndex(
        (prior) => isObjectValue(prior) && isSameValue(this.#planItem(nested, prior, item, path), prior),
      );
      const [match] = index < 0 ? [] : left.splice(index, 1);
      return match ?? this.#planItem(nested, null, item, path);
    });
  }

  #planMap(nested: BlockTypeSchema, before: ObjectValue, config: Value, path: string): Value {
    if (!isObjectValue(config)) return {};
    return Object.fromEntries(
      Object.entries(config).map(([key, item]) => [
        key,
        this.#planItem(nested, before[key] ?? null, item, path),
      ]),
    );
  }
}
