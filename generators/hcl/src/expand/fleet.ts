import { type Diagnostic, formatModulePath, oncePer } from "@apex/core";
import type { ResourceDeclaration } from "../configuration/module-definition.ts";
import type { Configuration } from "../configuration/read-configuration.ts";
import { createInterpreter, rootInstance } from "../evaluate/create-interpreter.ts";
import { addressOf } from "../evaluate/instance-address.ts";
import type { Interpreter, ModuleInstance, ResourceInstance } from "../evaluate/interpreter.ts";
import type { Value } from "../evaluate/value.ts";
import { INSTANCES_MAX } from "../limits.ts";
import { type Block, placeOf } from "../syntax/expression.ts";

/** The `count` or `for_each` of a block: what it depends on decides which instances exist. */
export interface RepeatedBlock {
  /** `module.net.aws_instance.web#for_each`. */
  readonly name: string;
  readonly value: Value;
}

/** All that a configuration expands to: every module and resource instance that could be told. */
export interface Fleet {
  readonly interpreter: Interpreter;
  readonly modules: readonly ModuleInstance[];
  readonly instances: ReadonlyMap<string, ResourceInstance>;
  readonly repeated: readonly RepeatedBlock[];
  readonly diagnostics: readonly Diagnostic[];
  /** False when there is more than the limits allow. */
  readonly isComplete: boolean;
}

/** Expands a configuration, which never changes; blocks that cannot be expanded are diagnostics. */
export const expandFleet = oncePer(
  (configuration: Configuration): Fleet => new FleetExpander(configuration).expand(),
);

class FleetExpander {
  private readonly interpreter: Interpreter;
  private readonly root: ModuleInstance | undefined;
  private readonly modules: ModuleInstance[] = [];
  private readonly instances = new Map<string, ResourceInstance>();
  private readonly repeated: RepeatedBlock[] = [];
  private readonly diagnostics: Diagnostic[] = [];

  constructor(configuration: Configuration) {
    this.interpreter = createInterpreter(configuration);
    this.root = rootInstance(configuration);
  }

  expand(): Fleet {
    const pending = this.root === undefined ? [] : [this.root];
    let isComplete = true;
    // The list grows while it is walked: modules add the modules that they call.
    for (const module of pending) {
      this.modules.push(module);
      for (const declaration of module.definition.resources.values()) this.addResource(module, declaration);
      for (const call of module.definition.calls.values()) {
        const prefix = formatModulePath([...module.path, { name: call.name }]);
        if (!this.addRepetition(module, call.block, prefix)) continue;
        for (const called of this.interpreter.moduleInstances(module, call) ?? []) pending.push(called);
      }
      if (this.instances.size > INSTANCES_MAX || pending.length > INSTANCES_MAX) {
        isComplete = false;
        const summary = `The configuration expands to more than ${INSTANCES_MAX} instances; the rest is not read`;
        this.diagnostics.push({ severity: "error", code: "too-many-instances", summary });
        break;
      }
    }
    const { interpreter, modules, instances, repeated } = this;
    const diagnostics = [...this.diagnostics, ...interpreter.diagnostics];
    return { interpreter, modules, instances, repeated, diagnostics, isComplete };
  }

  private addResource(module: ModuleInstance, declaration: ResourceDeclaration): void {
    const prefix = addressOf(declaration, { module }).text;
    if (!this.addRepetition(module, declaration.block, prefix)) return;
    const expansion = this.interpreter.expand(declaration.block, { module });
    if (expansion.kind === "unknown") return;
    for (const scope of expansion.scopes) {
      const { address, text } = addressOf(declaration, scope);
      this.instances.set(text, { address, text, declaration, scope });
    }
  }

  /** False when the instances of the block cannot be told, which is then a diagnostic. */
  private addRepetition(module: ModuleInstance, block: Block, prefix: string): boolean {
    const expansion = this.interpreter.expand(block, { module });
    if (expansion.kind === "instances") {
      if (expansion.repeated !== undefined)
        this.repeated.push({ name: `${prefix}#repetition`, value: expansion.repeated });
      return true;
    }
    const { value } = expansion;
    this.repeated.push({ name: `${prefix}#repetition`, value });
    const source = { file: block.source.file, ...block.source.position(block.start) };
    this.diagnostics.push({
      severity: "warning",
      code: "not-expanded",
      summary: `The instances of ${prefix} cannot be told: ${value.kind === "unknown" ? value.reason : "unknown"}`,
      detail: `Its count or for_each at ${placeOf(block)} depends on a value outside of the files.`,
      address: prefix,
      source,
    });
    return false;
  }
}

/** One resource instance that a configuration declares. */
export interface ListedInstance {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly file: string;
  /** The line of the block's header, from 1. */
  readonly line: number;
}

/**
 * The absolute addresses of all resource instances that could be expanded, with the block each comes from.
 * What could not be expanded (an unknown `for_each`, a remote module) is in `diagnostics`.
 */
export function instances(configuration: Configuration): {
  readonly instances: readonly ListedInstance[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const fleet = expandFleet(configuration);
  const listed = [...fleet.instances.values()].map(({ text, declaration }) => ({
    address: text,
    mode: declaration.mode,
    type: declaration.type,
    file: declaration.block.source.file,
    line: declaration.block.source.position(declaration.block.start).line,
  }));
  return { instances: listed, diagnostics: [...configuration.diagnostics, ...fleet.diagnostics] };
}
