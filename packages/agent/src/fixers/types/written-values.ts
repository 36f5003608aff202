import { attributeOf, type Configuration, type ModuleDefinition } from "@apex/generators-hcl";
import type { Expression } from "@apex/generators-hcl/syntax";

/** Locals and variables are followed that far. */
const DEPTH_MAX = 8;

/** All values that an expression can have, through locals and variables, as far as they are written; `undefined` where one is not. */
export function writtenValues(
  configuration: Configuration,
  module: ModuleDefinition,
  expression: Expression,
  depth = 0,
): readonly Expression[] | undefined {
  if (depth > DEPTH_MAX) return undefined;
  if (expression.kind === "parentheses")
    return writtenValues(configuration, module, expression.inner, depth + 1);
  if (expression.kind !== "attribute") return [expression];
  if (expression.of.kind !== "root") return undefined;
  const { name } = expression;
  if (expression.of.name === "local") {
    const value = module.locals.get(name)?.value;
    return value === undefined ? undefined : writtenValues(configuration, module, value, depth + 1);
  }
  return expression.of.name === "var" ? variableValues(configuration, module, name, depth) : undefined;
}

function variableValues(
  configuration: Configuration,
  module: ModuleDefinition,
  name: string,
  depth: number,
): readonly Expression[] | undefined {
  const fallback = module.variables.get(name)?.default?.value;
  const given: (readonly Expression[] | undefined)[] = [];
  if (module.directory === "") {
    const assignment = configuration.assignments.get(name);
    if (assignment?.kind === "command-line") return undefined;
    if (assignment !== undefined) return [assignment.value];
    return fallback === undefined ? undefined : [fallback];
  }
  for (const caller of configuration.modules.values()) {
    for (const call of caller.calls.values()) {
      if (call.directory !== module.directory) continue;
      const value = attributeOf(call.block.body, name)?.value ?? fallback;
      given.push(value === undefined ? undefined : writtenValues(configuration, caller, value, depth + 1));
    }
  }
  if (given.length === 0 || given.includes(undefined)) return undefined;
  return given.flatMap((values) => values ?? []);
}
