import type { Address, Diagnostic, ModuleStep } from "@apex/core";
import type {
  ModuleCall,
  ModuleDefinition,
  ResourceDeclaration,
} from "../configuration/module-definition.ts";
import type { Configuration } from "../configuration/read-configuration.ts";
import type { Block, Expression } from "../syntax/expression.ts";
import type { Repetition } from "./trail.ts";
import type { Value } from "./value.ts";

/** One use of a module: a definition under a path, with the call that passes its arguments. */
export interface ModuleInstance {
  readonly path: readonly ModuleStep[];
  readonly definition: ModuleDefinition;
  readonly parent?: { readonly call: ModuleCall; readonly scope: Scope };
}

/** What an expression can refer to. */
export interface Scope {
  readonly module: ModuleInstance;
  readonly each?: { readonly key: Value; readonly value: Value };
  readonly countIndex?: Value;
  /** Variables of `for` expressions and iterators of `dynamic` blocks. */
  readonly bindings?: ReadonlyMap<string, Value>;
  readonly repetition?: Repetition;
}

/** One instance of a resource or data source. */
export interface ResourceInstance {
  readonly address: Address;
  /** {@link address} as Terraform prints it. */
  readonly text: string;
  readonly declaration: ResourceDeclaration;
  readonly scope: Scope;
}

/** The instances of one block; `unknown` holds why they cannot be listed. */
export type Expansion =
  | { readonly kind: "instances"; readonly scopes: readonly Scope[]; readonly repeated: Value | undefined }
  | { readonly kind: "unknown"; readonly value: Value };

/** Evaluates the expressions of one configuration; results are remembered. */
export interface Interpreter {
  readonly configuration: Configuration;
  readonly diagnostics: Diagnostic[];
  evaluate(expression: Expression, scope: Scope): Value;
  /** Evaluates what stands as the whole value of an attribute, argument or item: a place that can be edited. */
  define(expression: Expression, scope: Scope): Value;
  /** The scopes of a block's instances, by its `count` or `for_each`. */
  expand(block: Block, scope: Scope): Expansion;
  /** The instances of a module call, `undefined` when they cannot be listed. */
  moduleInstances(module: ModuleInstance, call: ModuleCall): readonly ModuleInstance[] | undefined;
  /** Remembers `compute`'s result under `name`; a value that needs itself is unknown, with the cycle as reason. */
  remember(module: ModuleInstance, name: string, compute: () => Value): Value;
  /** Counts a unit of work; false when the budget is spent. */
  spend(units: number): boolean;
}
