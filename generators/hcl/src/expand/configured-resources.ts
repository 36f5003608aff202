import { formatModulePath, type JsonObject, type JsonPath, type JsonValue, oncePer } from "@apex/core";
import type { Configuration } from "../configuration/read-configuration.ts";
import type { Scope } from "../evaluate/interpreter.ts";
import { toJson } from "../evaluate/value.ts";
import type { Block, Body } from "../syntax/expression.ts";
import { expandFleet, type Fleet } from "./fleet.ts";
import { ignoredBy, lifecycleOf } from "./ignored-changes.ts";
import { PartialReader } from "./partial-reader.ts";
import { nestedBlocks, nestedTypes, ownAttributes } from "./resource-body.ts";

/** A resource instance with all that its block sets. */
export interface ConfiguredResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly block: Block;
  /**
   * Attributes, and nested blocks as lists. What the files alone do not tell stands as its expression: `${aws_vpc.main.id}`,
   * within lists, objects, texts and `jsonencode` in the one place that is not known.
   */
  readonly values: JsonObject;
  /** Whether `ignore_changes` covers a path. */
  ignores(path: JsonPath): boolean;
}

/** What a configuration sets, as far as its own files tell. */
export interface ConfiguredValues {
  /** By absolute address. */
  readonly resources: ReadonlyMap<string, ConfiguredResource>;
  /** Provider configurations by `provider.aws`, `module.a.provider.aws` or `provider.aws.west` where they have an alias. */
  readonly providers: ReadonlyMap<string, JsonObject>;
  /** What decides which instances there are: `aws_instance.web#repetition` → the count, items or keys; `undefined`: not known. */
  readonly repetitions: ReadonlyMap<string, JsonValue | undefined>;
  /** False where there is more than the limits allow. */
  readonly isComplete: boolean;
}

/** All values that the blocks of a configuration set, through modules, variables, locals and `dynamic` blocks. */
export const configuredResources = oncePer(
  (configuration: Configuration): ConfiguredValues => new ValueReader(expandFleet(configuration)).read(),
);

class ValueReader {
  private readonly fleet: Fleet;
  private readonly reader: PartialReader;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.reader = new PartialReader(fleet.interpreter);
  }

  read(): ConfiguredValues {
    const { fleet } = this;
    const resources = new Map<string, ConfiguredResource>();
    for (const { text, declaration, scope } of fleet.instances.values()) {
      const { block, mode, type } = declaration;
      const lifecycle = lifecycleOf(block);
      resources.set(text, {
        address: text,
        mode,
        type,
        block,
        values: this.body(block.body, scope, true),
        ignores: (path) => ignoredBy(lifecycle, path) !== undefined,
      });
    }
    const repetitions = new Map(
      fleet.repeated.map(({ name, value }) => [
        name,
        value.kind === "object" ? [...value.entries.keys()] : toJson(value),
      ]),
    );
    return { resources, providers: this.providers(), repetitions, isComplete: fleet.isComplete };
  }

  private providers(): ReadonlyMap<string, JsonObject> {
    const providers = new Map<string, JsonObject>();
    for (const module of this.fleet.modules) {
      const prefix = formatModulePath(module.path);
      for (const block of module.definition.providers) {
        const values = this.body(block.body, { module }, false);
        const alias = typeof values["alias"] === "string" ? `.${values["alias"]}` : "";
        providers.set(
          `${prefix === "" ? "" : `${prefix}.`}provider.${block.labels[0] ?? ""}${alias}`,
          values,
        );
      }
    }
    return providers;
  }

  private body(body: Body, scope: Scope, isTopLevel: boolean): JsonObject {
    const { interpreter } = this.fleet;
    const values: [string, JsonValue][] = ownAttributes(body, isTopLevel).map(({ name, value }) => [
      name,
      this.reader.read(value, scope),
    ]);
    for (const type of nestedTypes(body, isTopLevel)) {
      const nested = nestedBlocks(interpreter, body, scope, type);
      if (nested.kind === "unknown") values.push([type, `\${dynamic ${type}}`]);
      else
        values.push([
          type,
          nested.blocks.map(({ block, scope: inner }) => this.body(block.body, inner, false)),
        ]);
    }
    return Object.fromEntries(values);
  }
}
