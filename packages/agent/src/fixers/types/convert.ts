import type { TextEdit, TypeConstraint } from "@apex/core";
import { type Expression, textOf } from "@apex/generators-hcl/syntax";
import type { Scope } from "../expression-type.ts";
import { valueFits } from "../value-fits.ts";
import { isJsonArgument } from "./json-arguments.ts";
import { mayHoldSeveral } from "./several-in-text.ts";
import { boolText, numberText } from "./scalar-literals.ts";
import { attributeMeant } from "./whole-resource.ts";

/** What a value is converted for. */
export interface Wanted {
  readonly type: TypeConstraint;
  /** The path of the argument without indices: `aws_instance.root_block_device.volume_size`. */
  readonly argument: string;
  readonly scope: Scope;
  /** Where JSON cannot be meant: no function can be called, as in variables files and defaults, or JSON is made of it later. */
  readonly isNoJson?: boolean;
}

/** Edits that make a value fit, with a phrase that says what they do; or why none is certain. */
export type Conversion =
  | { readonly kind: "converted"; readonly edits: readonly TextEdit[]; readonly how: string }
  | { readonly kind: "unsure"; readonly reason: string; readonly candidates: readonly string[] };

function replace(expression: Expression, text: string, how: string): Conversion {
  const { source, start, end } = expression;
  return { kind: "converted", edits: [{ file: source.file, start, end, text }], how };
}

function around(expression: Expression, [before, after]: readonly [string, string], how: string): Conversion {
  const { source, start, end } = expression;
  const { file } = source;
  return {
    kind: "converted",
    edits: [
      { file, start, end: start, text: before },
      { file, start: end, end, text: after },
    ],
    how,
  };
}

function unsure(reason: string, candidates: readonly string[] = []): Conversion {
  return { kind: "unsure", reason, candidates };
}

function without(expression: Expression, inner: Expression, how: string): Conversion {
  const { file } = expression.source;
  return {
    kind: "converted",
    edits: [
      { file, start: expression.start, end: inner.start, text: "" },
      { file, start: inner.end, end: expression.end, text: "" },
    ],
    how,
  };
}

/** A list of one where its element is wanted. Comments within it would be lost. */
function unwrapped(expression: Expression, wanted: Wanted): Conversion | undefined {
  if (expression.kind !== "tuple" || expression.items.length !== 1) return undefined;
  const [item] = expression.items;
  if (item === undefined || /#|\/\/|\/\*/.test(textOf(expression).replace(textOf(item), "")))
    return undefined;
  return valueFits(item, wanted.type, wanted.scope) === "yes"
    ? without(expression, item, "the only element stands for its list")
    : undefined;
}

function toPrimitive(expression: Expression, wanted: Wanted, type: string): Conversion {
  const { argument } = wanted;
  if (expression.kind === "literal" && expression.value !== null) {
    const { value } = expression;
    const text =
      type === "bool" && typeof value !== "boolean"
        ? boolText(value, argument)
        : type === "number" && typeof value === "string"
          ? numberText(value, argument)
          : undefined;
    if (text !== undefined) return replace(expression, text, `${textOf(expression)} is ${text}`);
    return unsure(`${textOf(expression)} is not plainly a ${type}`);
  }
  const single = unwrapped(expression, wanted);
  if (single !== undefined) return single;
  if (type !== "string") return unsure(`${textOf(expression).slice(0, 80)} is no ${type}`);
  const meant = attributeMeant(expression, argument, wanted.scope);
  if (meant?.kind === "attribute") {
    return around(expression, ["", `.${meant.name}`], `the argument takes the resource's ${meant.name}`);
  }
  const isWritten = expression.kind === "object" || expression.kind === "tuple";
  if (isWritten && isJsonArgument(argument) && wanted.isNoJson !== true) {
    return around(expression, ["jsonencode(", ")"], "the argument takes JSON");
  }
  return unsure(`${textOf(expression).slice(0, 80)} is no string`, meant?.candidates ?? []);
}

/** Names that commas separate in one string; nothing that holds a comma of its own. */
const WORD_LIST = /^[\w./:*-]+(?:,[ ]?[\w./:*-]+)+$/;

function toCollection(
  expression: Expression,
  wanted: Wanted,
  [kind, element]: readonly ["list" | "set", TypeConstraint],
): Conversion {
  if (expression.kind === "tuple") return eachOf(expression.items, { ...wanted, type: element });
  if (expression.kind === "object" && expression.items.length === 0 && /^\{\s*\}$/.test(textOf(expression)))
    return replace(expression, "[]", `an empty ${kind} is []`);
  const isText = element === "string" || element === "dynamic";
  if (expression.kind === "literal" && typeof expression.value === "string" && isText) {
    if (expression.value === "") return unsure("An empty string can mean no element or one", ["[]", '[""]']);
    if (expression.value.includes(",")) {
      if (!WORD_LIST.test(expression.value))
        return unsure("A string with commas can mean one element or several");
      const items = expression.value.split(/,[ ]?/).map((item) => JSON.stringify(item));
      return replace(expression, `[${items.join(", ")}]`, "commas separate the elements");
    }
  }
  const meant = attributeMeant(expression, wanted.argument, wanted.scope);
  if (meant?.kind === "attribute") {
    return around(
      expression,
      ["[", `.${meant.name}]`],
      `the argument takes a ${kind} of what the resource's ${meant.name} is`,
    );
  }
  if (isText && mayHoldSeveral(expression, wanted.scope))
    return unsure("The string may hold several elements, or be one");
  if (valueFits(expression, element, wanted.scope) === "yes" && expression.kind !== "for") {
    return around(expression, ["[", "]"], `the argument takes a ${kind}, of which this is the one element`);
  }
  return unsure(`${textOf(expression).slice(0, 80)} is no ${kind}`);
}

function eachOf(items: readonly Expression[], wanted: Wanted): Conversion {
  const edits: TextEdit[] = [];
  const hows: string[] = [];
  for (const item of items) {
    if (valueFits(item, wanted.type, wanted.scope) === "yes") continue;
    const converted = convert(item, wanted);
    // What may fit as it is stays: Terraform says no when it does not.
    if (converted.kind === "unsure" && valueFits(item, wanted.type, wanted.scope) === "unknown") continue;
    if (converted.kind === "unsure") return converted;
    edits.push(...converted.edits);
    hows.push(converted.how);
  }
  if (edits.length === 0) return unsure("No part of the value is plainly of the wrong type");
  return { kind: "converted", edits, how: [...new Set(hows)].join("; ") };
}

function toMembers(
  expression: Expression,
  wanted: Wanted,
  typeOfMember: (name: string) => TypeConstraint | undefined,
): Conversion {
  if (expression.kind === "tuple" && /^\[\s*\]$/.test(textOf(expression)))
    return replace(expression, "{}", "an empty map is {}");
  if (expression.kind !== "object") return unsure(`${textOf(expression).slice(0, 80)} is no map or object`);
  const edits: TextEdit[] = [];
  const hows: string[] = [];
  for (const { name, value } of expression.items) {
    const type = name === undefined ? undefined : typeOfMember(name);
    if (type === undefined || valueFits(value, type, wanted.scope) !== "no") continue;
    const converted = convert(value, { ...wanted, type, argument: `${wanted.argument}.${name}` });
    if (converted.kind === "unsure") return converted;
    edits.push(...converted.edits);
    hows.push(converted.how);
  }
  if (edits.length === 0) return unsure("No part of the value is plainly of the wrong type");
  return { kind: "converted", edits, how: [...new Set(hows)].join("; ") };
}

/**
 * Makes a value that is of the wrong type fit without losing anything of it: constants written as in other languages, numbers in the
 * argument's own unit, one element for its list and the other way round, a resource for the attribute that the argument's name tells,
 * an object for JSON.
 */
export function convert(expression: Expression, wanted: Wanted): Conversion {
  const { type } = wanted;
  if (typeof type === "string") return toPrimitive(expression, wanted, type);
  switch (type[0]) {
    case "list":
    case "set":
      return toCollection(expression, wanted, [type[0], type[1]]);
    case "map": {
      const [, element] = type;
      return toMembers(expression, wanted, () => element);
    }
    case "object": {
      const [, members] = type;
      const isSingle = expression.kind === "tuple" && expression.items.length === 1;
      const single = isSingle ? unwrapped(expression, wanted) : undefined;
      if (single !== undefined) return single;
      return toMembers(expression, wanted, (name) =>
        Object.hasOwn(members, name) ? members[name] : undefined,
      );
    }
    default:
      return unsure("The value does not fit its type");
  }
}
