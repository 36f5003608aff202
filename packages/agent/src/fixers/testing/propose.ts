import type { BlockSchema, ResourceSchema, TerraformSchemas } from "@apex/core";
import { applyTextEdits, readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { Problem, ProblemClass } from "../../diagnostics/problem.ts";
import type { World } from "../../world/world.ts";
import type { Fixer } from "../fixer.ts";

const parser = await loadHclParser();

/** Bodies by type, and the files besides `main.tf`: all that one test needs. */
export interface SmallProvider {
  readonly resources?: Readonly<Record<string, BlockSchema>>;
  readonly data?: Readonly<Record<string, BlockSchema>>;
  readonly files?: Readonly<Record<string, string>>;
  /** What Terraform's message tells besides. */
  readonly names?: Readonly<Record<string, string>>;
}

type SchemasByName = Readonly<Record<string, ResourceSchema>>;

/** Schemas of these types; a provider's own only where it is told. */
export function schemasOfTypes(
  resources: SchemasByName,
  dataSources: SchemasByName,
  providers: SchemasByName = {},
): TerraformSchemas {
  const of = (schemas: SchemasByName) => (name: string) =>
    Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  return {
    resource: of(resources),
    dataSource: of(dataSources),
    provider: of(providers),
    resourceTypes: () => Object.keys(resources).toSorted(),
    dataSourceTypes: () => Object.keys(dataSources).toSorted(),
  };
}

function firstVersions(blocks: Readonly<Record<string, BlockSchema>>): SchemasByName {
  return Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, { version: 0, block }]));
}

/** The schemas of a small provider named `aws`. */
export function schemasOf({ resources = {}, data = {} }: SmallProvider): TerraformSchemas {
  return schemasOfTypes(firstVersions(resources), firstVersions(data), firstVersions({ aws: {} }));
}

/** A world of these texts. */
export function smallWorld(
  files: Readonly<Record<string, string>>,
  schemas: TerraformSchemas,
  state: World["state"] = [],
): World {
  const configuration = readConfiguration(parser, { files: new Map(Object.entries(files)) });
  return { configuration, schemas, machineTypes: {}, state };
}

/**
 * What a fixer makes of `main.tf`, in which `«` and `»` mark what Terraform points at: the text afterwards, `unsure: …` with the
 * candidates, or `null`.
 */
export function proposed(
  fixer: Fixer,
  problemClass: ProblemClass,
  marked: string,
  provider: SmallProvider,
): string | null {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const text = marked.replace("«", "").replace("»", "");
  const world = smallWorld({ "main.tf": text, ...provider.files }, schemasOf(provider));
  const problem: Problem = {
    class: problemClass,
    diagnostic: { severity: "error", summary: "" },
    names: { name: text.slice(start, end), ...provider.names },
    place: { file: "main.tf", start, end },
  };
  const proposal = fixer.propose(problem, world);
  if (proposal === null) return null;
  if (proposal.kind === "unsure") return `unsure: ${proposal.candidates.join(", ")}`;
  return applyTextEdits(world.configuration.source.files, proposal.edits).get("main.tf") ?? null;
}
