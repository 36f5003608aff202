import { type Configuration, directoryOf } from "@apex/generators-hcl";
import { type Expression, expressionsIn } from "@apex/generators-hcl/syntax";
import type { FilePlace } from "../../diagnostics/problem.ts";

/** `root.first.second`: the names that a reference starts with. */
export interface Head {
  /** From the root to the end of `second`, or of `first` where another step follows. */
  readonly place: FilePlace;
  readonly root: string;
  readonly first: string;
  /** Absent where an index, a splat or nothing follows. */
  readonly second?: string;
}

type GetAttribute = Extract<Expression, { kind: "attribute" }>;

function headOf(node: GetAttribute, parents: ReadonlyMap<Expression, GetAttribute>): Head | undefined {
  if (node.of.kind !== "root") return undefined;
  const next = parents.get(node);
  const { end } = next ?? node;
  return {
    place: { file: node.source.file, start: node.start, end },
    root: node.of.name,
    first: node.name,
    ...(next === undefined ? {} : { second: next.name }),
  };
}

/** The heads of all references that the `.tf` files of a directory hold. */
function headsIn(configuration: Configuration, directory: string): readonly Head[] {
  const heads: Head[] = [];
  for (const [file, { body }] of configuration.parsed) {
    if (directoryOf(file) !== directory) continue;
    const attributes: GetAttribute[] = [];
    for (const expression of expressionsIn({ body })) {
      if (expression.kind === "attribute") attributes.push(expression);
    }
    const parents = new Map(attributes.map((node): [Expression, GetAttribute] => [node.of, node]));
    heads.push(...attributes.flatMap((node) => headOf(node, parents) ?? []));
  }
  return heads;
}

/** How often a module refers to `root.first` (and, for data sources, `.second`). */
export function usesOf(
  configuration: Configuration,
  directory: string,
  names: readonly [string, string, string?],
): readonly FilePlace[] {
  const [root, first, second] = names;
  return headsIn(configuration, directory)
    .filter((head) => head.root === root && head.first === first)
    .filter((head) => second === undefined || head.second === second)
    .map(({ place }) => place);
}

/** The root that starts at a place, with each step that follows it: `var`, `var.a`, `var.a[0]`, smallest first. */
export function chainAt(configuration: Configuration, place: FilePlace): readonly Expression[] {
  const body = configuration.parsed.get(place.file)?.body;
  if (body === undefined) return [];
  const steps: Expression[] = [];
  for (const expression of expressionsIn({ body })) {
    if (expression.start === place.start && isStep(expression)) steps.push(expression);
  }
  return steps.toSorted((a, b) => a.end - b.end);
}

function isStep({ kind }: Expression): boolean {
  return kind === "root" || kind === "attribute" || kind === "index" || kind === "splat";
}
