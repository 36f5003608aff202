import type { Diagnostic } from "@apex/core";
import { attributeOf, type ModuleCall } from "../configuration/module-definition.ts";
import type { Configuration } from "../configuration/read-configuration.ts";
import {
  EVALUATION_DEPTH_MAX,
  EVALUATION_STEPS_MAX,
  INSTANCES_PER_BLOCK_MAX,
  MODULE_DEPTH_MAX,
  REFERENCE_DEPTH_MAX,
} from "../limits.ts";
import { type Block, type Expression, placeOf } from "../syntax/expression.ts";
import { evaluateExpression } from "./evaluate.ts";
import type { Expansion, Interpreter, ModuleInstance, Scope } from "./interpreter.ts";
import { toNumberValue } from "./operators.ts";
import {
  computed,
  entriesOf,
  failure,
  itemsOf,
  scalar,
  toText,
  unknownValue,
  type Value,
  withStep,
} from "./value.ts";

/** An interpreter for one configuration. It remembers what it evaluated, so it serves one configuration only. */
export function createInterpreter(configuration: Configuration): Interpreter {
  return new TerraformInterpreter(configuration);
}

class TerraformInterpreter implements Interpreter {
  readonly configuration: Configuration;
  readonly diagnostics: Diagnostic[] = [];
  private readonly values = new Map<ModuleInstance, Map<string, Value>>();
  private readonly expansions = new Map<ModuleInstance, Map<Block, Expansion>>();
  private readonly modules = new Map<
    ModuleInstance,
    Map<ModuleCall, readonly ModuleInstance[] | undefined>
  >();
  private readonly pending: { readonly module: ModuleInstance; readonly name: string }[] = [];
  private steps = 0;
  private depth = 0;

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  spend(units: number): boolean {
    this.steps += units;
    return this.steps <= EVALUATION_STEPS_MAX;
  }

  evaluate(expression: Expression, scope: Scope): Value {
    if (!this.spend(1)) return unknownValue(`more than ${EVALUATION_STEPS_MAX} steps of evaluation`);
    if (this.depth >= EVALUATION_DEPTH_MAX) {
      return unknownValue(`expressions more than ${EVALUATION_DEPTH_MAX} levels deep`);
    }
    this.depth++;
    try {
      return evaluateExpression(this, expression, scope);
    } finally {
      this.depth--;
    }
  }

  define(expression: Expression, scope: Scope): Value {
    const value = this.evaluate(expression, scope);
    if (value.kind !== "scalar" && value.kind !== "unknown") return value;
    const { repetition } = scope;
    const site = {
      kind: "expression",
      expression,
      ...(repetition === undefined ? {} : { repetition }),
    } as const;
    return withStep(value, { site });
  }

  remember(module: ModuleInstance, name: string, compute: () => Value): Value {
    let values = this.values.get(module);
    if (values === undefined) this.values.set(module, (values = new Map()));
    const known = values.get(name);
    if (known !== undefined) return known;
    const start = this.pending.findIndex((entry) => entry.module === module && entry.name === name);
    if (start !== -1) return this.cycle(start, name);
    if (this.pending.length >= REFERENCE_DEPTH_MAX) {
      return unknownValue(`more than ${REFERENCE_DEPTH_MAX} references that lead to one another`);
    }
    this.pending.push({ module, name });
    try {
      const value = compute();
      values.set(name, value);
      return value;
    } finally {
      this.pending.pop();
    }
  }

  private cycle(start: number, name: string): Value {
    const names = [...this.pending.slice(start).map((entry) => entry.name), name];
    const reason = `reference cycle: ${names.join(" → ")}`;
    if (!this.diagnostics.some((diagnostic) => diagnostic.summary === reason)) {
      this.diagnostics.push({ severity: "error", code: "reference-cycle", summary: reason });
    }
    return unknownValue(reason);
  }

  expand(block: Block, scope: Scope): Expansion {
    let expansions = this.expansions.get(scope.module);
    if (expansions === undefined) this.expansions.set(scope.module, (expansions = new Map()));
    const known = expansions.get(block);
    if (known !== undefined) return known;
    const reason = `reference cycle: ${placeOf(block)} needs its own number of instances`;
    expansions.set(block, { kind: "unknown", value: unknownValue(reason) });
    const expansion = this.expandBlock(block, scope.module);
    expansions.set(block, expansion);
    return expansion;
  }

  private expandBlock(block: Block, module: ModuleInstance): Expansion {
    const [count, forEach] = ["count", "for_each"].map((name) => attributeOf(block.body, name));
    if (count !== undefined)
      return this.expandCount(module, this.define(count.value, { module }), placeOf(count));
    if (forEach !== undefined) return this.expandForEach(module, this.define(forEach.value, { module }));
    return { kind: "instances", scopes: [{ module }], repeated: undefined };
  }

  private expandCount(module: ModuleInstance, value: Value, place: string): Expansion {
    const number = toNumberValue(value);
    if (number === undefined || number < 0 || !Number.isInteger(number)) {
      const reason = value.kind === "unknown" ? value.reason : "count must be a whole number";
      return { kind: "unknown", value: unknownValue(reason, [value]) };
    }
    if (number > INSTANCES_PER_BLOCK_MAX) {
      const reason = `count is ${number} (${place}); at most ${INSTANCES_PER_BLOCK_MAX} instances are expanded`;
      return { kind: "unknown", value: unknownValue(reason, [value]) };
    }
    const scopes = Array.from({ length: number }, (_, key): Scope => {
      const countIndex = scalar(key, { kind: "outside", what: "count.index" });
      return { module, countIndex, repetition: { kind: "count", key } };
    });
    return { kind: "instances", scopes, repeated: value };
  }

  private expandForEach(module: ModuleInstance, value: Value): Expansion {
    const pairs = this.forEachPairs(value);
    if (!Array.isArray(pairs)) return { kind: "unknown", value: pairs };
    if (pairs.length > INSTANCES_PER_BLOCK_MAX) {
      const reason = `for_each has ${pairs.length} keys; at most ${INSTANCES_PER_BLOCK_MAX} instances are expanded`;
      return { kind: "unknown", value: unknownValue(reason, [value]) };
    }
    const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));
    const scopes = sorted.map(
      ([key, each]): Scope => ({ module, each, repetition: { kind: "for_each", key } }),
    );
    return { kind: "instances", scopes, repeated: value };
  }

  private forEachPairs(value: Value): [string, { key: Value; value: Value }][] | Value {
    if (value.kind === "object") {
      return entriesOf(value).map(([name, entry]) => {
        const key = computed(name, "a key of for_each", value.influences);
        return [name, { key: { ...key, trail: { kind: "outside", what: "each.key" } }, value: entry }];
      });
    }
    if (value.kind === "unknown") return value;
    if (value.kind !== "list" || !value.isSet) return failure("for_each needs a map or a set", [value]);
    const pairs: [string, { key: Value; value: Value }][] = [];
    for (const item of itemsOf(value)) {
      const name = toText(item);
      if (name === undefined)
        return item.kind === "unknown" ? item : failure("for_each needs strings", [item]);
      pairs.push([name, { key: item, value: item }]);
    }
    return pairs;
  }

  moduleInstances(module: ModuleInstance, call: ModuleCall): readonly ModuleInstance[] | undefined {
    let calls = this.modules.get(module);
    if (calls === undefined) this.modules.set(module, (calls = new Map()));
    if (!calls.has(call)) calls.set(call, this.createModules(module, call));
    return calls.get(call);
  }

  private createModules(module: ModuleInstance, call: ModuleCall): readonly ModuleInstance[] | undefined {
    const definition =
      call.directory === undefined ? undefined : this.configuration.modules.get(call.directory);
    if (definition === undefined || module.path.length >= MODULE_DEPTH_MAX) return undefined;
    const expansion = this.expand(call.block, { module });
    if (expansion.kind === "unknown") return undefined;
    return expansion.scopes.map((scope) => {
      const key = scope.repetition?.key;
      const step = { name: call.name, ...(key === undefined ? {} : { key }) };
      return { path: [...module.path, step], definition, parent: { call, scope } };
    });
  }
}

/** The root module's one instance, `undefined` when no root file was given. */
export function rootInstance(configuration: Configuration): ModuleInstance | undefined {
  const definition = configuration.modules.get("");
  return definition === undefined ? undefined : { path: [], definition };
}
