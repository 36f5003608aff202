import type { TypeConstraint } from "@apex/core";
import { type Expression, expressionsIn } from "@apex/generators-hcl/syntax";
import type { Problem } from "../../diagnostics/problem.ts";
import { enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { elementOf, scopeAt, typeOf } from "../expression-type.ts";
import { type Fit, typeFits } from "../value-fits.ts";
import { type ReferenceSite, referenceSite } from "./reference-site.ts";

/** A step `.name` that a problem points at. */
export interface AttributeStep {
  readonly site: ReferenceSite;
  readonly written: string;
  /** The attributes of what it is a step of: of a list, those of each element. */
  readonly names: readonly string[] | undefined;
  readonly fit: (name: string) => Fit;
  readonly end: number;
}

type Splat = Extract<Expression, { kind: "splat" }>;

function splatAt(problem: Problem, world: World): Splat | undefined {
  const { place } = problem;
  const body = place === undefined ? undefined : world.configuration.parsed.get(place.file)?.body;
  if (place === undefined || body === undefined) return undefined;
  for (const expression of expressionsIn({ body })) {
    if (expression.kind === "splat" && expression.steps.length === 1 && expression.end === place.end)
      return expression;
  }
  return undefined;
}

function membersOf(
  type: TypeConstraint | undefined,
): { readonly [name: string]: TypeConstraint } | undefined {
  return type === undefined || typeof type === "string" || type[0] !== "object" ? undefined : type[1];
}

/** The step `.name` of `list[*].name`: splats with one step after the star; of longer ones Terraform does not tell which step it means. */
export function splatStep(problem: Problem, world: World): AttributeStep | undefined {
  const splat = splatAt(problem, world);
  const written = splat?.steps[0];
  const { place } = problem;
  if (splat === undefined || place === undefined || typeof written !== "string") return undefined;
  const scope = scopeAt(world, place.file, enclosingBlocks(world.configuration, place)[0]);
  const start = { ...place, start: splat.start, end: splat.end };
  const site = referenceSite({ ...problem, place: start }, world);
  if (scope === undefined || site === undefined) return undefined;
  const members = membersOf(elementOf(typeOf(splat.of, scope)));
  const fit = (name: string): Fit => {
    const member = members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
    if (site.wanted === undefined || member === undefined) return "unknown";
    return typeFits(["list", member], site.wanted);
  };
  return {
    site,
    written,
    names: members === undefined ? undefined : Object.keys(members),
    fit,
    end: splat.end,
  };
}
