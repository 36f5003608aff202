import type { AttributeSchema, BlockSchema, NestedAttributeType, TypeConstraint } from "@apex/core";
import { attributeOf, directoryOf, type ModuleDefinition } from "@apex/generators-hcl";
import type { Block, Expression } from "@apex/generators-hcl/syntax";
import type { World } from "../world/world.ts";
import { TERRAFORM_FUNCTIONS } from "./functions/terraform-functions.ts";
import { ownEntry, typeSchema } from "./type-schema.ts";

/** Where an expression stands: what its names refer to. */
export interface Scope {
  readonly world: World;
  readonly module: ModuleDefinition;
  /** The resource, data source or module call whose `each` and `count` it can use. */
  readonly within?: Block;
}

/** Locals, outputs and nested values are followed that far; a cycle ends there too. */
const DEPTH_MAX = 16;

/** The scope of a place in a file; `undefined` for a file that belongs to no module. */
export function scopeAt(world: World, file: string, within?: Block): Scope | undefined {
  const module = world.configuration.modules.get(directoryOf(file));
  return module === undefined ? undefined : { world, module, ...(within === undefined ? {} : { within }) };
}

function nestedType({ attributes, nesting_mode }: NestedAttributeType): TypeConstraint {
  const object: TypeConstraint = [
    "object",
    Object.fromEntries(Object.entries(attributes).map(([name, schema]) => [name, attributeType(schema)])),
    Object.entries(attributes).flatMap(([name, { required }]) => (required === true ? [] : [name])),
  ];
  return nesting_mode === "single" ? object : [nesting_mode, object];
}

/** The type that a value of the attribute has. */
export function attributeType(schema: AttributeSchema): TypeConstraint {
  if (schema.type !== undefined) return schema.type;
  return schema.nested_type === undefined ? "dynamic" : nestedType(schema.nested_type);
}

function blockType(block: BlockSchema): TypeConstraint {
  const members = Object.entries(block.attributes ?? {}).map(
    ([name, schema]) => [name, attributeType(schema)] as const,
  );
  const nested = Object.keys(block.block_types ?? {}).map(
    (name) => [name, blockMember(block, name) ?? "dynamic"] as const,
  );
  return ["object", Object.fromEntries([...members, ...nested])];
}

/** The type that `resource.x.name` has. */
function blockMember(block: BlockSchema, name: string): TypeConstraint | undefined {
  const attribute = ownEntry(block.attributes, name);
  if (attribute !== undefined) return attributeType(attribute);
  const nested = ownEntry(block.block_types, name);
  if (nested === undefined) return undefined;
  const object = blockType(nested.block);
  const { nesting_mode: mode } = nested;
  return mode === "list" || mode === "set" || mode === "map" ? [mode, object] : object;
}

function memberOf(type: TypeConstraint | undefined, name: string): TypeConstraint | undefined {
  if (type === undefined || typeof type === "string") return undefined;
  if (type[0] === "object") return ownEntry(type[1], name);
  return type[0] === "map" ? type[1] : undefined;
}

/** The type of the elements, where all have the same. */
export function elementOf(type: TypeConstraint | undefined): TypeConstraint | undefined {
  if (type === undefined || typeof type === "string") return undefined;
  if (type[0] === "list" || type[0] === "set" || type[0] === "map") return type[1];
  const members = type[0] === "tuple" ? type[1] : Object.values(type[1]);
  const [first] = members;
  return first !== undefined && members.every((other) => isEqual(first, other)) ? first : undefined;
}

function isEqual(a: TypeConstraint, b: TypeConstraint): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The type that a `type = …` of a variable declares; `undefined` for one that cannot be read. */
function declaredType(expression: Expression): TypeConstraint | undefined {
  if (expression.kind === "root") {
    const { name } = expression;
    if (name === "string" || name === "number" || name === "bool") return name;
    return name === "any" ? "dynamic" : undefined;
  }
  if (expression.kind !== "call") return undefined;
  const [first] = expression.arguments;
  if (first === undefined) return undefined;
  const { name } = expression;
  if (name === "optional") return declaredType(first);
  if (name === "list" || name === "set" || name === "map") {
    const element = declaredType(first);
    return element === undefined ? undefined : [name, element];
  }
  return name === "object" && first.kind === "object" ? declaredObject(first.items) : undefined;
}

function declaredObject(
  items: readonly { readonly name?: string; readonly value: Expression }[],
): TypeConstraint | undefined {
  const members: [string, TypeConstraint][] = [];
  const optional: string[] = [];
  for (const { name, value } of items) {
    const type = declaredType(value);
    if (name === undefined || type === undefined) return undefined;
    members.push([name, type]);
    if (value.kind === "call" && value.name === "optional") optional.push(name);
  }
  return ["object", Object.fromEntries(members), optional];
}

/** The declared type of a variable of a module; `dynamic` without one. */
export function variableType(module: ModuleDefinition, name: string): TypeConstraint | undefined {
  const variable = module.variables.get(name);
  if (variable === undefined) return undefined;
  return variable.type === undefined ? "dynamic" : declaredType(variable.type);
}

/**
 * The type of an expression as far as the texts and the schemas tell it; `undefined` where they do not. Nothing is evaluated: a
 * `dynamic` one is known to be of any type, an unknown one may be anything.
 */
export function typeOf(expression: Expression, scope: Scope, depth = 0): TypeConstraint | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const inner = (one: Expression): TypeConstraint | undefined => typeOf(one, scope, depth + 1);
  switch (expression.kind) {
    case "literal": {
      const kind = typeof expression.value;
      if (kind === "boolean") return "bool";
      return kind === "string" || kind === "number" ? kind : "dynamic";
    }
    case "template": {
      const [only, ...more] = expression.parts;
      if (only?.kind === "interpolation" && more.length === 0) return inner(only.expression);
      return "string";
    }
    case "tuple":
      return ["tuple", expression.items.map((item) => inner(item) ?? "dynamic")];
    case "object": {
      const members = expression.items.map(({ name, value }) => [name, inner(value) ?? "dynamic"] as const);
      return members.every(([name]) => name !== undefined)
        ? ["object", Object.fromEntries(members)]
        : undefined;
    }
    case "parentheses":
      return inner(expression.inner);
    case "conditional": {
      const [a, b] = [inner(expression.whenTrue), inner(expression.whenFalse)];
      return a !== undefined && b !== undefined && isEqual(a, b) ? a : undefined;
    }
    case "unary":
      return expression.operator === "!" ? "bool" : "number";
    case "binary":
      return ["+", "-", "*", "/", "%"].includes(expression.operator) ? "number" : "bool";
    case "call":
      return callType(expression, inner);
    case "for":
      return expression.key === undefined ? ["list", "dynamic"] : ["map", "dynamic"];
    case "splat":
      return splatType(expression, inner);
    case "index":
      return indexType(expression, scope, depth);
    case "attribute":
      return traversalType(expression, scope, depth);
    case "root":
    case "invalid":
      return undefined;
  }
}

function callType(
  call: Extract<Expression, { kind: "call" }>,
  inner: (one: Expression) => TypeConstraint | undefined,
): TypeConstraint | undefined {
  const returns = TERRAFORM_FUNCTIONS.get(call.name)?.returns;
  if (returns !== "dynamic") return returns;
  const [first] = call.arguments;
  if (first === undefined || call.expand) return undefined;
  if (call.name === "element" || call.name === "one") return elementOf(inner(first));
  if (call.name === "values") return ["list", elementOf(inner(first)) ?? "dynamic"];
  if (call.name === "keys") return ["list", "string"];
  if (call.name === "sensitive" || call.name === "nonsensitive") return inner(first);
  if (call.name === "format") return "string";
  if (call.name === "formatlist") return ["list", "string"];
  return undefined;
}

function splatType(
  { of, steps }: Extract<Expression, { kind: "splat" }>,
  inner: (one: Expression) => TypeConstraint | undefined,
): TypeConstraint | undefined {
  let type = elementOf(inner(of));
  for (const step of steps) type = typeof step === "string" ? memberOf(type, step) : elementOf(type);
  return ["list", type ?? "dynamic"];
}

function indexType(
  expression: Extract<Expression, { kind: "index" }>,
  scope: Scope,
  depth: number,
): TypeConstraint | undefined {
  const type = typeOf(expression.of, scope, depth + 1);
  if (type === undefined || typeof type === "string") return undefined;
  const { key } = expression;
  if (type[0] === "tuple") return key.kind === "literal" ? type[1][Number(key.value)] : elementOf(type);
  if (type[0] !== "object") return type[1];
  return key.kind === "literal" && typeof key.value === "string"
    ? ownEntry(type[1], key.value)
    : elementOf(type);
}

/** The type of a whole resource or data source: with `count` a list of it, with `for_each` a map. */
function resourceType(scope: Scope, key: string): TypeConstraint | undefined {
  const declaration = scope.module.resources.get(key);
  if (declaration === undefined) return undefined;
  const { mode, type, block } = declaration;
  const schema = typeSchema(scope.world, mode === "data" ? "data" : "resource", type);
  if (schema === undefined) return undefined;
  const object = blockType(schema);
  if (attributeOf(block.body, "count") !== undefined) return ["list", object];
  return attributeOf(block.body, "for_each") === undefined ? object : ["map", object];
}

/** The module that a call leads to, where its files are known. */
export function calledModule({ world, module }: Scope, call: string): ModuleDefinition | undefined {
  const directory = module.calls.get(call)?.directory;
  return directory === undefined ? undefined : world.configuration.modules.get(directory);
}

function outputType(scope: Scope, call: string, name: string, depth: number): TypeConstraint | undefined {
  const module = calledModule(scope, call);
  const output = module?.outputs.get(name);
  if (module === undefined || output === undefined) return undefined;
  return typeOf(output.value, { world: scope.world, module }, depth + 1);
}

function eachType(scope: Scope, name: string, depth: number): TypeConstraint | undefined {
  if (name === "key") return "string";
  const { within } = scope;
  const collection = within === undefined ? undefined : attributeOf(within.body, "for_each")?.value;
  if (name !== "value" || collection === undefined) return undefined;
  return elementOf(typeOf(collection, scope, depth + 1));
}

function traversalType(
  expression: Extract<Expression, { kind: "attribute" }>,
  scope: Scope,
  depth: number,
): TypeConstraint | undefined {
  const { of, name } = expression;
  if (of.kind === "root") {
    switch (of.name) {
      case "var":
        return variableType(scope.module, name);
      case "local": {
        const value = scope.module.locals.get(name)?.value;
        return value === undefined
          ? undefined
          : typeOf(value, { world: scope.world, module: scope.module }, depth + 1);
      }
      case "each":
        return eachType(scope, name, depth);
      case "count":
        return "number";
      case "path":
      case "terraform":
        return "string";
      default:
        return resourceType(scope, `${of.name}.${name}`);
    }
  }
  if (of.kind === "attribute" && of.of.kind === "root") {
    if (of.of.name === "data") return resourceType(scope, `data.${of.name}.${name}`);
    if (of.of.name === "module") return outputType(scope, of.name, name, depth);
  }
  return memberOf(typeOf(of, scope, depth + 1), name);
}
