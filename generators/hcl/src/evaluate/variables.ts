import { formatModulePath } from "@apex/core";
import { attributeOf, type VariableDeclaration } from "../configuration/module-definition.ts";
import type { Assignment } from "../configuration/variable-files.ts";
import { placeOf } from "../syntax/expression.ts";
import { TypeConverter } from "./convert-type.ts";
import type { Site } from "./trail.ts";
import type { Interpreter, ModuleInstance } from "./interpreter.ts";
import { failure, scalar, unknownValue, type Value, withStep } from "./value.ts";

/** The value of `var.name` in a module instance: what the caller or a variables file gives, or else the default. */
export function variableValue(interpreter: Interpreter, module: ModuleInstance, name: string): Value {
  const declaration = module.definition.variables.get(name);
  if (declaration === undefined) return failure(`var.${name} is not declared`);
  return interpreter.remember(module, `var.${name}`, () => {
    const given = givenValue(interpreter, module, declaration);
    const isNull = given?.kind === "scalar" && given.scalar === null;
    const value = given === undefined || (isNull && !declaration.nullable) ? undefined : given;
    return value ?? defaultValue(interpreter, module, declaration);
  });
}

function converted(
  interpreter: Interpreter,
  module: ModuleInstance,
  value: Value,
  declaration: VariableDeclaration,
): Value {
  return declaration.type === undefined
    ? value
    : new TypeConverter(interpreter, { module }).convert(value, declaration.type);
}

function givenValue(
  interpreter: Interpreter,
  module: ModuleInstance,
  declaration: VariableDeclaration,
): Value | undefined {
  const { name } = declaration;
  if (module.parent === undefined) {
    const assignment = interpreter.configuration.assignments.get(name);
    if (assignment === undefined) return undefined;
    if (assignment.kind === "command-line") return commandLine(interpreter, module, declaration, assignment);
    const value = interpreter.define(assignment.value, { module });
    const label = `var.${name} (${placeOf(assignment.value)})`;
    return withStep(converted(interpreter, module, value, declaration), { label });
  }
  const { call, scope } = module.parent;
  const argument = attributeOf(call.block.body, name);
  if (argument === undefined) return undefined;
  const value = interpreter.define(argument.value, scope);
  const label = `var.${name} from ${formatModulePath(module.path)} (${placeOf(argument)})`;
  return withStep(converted(interpreter, module, value, declaration), { label });
}

function isPrimitive(declaration: VariableDeclaration): boolean {
  const { type } = declaration;
  if (type === undefined) return true;
  return (type.kind === "root" && type.name !== "any") || type.kind === "literal";
}

function commandLine(
  interpreter: Interpreter,
  module: ModuleInstance,
  declaration: VariableDeclaration,
  assignment: Extract<Assignment, { kind: "command-line" }>,
): Value {
  const what = `-var ${declaration.name} on the command line`;
  const outside: Value = scalar(assignment.text, { kind: "outside", what });
  if (isPrimitive(declaration)) return converted(interpreter, module, outside, declaration);
  const expression = interpreter.configuration.parser.parseExpression(what, assignment.text);
  const value = interpreter.evaluate(expression, { module });
  const isScalar = value.kind === "scalar";
  const given: Value = isScalar ? { ...value, trail: { kind: "outside", what } } : value;
  return converted(interpreter, module, given, declaration);
}

function defaultValue(
  interpreter: Interpreter,
  module: ModuleInstance,
  declaration: VariableDeclaration,
): Value {
  const { name } = declaration;
  if (declaration.default === undefined) {
    return unknownValue(`var.${name} has no default and no value was given (${placeOf(declaration.block)})`);
  }
  const value = interpreter.define(declaration.default.value, { module });
  const label = `var.${name} default (${placeOf(declaration.default)})`;
  const call = module.parent?.call.block;
  // A caller may give the argument that it left to the default; one that says null means the default.
  const site: Site | undefined =
    call === undefined || attributeOf(call.body, name) !== undefined
      ? undefined
      : { kind: "missing-argument", call, name };
  const step = site === undefined ? { label } : { label, site };
  return withStep(converted(interpreter, module, value, declaration), step);
}
