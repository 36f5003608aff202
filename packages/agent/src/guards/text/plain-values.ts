import { canonicalJson, type JsonObject, type JsonValue } from "@apex/core";
import { attributeOf, type Configuration, directoryOf } from "@apex/generators-hcl";
import { type Body, type Expression, textOf } from "@apex/generators-hcl/syntax";
import { inventoryOf, type Written } from "../inventory.ts";

/** What is Terraform's own in a block, and not the resource's or the module's. */
const META: ReadonlySet<string> = new Set([
  "count",
  "for_each",
  "provider",
  "providers",
  "depends_on",
  "source",
  "version",
  "lifecycle",
  "connection",
  "provisioner",
]);

/** Variables and locals are followed so far. */
const DEFINITIONS_MAX = 8;

type Define = (root: string, name: string) => Expression | undefined;

function definitionsIn(configuration: Configuration, directory: string): Define {
  const inventory = inventoryOf(configuration).filter(({ file }) => directoryOf(file) === directory);
  return (root, name) => {
    const kind = root === "var" ? "variable" : "local";
    if (root !== "var" && root !== "local") return undefined;
    const assigned = directory === "" && root === "var" ? configuration.assignments.get(name) : undefined;
    if (assigned?.kind === "file") return assigned.value;
    const written = inventory.find((one) => one.kind === kind && one.labels[0] === name);
    if (kind === "local") return written?.attribute?.value;
    return written?.block === undefined ? undefined : attributeOf(written.block.body, "default")?.value;
  };
}

function read(expression: Expression, define: Define, depth: number): JsonValue {
  const inner = (one: Expression): JsonValue => read(one, define, depth);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "parentheses":
      return inner(expression.inner);
    case "tuple":
      return expression.items.map(inner);
    case "object":
      return Object.fromEntries(
        expression.items.map(({ name, key, value }) => [name ?? textOf(key), inner(value)]),
      );
    case "template":
      return expression.parts
        .map((part) => {
          if (part.kind === "text") return part.value;
          if (part.kind !== "interpolation") return `\${${textOf(part)}}`;
          const value = inner(part.expression);
          return typeof value === "object" ? `\${${textOf(part.expression)}}` : String(value);
        })
        .join("");
    case "call": {
      const [first] = expression.arguments;
      if (expression.name === "jsonencode" && first !== undefined) return canonicalJson(inner(first));
      break;
    }
    case "attribute": {
      const { of, name } = expression;
      const definition = of.kind === "root" && depth < DEFINITIONS_MAX ? define(of.name, name) : undefined;
      if (definition !== undefined) return read(definition, define, depth + 1);
      break;
    }
    default:
      break;
  }
  return `\${${textOf(expression).replace(/\s+/g, " ")}}`;
}

function readBody(body: Body, define: Define, isTop: boolean): JsonObject {
  const values: Record<string, JsonValue> = {};
  for (const { name, value } of body.attributes) {
    if (!isTop || !META.has(name)) values[name] = read(value, define, 0);
  }
  for (const block of body.blocks) {
    const isDynamic = block.type === "dynamic";
    const name = isDynamic ? (block.labels[0] ?? "") : block.type;
    if (isTop && META.has(name)) continue;
    const content = isDynamic ? block.body.blocks.find(({ type }) => type === "content") : block;
    const own = content === undefined ? {} : readBody(content.body, define, false);
    const repeated = isDynamic ? attributeOf(block.body, "for_each") : undefined;
    const item = repeated === undefined ? own : { ...own, for_each: read(repeated.value, define, 0) };
    const others = values[name];
    values[name] = Array.isArray(others) ? [...(others as JsonValue[]), item] : [item];
  }
  return values;
}

/**
 * What a block sets, as far as its own text and the variables and locals beside it tell: for blocks of which nobody knows the instances
 * (a `count` that a plan alone can tell), and for calls of modules, whose own files may not be there. The rest stands as `${…}`.
 */
export function plainValues({ block, file }: Written, configuration: Configuration): JsonObject {
  if (block === undefined) return {};
  return readBody(block.body, definitionsIn(configuration, directoryOf(file)), true);
}
