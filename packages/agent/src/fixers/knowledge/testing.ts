import { assert, type JsonObject, type ResourceSchema } from "@apex/core";
import { applyTextEdits, readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { FilePlace, Problem, ProblemClass } from "../../diagnostics/problem.ts";
import type { KnownResource, World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { schemasOfTypes } from "../testing/propose.ts";

const parser = await loadHclParser();

/** Paths and texts, or the text of main.tf. */
export type TestFiles = string | Readonly<Record<string, string>>;

/** What a test's world has besides its files. */
export interface TestWorld {
  readonly resources?: Readonly<Record<string, ResourceSchema>>;
  readonly dataSources?: Readonly<Record<string, ResourceSchema>>;
  readonly machineTypes?: Readonly<Record<string, readonly string[]>>;
  readonly state?: readonly KnownResource[];
  readonly region?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A problem, its place given as a piece of main.tf (or of `file`) that stands there; the first one counts. */
export interface TestProblem {
  readonly class: ProblemClass;
  readonly names?: Readonly<Record<string, string>>;
  readonly at?: string;
  readonly file?: string;
  /** The file whose text is to be seen afterwards; `file` unless told. */
  readonly shown?: string;
  readonly address?: string;
  readonly summary?: string;
  readonly detail?: string;
}

function filesOf(files: TestFiles): ReadonlyMap<string, string> {
  return new Map(Object.entries(typeof files === "string" ? { "main.tf": files } : files));
}

/** The world that a fixer sees. */
function testWorld(files: TestFiles, world: TestWorld = {}): World {
  const { resources = {}, dataSources = {}, machineTypes = {}, state = [], region, variables } = world;
  const source = { files: filesOf(files), ...(variables === undefined ? {} : { variables }) };
  return {
    configuration: readConfiguration(parser, source),
    schemas: schemasOfTypes(resources, dataSources),
    machineTypes,
    state,
    ...(region === undefined ? {} : { region }),
  };
}

/** The problem as the classifier gives it. */
function testProblem(files: TestFiles, problem: TestProblem): Problem {
  const { at, file = "main.tf", names = {}, summary = "", detail = "", address } = problem;
  let place: FilePlace | undefined;
  if (at !== undefined) {
    const start = filesOf(files).get(file)?.indexOf(at) ?? -1;
    assert(start >= 0, `${file} holds ${at}`);
    place = { file, start, end: start + at.length };
  }
  return {
    class: problem.class,
    diagnostic: { severity: "error", summary, detail },
    names,
    ...(place === undefined ? {} : { place }),
    ...(address === undefined ? {} : { address }),
  };
}

/** What a fixer proposes. */
export function proposalFor(
  fixer: Fixer,
  files: TestFiles,
  problem: TestProblem,
  world: TestWorld = {},
): Proposal {
  return fixer.propose(testProblem(files, problem), testWorld(files, world));
}

/** The text of the file that is shown, after the fixer's edits; its reason, after `unsure: `, or `null` without any. */
export function fixedBy(
  fixer: Fixer,
  files: TestFiles,
  problem: TestProblem,
  world: TestWorld = {},
): string | null {
  const proposal = proposalFor(fixer, files, problem, world);
  if (proposal === null) return null;
  if (proposal.kind === "unsure") return `unsure: ${proposal.reason}`;
  const changed = applyTextEdits(filesOf(files), proposal.edits);
  return changed.get(problem.shown ?? problem.file ?? "main.tf") ?? "";
}

/** A resource that the state holds. */
export function known(address: string, attributes: JsonObject): KnownResource {
  const type = /(?:^|\.)([a-z]+_[a-z0-9_]+)\.[^.[]+(?:\[[^\]]*\])?$/.exec(address)?.[1];
  assert(type !== undefined, `${address} names a resource`);
  return { address, mode: "managed", type, attributes };
}
