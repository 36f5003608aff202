import { cp } from "node:fs/promises";
import path from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import type { Sides, TouchedProject } from "./estimate-project.ts";
import { INSTALLED, type ProjectSources } from "./project-sources.ts";
import { hasFile } from "./side-tree.ts";

type Call = ProjectSources["remoteModules"][number];

function isSame(one: Call, other: Call): boolean {
  return (
    one.name === other.name &&
    one.directory === other.directory &&
    one.source === other.source &&
    one.version === other.version
  );
}

function notLent({ name, source, version }: Call): TerraformDiagnostic {
  const called = version === undefined ? source : `${source} ${version}`;
  return {
    severity: "error",
    summary: `Module ${name} is called with another source or version`,
    detail: `It was ${called}, and in the checkout is what the change calls. Give \`base\` a directory that holds a checkout of the base, with its modules fetched by "terraform get", or \`plan-json\` the plans of both.`,
  };
}

/**
 * Modules from registries and git are where the workflow fetched them: in the checkout. The base's files are made anew without any,
 * so they get the checkout's, where both sides call the same ones. Answers why it may not, where a call differs: what another
 * version costs is not what the base cost.
 */
export async function lendModules(
  project: TouchedProject,
  sides: Sides,
): Promise<TerraformDiagnostic | undefined> {
  const { base, head, directory } = project;
  if (!sides.base.isOwn || base === null || head === null || base.remoteModules.length === 0)
    return undefined;
  const manifest = path.posix.join(directory, INSTALLED, "modules.json");
  if ((await hasFile(sides.base, manifest)) || !(await hasFile(sides.head, manifest))) return undefined;
  const other = base.remoteModules.find((call) => !head.remoteModules.some((each) => isSame(call, each)));
  if (other !== undefined) return notLent(other);
  const place = (root: string) => path.join(root, directory, INSTALLED);
  await cp(place(sides.head.root), place(sides.base.root), {
    recursive: true,
    // Where they lead is the planner's to judge, on this side as on the other.
    verbatimSymlinks: true,
    filter: (file) => path.basename(file) !== ".git",
  });
  return undefined;
}
