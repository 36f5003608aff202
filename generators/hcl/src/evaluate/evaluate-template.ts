import { COLLECTION_ITEMS_MAX, STRING_LENGTH_MAX } from "../limits.ts";
import type { Expression, Template, TemplateFor, TemplatePart } from "../syntax/expression.ts";
import type { Interpreter, Scope } from "./interpreter.ts";
import { toBoolValue } from "./operators.ts";
import type { TrailPart } from "./trail.ts";
import { computed, entriesOf, failure, itemsOf, scalar, toText, unknownValue, type Value } from "./value.ts";

/** Nobody writes `"${"t3.small"}"`: the reference between the braces is no place to edit, the template around it is. */
function withoutOwnSite(value: Value, expression: Expression): Value {
  const { trail } = value;
  const isOwn =
    trail.kind === "step" && trail.site?.kind === "expression" && trail.site.expression === expression;
  return isOwn ? { ...value, trail: trail.inner } : value;
}

interface Rendered {
  readonly text: string;
  readonly parts: readonly TrailPart[];
  readonly influences: readonly Value[];
}

type Outcome =
  | { readonly kind: "text"; readonly rendered: Rendered }
  | { readonly kind: "not"; readonly value: Value };

/**
 * Evaluates a quoted template or heredoc. A template that is one interpolation hands its value on unchanged;
 * otherwise the parts are kept so that an edit can go into the one part that has to change.
 */
export function evaluateTemplate(interpreter: Interpreter, template: Template, scope: Scope): Value {
  const [only] = template.parts;
  if (template.parts.length === 1 && only?.kind === "interpolation" && !template.heredoc) {
    return withoutOwnSite(interpreter.evaluate(only.expression, scope), only.expression);
  }
  const outcome = render(interpreter, template.parts, scope);
  if (outcome.kind === "not") return outcome.value;
  const { text, parts, influences } = outcome.rendered;
  return scalar(text, { kind: "template", template, parts }, influences);
}

function render(interpreter: Interpreter, parts: readonly TemplatePart[], scope: Scope): Outcome {
  let text = "";
  const rendered: TrailPart[] = [];
  const influences: Value[] = [];
  let refused: Value | undefined;
  for (const part of parts) {
    const outcome = renderPart(interpreter, part, scope);
    if (outcome.kind === "not") {
      // The other parts still count as what went into the text.
      refused ??= outcome.value;
      influences.push(outcome.value);
      continue;
    }
    text += outcome.rendered.text;
    rendered.push(...outcome.rendered.parts);
    influences.push(...outcome.rendered.influences);
    if (text.length > STRING_LENGTH_MAX) {
      const value = unknownValue(`a text of more than ${STRING_LENGTH_MAX} characters`, influences);
      return { kind: "not", value };
    }
  }
  if (refused === undefined) return { kind: "text", rendered: { text, parts: rendered, influences } };
  const reason = refused.kind === "unknown" ? refused.reason : "a text with an unknown part";
  return { kind: "not", value: { ...unknownValue(reason, influences), trail: refused.trail } };
}

function renderPart(interpreter: Interpreter, part: TemplatePart, scope: Scope): Outcome {
  if (part.kind === "text") {
    return {
      kind: "text",
      rendered: { text: part.value, parts: [{ kind: "text", text: part }], influences: [] },
    };
  }
  if (part.kind === "interpolation") {
    const value = withoutOwnSite(interpreter.evaluate(part.expression, scope), part.expression);
    const text = toText(value);
    if (text !== undefined) {
      const parts: TrailPart[] = [{ kind: "value", value, string: text }];
      return { kind: "text", rendered: { text, parts, influences: [value] } };
    }
    const isUnknown = value.kind === "unknown" || value.kind === "resource";
    return { kind: "not", value: isUnknown ? value : failure("only strings fit into a template", [value]) };
  }
  if (part.kind === "for-each") return renderLoop(interpreter, part, scope);
  const condition = interpreter.evaluate(part.condition, scope);
  const bool = toBoolValue(condition);
  if (bool === undefined) {
    const isUnknown = condition.kind === "unknown";
    return { kind: "not", value: isUnknown ? condition : failure("%{ if } needs a bool", [condition]) };
  }
  const outcome = render(interpreter, bool ? part.whenTrue : part.whenFalse, scope);
  return outcome.kind === "not" ? outcome : calculated(outcome.rendered, [condition], "%{ if }");
}

function renderLoop(interpreter: Interpreter, part: TemplateFor, scope: Scope): Outcome {
  const collection = interpreter.evaluate(part.collection, scope);
  if (collection.kind !== "list" && collection.kind !== "object") {
    const isUnknown = collection.kind === "unknown" || collection.kind === "resource";
    return {
      kind: "not",
      value: isUnknown ? collection : failure("%{ for } needs a list or map", [collection]),
    };
  }
  const entries: [Value, Value][] =
    collection.kind === "list"
      ? itemsOf(collection).map((item, at) => [computed(at, "an index", []), item])
      : entriesOf(collection).map(([key, item]) => [computed(key, "a key", []), item]);
  let text = "";
  const influences: Value[] = [collection];
  for (const [key, item] of entries.slice(0, COLLECTION_ITEMS_MAX)) {
    const bindings = new Map(scope.bindings);
    bindings.set(part.item, item);
    if (part.key !== undefined) bindings.set(part.key, key);
    const outcome = render(interpreter, part.body, { ...scope, bindings });
    if (outcome.kind === "not") return outcome;
    text += outcome.rendered.text;
    influences.push(...outcome.rendered.influences);
    if (text.length > STRING_LENGTH_MAX) break;
  }
  return calculated({ text, parts: [], influences }, [], "%{ for }");
}

function calculated(rendered: Rendered, more: readonly Value[], what: string): Outcome {
  const influences = [...rendered.influences, ...more];
  const value = computed(rendered.text, what, influences);
  const parts: TrailPart[] = [{ kind: "value", value, string: rendered.text }];
  return { kind: "text", rendered: { text: rendered.text, parts, influences } };
}
