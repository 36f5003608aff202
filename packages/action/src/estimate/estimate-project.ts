import { priceDifference } from "@apex/catalog";
import type { TerraformDiagnostic, TerraformPlan } from "@apex/core";
import type { EstimatedProject, MissedRecommendation, Report } from "@apex/report";
import { movedBlocks } from "@apex/sandbox-terraform";
import { problemsOf } from "./estimate-problems.ts";
import type { EstimatePricing } from "./estimate-prices.ts";
import { lendModules } from "./lent-modules.ts";
import { missedRecommendations } from "./missed-recommendations.ts";
import type { PlannedSide } from "./plan-cache.ts";
import type { SidePlanner } from "./plan-sides.ts";
import { hasProject, type Project } from "./projects.ts";
import { type ProjectSources, projectSources } from "./project-sources.ts";
import { hasFile, type SideTree } from "./side-tree.ts";

/** Both sides of the comparison. */
export interface Sides {
  readonly base: SideTree;
  readonly head: SideTree;
}

/** A root module that the change touches, with what it reads on the sides that have it. */
export interface TouchedProject extends Project {
  readonly base: ProjectSources | null;
  readonly head: ProjectSources | null;
}

/** What an estimate makes of one root module. */
export interface ProjectEstimate {
  readonly project: EstimatedProject;
  readonly missed: readonly MissedRecommendation[];
  /** How many of its sides were planned, not found in the cache. */
  readonly plannedSides: number;
}

/** What all root modules of an estimate share. */
export interface EstimateSetting {
  readonly sides: Sides;
  readonly planner: SidePlanner;
  readonly pricing: EstimatePricing;
  readonly recommendations: Report | undefined;
  /** Whether the repository has one root module only. */
  readonly isOnly: boolean;
}

async function sourcesOn(tree: SideTree, project: Project): Promise<ProjectSources | null> {
  return hasProject(tree, project) ? projectSources(tree, project) : null;
}

/** The root modules that one of the changed files belongs to, on the side that has the file. */
export async function touchedProjects(
  projects: readonly Project[],
  sides: Sides,
  changedFiles: readonly string[],
): Promise<readonly TouchedProject[]> {
  const touched: TouchedProject[] = [];
  for (const project of projects) {
    const base = await sourcesOn(sides.base, project);
    const head = await sourcesOn(sides.head, project);
    const isTouched = changedFiles.some((file) => base?.reads(file) === true || head?.reads(file) === true);
    if (isTouched) touched.push({ ...project, base, head });
  }
  return touched;
}

/** What a side that lacks the root module plans. */
function nothing(terraformVersion: string): TerraformPlan {
  return { terraformVersion, resources: [] };
}

function unplanned(terraformVersion: string, diagnostic: TerraformDiagnostic) {
  return { plan: null, diagnostics: [diagnostic], notes: [], terraformVersion, isFromCache: true };
}

/** Of the variable files those that the side has: the change may bring one, or take one away. */
async function presentOn(tree: SideTree, varFiles: readonly string[]): Promise<readonly string[]> {
  const present = await Promise.all(varFiles.map((file) => hasFile(tree, file)));
  return varFiles.filter((_, index) => present[index]);
}

function notesOf(base: PlannedSide | null, head: PlannedSide | null): readonly string[] {
  return [...new Set([...(head?.notes ?? []), ...(base?.notes ?? [])])];
}

/** Plans and prices one root module on both sides. What is wrong with it is a part of the answer. */
export async function estimateProject(
  project: TouchedProject,
  setting: EstimateSetting,
): Promise<ProjectEstimate> {
  const { planner, pricing, sides, recommendations } = setting;
  const planOn = async (tree: SideTree, sources: ProjectSources | null) => {
    if (sources === null) return null;
    const varFiles = await presentOn(tree, project.varFiles);
    return planner.plan({ directory: project.directory, varFiles, tree: tree.root, sources });
  };
  const obstacle = await lendModules(project, sides);
  const base =
    obstacle === undefined
      ? await planOn(sides.base, project.base)
      : unplanned(planner.terraformVersion, obstacle);
  const head = await planOn(sides.head, project.head);
  const { directory, varFiles } = project;
  const plans = {
    base: base === null ? nothing(planner.terraformVersion) : base.plan,
    head: head === null ? nothing(planner.terraformVersion) : head.plan,
  };
  const difference =
    plans.base === null || plans.head === null
      ? null
      : priceDifference(
          { base: plans.base, head: plans.head },
          { ...pricing.options, moves: movedBlocks(project.head?.rootTexts ?? []) },
        );
  const problems = problemsOf(directory, { base, head });
  const missed =
    difference === null || plans.head === null || recommendations === undefined
      ? []
      : missedRecommendations(recommendations, {
          directory,
          isOnly: setting.isOnly,
          difference,
          head: plans.head,
        });
  return {
    project: { directory, varFiles, difference, problems, notes: notesOf(base, head) },
    missed,
    plannedSides: [base, head].filter((side) => side !== null && !side.isFromCache).length,
  };
}
