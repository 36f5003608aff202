import { canonicalJson, type JsonObject, type PlannedResource, type TerraformDiagnostic } from "@apex/core";
import type { ParsedFile } from "@apex/generators-hcl";
import { type Block, type Body, textOf } from "@apex/generators-hcl/syntax";
import { loadHclParser } from "@apex/generators-hcl/node";
import { type Files, planner, withFiles } from "../../agent/diagnose.ts";
import { withoutChance } from "./placeholders.ts";

/**
 * What a configuration means, fact by fact: what its plan does to each resource, what each resource and output will be once it is
 * applied to the stand-ins, and what a plan does not show (lifecycles, checks, defaults of variables).
 */
export type Meaning = ReadonlyMap<string, string>;

/** A meaning, or what Terraform says against it. */
export type Understood =
  | { readonly kind: "means"; readonly meaning: Meaning }
  | { readonly kind: "fails"; readonly diagnostics: readonly TerraformDiagnostic[] };

/**
 * Plans and applies with real Terraform and the stand-ins. Applying tells more than planning: the id of a new resource is unknown
 * in a plan, so that a reference to the wrong one of two looks right there.
 */
export async function understand(files: Files, state: string | null): Promise<Understood> {
  const written = state === null ? files : { ...files, "terraform.tfstate": state };
  return withFiles(written, async (directory) => {
    const terraform = await planner();
    const { plan, diagnostics } = await terraform.plan({ directory });
    if (plan === null) return { kind: "fails", diagnostics };
    const applied = await terraform.apply({ directory });
    if (applied.resources === null || applied.outputs === null)
      return { kind: "fails", diagnostics: applied.diagnostics };
    const facts = new Map(
      applied.resources.map(({ address, values }) => [`applied ${address}`, appliedFact(values)]),
    );
    for (const [name, output] of Object.entries(applied.outputs))
      facts.set(`output ${name}`, canonicalJson(output));
    const ids = new Map(
      applied.resources.map(({ address, values }) => [address, JSON.stringify(values["id"] ?? "")]),
    );
    const known = JSON.stringify([written, plan.resources, plan.outputs ?? {}]);
    const meaning = new Map([
      ...plan.resources.map((resource) => [`plan ${resource.address}`, plannedFact(resource)] as const),
      ...withoutChance(facts, ids, known),
    ]);
    for (const [place, fact] of await unplanned(files)) meaning.set(place, fact);
    return { kind: "means", meaning };
  });
}

/** What differs, one line each: where, what was meant, what is. */
export function differences(intended: Meaning, found: Meaning): string[] {
  const places = [...new Set([...intended.keys(), ...found.keys()])].toSorted();
  return places.flatMap((place) => {
    const [meant, is] = [intended.get(place), found.get(place)];
    return meant === is ? [] : [`${place}: meant ${excerpt(meant, is)}, is ${excerpt(is, meant)}`];
  });
}

const EXCERPT_CHARACTERS = 100;

/** The piece of a fact where it starts to differ from another. */
function excerpt(fact: string | undefined, other: string | undefined): string {
  if (fact === undefined) return "nothing";
  let at = 0;
  while (at < fact.length && fact[at] === other?.[at]) at++;
  const start = Math.max(0, at - EXCERPT_CHARACTERS / 2);
  return `${start > 0 ? "…" : ""}${fact.slice(start, start + EXCERPT_CHARACTERS)}`;
}

function plannedFact({ actions, changedAttributes, references }: PlannedResource): string {
  return canonicalJson({ actions, changed: changedAttributes, references: references ?? {} });
}

/** Times of the day on which it runs are no part of what is meant. */
function appliedFact(values: JsonObject): string {
  return canonicalJson(values).replaceAll(
    /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(?:Z|[+-]\d\d:\d\d)/g,
    "(time)",
  );
}

/** Blocks, wherever they stand, and attributes of variables that a plan does not show. */
const UNPLANNED_BLOCKS = new Set([
  "lifecycle",
  "validation",
  "check",
  "moved",
  "import",
  "removed",
  "provisioner",
  "terraform",
]);
const VARIABLE_ATTRIBUTES = new Set(["default", "sensitive", "nullable", "ephemeral"]);

async function unplanned(files: Files): Promise<Map<string, string>> {
  const parser = await loadHclParser();
  const facts = new Map<string, string>();
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith(".tf"))
      collect(parser.parse(name, text), name.split("/").slice(0, -1).join("/"), facts);
  }
  return facts;
}

function collect(file: ParsedFile, directory: string, facts: Map<string, string>): void {
  const add = (place: string, text: string): void => {
    // Several of one kind at one place are one fact, in their order.
    facts.set(place, [...(facts.get(place)?.split("\n") ?? []), text].join("\n"));
  };
  const visit = (body: Body, place: string): void => {
    for (const block of body.blocks) {
      const inside = `${place} ${[block.type, ...block.labels].join(" ")}`;
      if (UNPLANNED_BLOCKS.has(block.type)) add(inside, plainText(block));
      else visit(block.body, inside);
      if (block.type !== "variable") continue;
      for (const attribute of block.body.attributes) {
        if (VARIABLE_ATTRIBUTES.has(attribute.name)) add(`${inside}.${attribute.name}`, plainText(attribute));
      }
    }
  };
  visit(file.body, directory === "" ? "text" : `text ${directory}`);
}

/** Without comments and layout. */
function plainText(located: Block | Body["attributes"][number]): string {
  return textOf(located)
    .replaceAll(/(?:^|\s)(?:#|\/\/)[^\n]*/g, "")
    .replaceAll(/\s+/g, " ");
}
