import type { Expression } from "@apex/generators-hcl/syntax";
import { calledModule, type Scope } from "../expression-type.ts";
import { writtenValues } from "./written-values.ts";

/** What separates the elements of a list that is written as one text. */
const SEPARATOR = /[\s,;|]/;

/** Functions whose text is one thing where their arguments are: others put texts together. */
const SINGLE_FUNCTIONS: ReadonlySet<string> = new Set(
  "cidrhost cidrsubnet element lower one title trimprefix trimspace trimsuffix upper".split(" "),
);

/** Attributes whose text is what somebody stored, of whatever form. */
const STORED_NAMES: ReadonlySet<string> = new Set(
  "body content output rendered response_body secret_data secret_string stdout value".split(" "),
);

/** Modules call each other that deep at most. */
const DEPTH_MAX = 8;

/** What nothing is known of but its name may be several if the name is a plural or says so. */
function isNameOfSeveral(name: string): boolean {
  return /[^s]s$|(?:^|_)(?:list|csv)(?:_|$)/.test(name);
}

function isOpen(value: Expression): boolean {
  return value.kind === "literal" && value.value === "";
}

/**
 * Whether an expression that gives one string may hold several things in it, so that a list of that one string need not be what is
 * meant: `"a b"`, `join(…)`, JSON, what a parameter store holds, or a variable with a plural for its name of which nothing else is known.
 */
export function mayHoldSeveral(expression: Expression, scope: Scope, depth = 0): boolean {
  const inner = (one: Expression): boolean => mayHoldSeveral(one, scope, depth);
  switch (expression.kind) {
    case "literal":
      return (
        typeof expression.value === "string" &&
        (SEPARATOR.test(expression.value) || /^[[{]/.test(expression.value))
      );
    case "template":
      return (
        expression.heredoc ||
        expression.parts.some((part) =>
          part.kind === "text"
            ? SEPARATOR.test(part.value)
            : part.kind !== "interpolation" || inner(part.expression),
        )
      );
    case "parentheses":
      return inner(expression.inner);
    case "conditional":
      return inner(expression.whenTrue) || inner(expression.whenFalse);
    case "call":
      return !SINGLE_FUNCTIONS.has(expression.name);
    case "attribute":
      return mayAttributeHoldSeveral(expression, scope, depth);
    default:
      return false;
  }
}

function mayAttributeHoldSeveral(
  expression: Extract<Expression, { kind: "attribute" }>,
  scope: Scope,
  depth: number,
): boolean {
  const { of, name } = expression;
  if (depth > DEPTH_MAX) return true;
  if (of.kind === "root") {
    if (of.name !== "var" && of.name !== "local") return false;
    const values = writtenValues(scope.world.configuration, scope.module, expression);
    if (values === undefined || values.some(isOpen)) return isNameOfSeveral(name);
    return values.some((value) => mayHoldSeveral(value, scope, depth + 1));
  }
  const isCall = of.kind === "attribute" && of.of.kind === "root" && of.of.name === "module";
  if (!isCall) return STORED_NAMES.has(name);
  const module = calledModule(scope, of.name);
  const output = module?.outputs.get(name);
  if (module === undefined || output === undefined) return isNameOfSeveral(name);
  return mayHoldSeveral(output.value, { world: scope.world, module }, depth + 1);
}
