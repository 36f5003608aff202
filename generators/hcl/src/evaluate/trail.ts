import type { InstanceKey } from "@apex/core";
import type {
  Block,
  Expression,
  Literal,
  Located,
  ObjectLiteral,
  Template,
  TemplateText,
} from "../syntax/expression.ts";
import type { Value } from "./value.ts";

/** The `for_each` or `count` of the block in which an expression stands, and the key it was evaluated for. */
export interface Repetition {
  readonly kind: "for_each" | "count";
  readonly key: InstanceKey;
}

/**
 * A place in the files where a value can be decided: an expression that can be written anew, or a key or module argument
 * that can be added because a default stood in for it.
 */
export type Site =
  | {
      readonly kind: "expression";
      readonly expression: Located;
      /** Present for an expression that is the whole value of an attribute, argument or object item in a repeated block. */
      readonly repetition?: Repetition;
    }
  /** The constant text between the interpolations of a quoted template. */
  | { readonly kind: "text"; readonly text: TemplateText }
  | { readonly kind: "missing-key"; readonly object: ObjectLiteral; readonly key: string }
  | { readonly kind: "missing-argument"; readonly call: Block; readonly name: string };

function placeKey({ source, start, end }: Located): string {
  return `${source.file}:${start}-${end}`;
}

/** Identifies a site across evaluations: the same text decided it. */
export function siteKey(site: Site): string {
  switch (site.kind) {
    case "missing-key":
      return `${placeKey(site.object)}+${site.key}`;
    case "missing-argument":
      return `${placeKey(site.call)}+${site.name}`;
    case "text":
      return placeKey(site.text);
    case "expression":
      return placeKey(site.expression);
  }
}

/** How a value came to be, from the attribute that uses it inwards to what decides it. */
export type Trail =
  /** A constant in a file: the token that decides. */
  | { readonly kind: "literal"; readonly literal: Literal }
  /** A list or object written out; its elements have trails of their own. */
  | { readonly kind: "collection"; readonly object?: ObjectLiteral }
  /** The value passed through a reference, an argument or a function that hands it on. */
  | { readonly kind: "step"; readonly label?: string; readonly site?: Site; readonly inner: Trail }
  /** Text put together; an edit may fit into one part. */
  | { readonly kind: "template"; readonly template: Template; readonly parts: readonly TrailPart[] }
  /** The result of a calculation: no single token can be written to get another result. */
  | { readonly kind: "computed"; readonly expression?: Expression; readonly what: string }
  /** Decided outside of the files: `-var`, `count.index`, a key of `for_each`. */
  | { readonly kind: "outside"; readonly what: string };

export type TrailPart =
  | { readonly kind: "text"; readonly text: TemplateText }
  | { readonly kind: "value"; readonly value: Value; readonly string: string };

interface Step {
  readonly label?: string;
  readonly site?: Site;
}

/** The trail with one more step on its outside. */
export function stepped(inner: Trail, step: Step): Trail {
  return { kind: "step", ...step, inner };
}

/** The innermost part of a trail. */
export function originOf(trail: Trail): Exclude<Trail, { kind: "step" }> {
  let at = trail;
  while (at.kind === "step") at = at.inner;
  return at;
}

/** A child's trail when it is reached through a container: the container's own labels go on the outside of it. */
export function through(container: Trail, child: Trail): Trail {
  const labels: string[] = [];
  for (let at = container; at.kind === "step"; at = at.inner)
    if (at.label !== undefined) labels.push(at.label);
  return labels.reduceRight<Trail>((inner, label) => ({ kind: "step", label, inner }), child);
}
