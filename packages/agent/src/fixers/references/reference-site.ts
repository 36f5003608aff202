import type { TypeConstraint } from "@apex/core";
import { directoryOf } from "@apex/generators-hcl";
import {
  type Attribute,
  type Block,
  type Expression,
  expressionsIn,
  textOf,
} from "@apex/generators-hcl/syntax";
import type { FilePlace, Problem } from "../../diagnostics/problem.ts";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { attributeType, calledModule, elementOf, type Scope, scopeAt, typeOf } from "../expression-type.ts";
import { fullSchemaOfBody } from "../schema/core-schema.ts";
import { isSettable } from "../schema/argument-site.ts";
import { chainAt } from "./traversals.ts";

/** A reference that leads nowhere. */
export interface ReferenceSite {
  readonly place: FilePlace;
  readonly directory: string;
  readonly scope: Scope;
  /** The root and each step that follows it, smallest first. */
  readonly chain: readonly Expression[];
  /** The whole reference. */
  readonly whole: Expression;
  /** Outermost first; the last one holds the argument. */
  readonly blocks: readonly Block[];
  readonly attribute: Attribute;
  /** The type that the whole reference has to have where it stands, as far as a schema tells. */
  readonly wanted: TypeConstraint | undefined;
}

/** The type that an attribute's value has to have. */
function wantedOf(world: World, blocks: readonly Block[], name: string): TypeConstraint | undefined {
  const schema = fullSchemaOfBody(world, blocks);
  if (schema === undefined || !isSettable(schema, name)) return undefined;
  const attribute = schema.attributes?.[name];
  return attribute === undefined ? undefined : attributeType(attribute);
}

/** The type that `inner`, a part of `value`, has to have where the value is to be `wanted`. */
function wantedWithin(
  value: Expression,
  inner: Expression,
  wanted: TypeConstraint | undefined,
): TypeConstraint | undefined {
  if (value === inner) return wanted;
  if (value.kind === "parentheses") return wantedWithin(value.inner, inner, wanted);
  if (value.kind === "tuple") {
    const item = value.items.find((one) => one.start <= inner.start && inner.end <= one.end);
    return item === undefined ? undefined : wantedWithin(item, inner, elementOf(wanted));
  }
  if (value.kind === "object") {
    const item = value.items.find(({ value: one }) => one.start <= inner.start && inner.end <= one.end);
    if (item === undefined || wanted === undefined || typeof wanted === "string") return undefined;
    const member = wanted[0] === "map" ? wanted[1] : undefined;
    return wantedWithin(item.value, inner, member);
  }
  if (value.kind !== "template") return undefined;
  const part = value.parts.find((one) => one.kind === "interpolation" && one.expression === inner);
  if (part === undefined) return undefined;
  return value.parts.length === 1 ? wanted : "string";
}

/** Where the reference stands that starts at `start` in a file; `undefined` where no argument holds it. */
function siteAt(place: FilePlace, world: World): ReferenceSite | undefined {
  const { configuration } = world;
  const blocks = enclosingBlocks(configuration, place);
  const attribute = attributeAt(configuration, place);
  const scope = scopeAt(world, place.file, blocks[0]);
  const chain = chainAt(configuration, place);
  const whole = chain.at(-1);
  if (attribute === undefined || scope === undefined || whole === undefined) return undefined;
  const wanted = wantedWithin(attribute.value, whole, wantedOf(world, blocks, attribute.name));
  return { place, directory: directoryOf(place.file), scope, chain, whole, blocks, attribute, wanted };
}

/** The reference that starts where a problem points at. */
export function referenceSite(problem: Problem, world: World): ReferenceSite | undefined {
  return problem.place === undefined ? undefined : siteAt(problem.place, world);
}

/** The reference of which a problem points at one step (`.name`), with that step. */
export function stepSite(
  problem: Problem,
  world: World,
): { readonly site: ReferenceSite; readonly step: Extract<Expression, { kind: "attribute" }> } | undefined {
  const { place } = problem;
  const body = place === undefined ? undefined : world.configuration.parsed.get(place.file)?.body;
  if (place === undefined || body === undefined) return undefined;
  for (const expression of expressionsIn({ body })) {
    if (expression.kind !== "attribute" || expression.end !== place.end) continue;
    const site = siteAt({ file: place.file, start: expression.start, end: expression.end }, world);
    if (site !== undefined) return { site, step: expression };
  }
  return undefined;
}

/** The names of a reference with the place where each ends. */
export interface Names {
  readonly names: readonly string[];
  readonly ends: readonly number[];
}

export function namesOf({ chain }: ReferenceSite): Names {
  const names: string[] = [];
  const ends: number[] = [];
  for (const step of chain) {
    if (step.kind !== "root" && step.kind !== "attribute") break;
    names.push(step.name);
    ends.push(step.end);
  }
  return { names, ends };
}

/** The whole reference with another text in place of its start. */
export function withHead({ whole, scope }: ReferenceSite, end: number, text: string): Expression {
  const { parser } = scope.world.configuration;
  return parser.parseExpression(whole.source.file, `${text}${textOf(whole).slice(end - whole.start)}`);
}

/** The outputs that `module.x` (or one instance of it) has; `undefined` for anything else, and for modules that were not read. */
export function outputsOf(expression: Expression, scope: Scope): readonly string[] | undefined {
  const call = expression.kind === "index" ? expression.of : expression;
  if (call.kind !== "attribute" || call.of.kind !== "root" || call.of.name !== "module") return undefined;
  const called = calledModule(scope, call.name);
  return called === undefined ? undefined : [...called.outputs.keys()];
}

/** Whether each name of a reference exists as far as types tell. */
export function leadsSomewhere(expression: Expression, scope: Scope): boolean {
  for (let at = expression; at.kind === "attribute" || at.kind === "index"; at = at.of) {
    if (at.kind === "index") continue;
    const outputs = outputsOf(at.of, scope);
    if (outputs !== undefined && !outputs.includes(at.name)) return false;
    const type = typeOf(at.of, scope);
    if (type === undefined || type === "dynamic") continue;
    if (typeof type === "string" || type[0] === "list" || type[0] === "set" || type[0] === "tuple")
      return false;
    if (type[0] === "object" && !Object.hasOwn(type[1], at.name)) return false;
  }
  return true;
}
