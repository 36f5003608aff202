import { realpath } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { type Git, openGit } from "../estimate/git.ts";
import type { EstimateRun } from "../estimate/run-estimate.ts";
import type { GitHub } from "../github/github.ts";
import { CODEOWNERS_PATHS, type CodeOwners, parseCodeOwners } from "../pull-requests/codeowners.ts";
import { digest } from "../pull-requests/digest.ts";
import { type BaseFiles, baseFiles } from "./base-files.ts";

/** What optimization pull requests need of the outside. */
export type OptimizeRun = Pick<EstimateRun, "inputs" | "event" | "io" | "openGitHub">;

/** Where a root module is. */
export interface ModulePlace {
  readonly absolute: string;
  /** To the repository, with forward slashes; "." for its root. */
  readonly relative: string;
}

/** What branches begin at. */
export interface Ground {
  readonly git: Git;
  readonly baseBranch: string;
  readonly files: BaseFiles;
}

/** The directory that is written in the workflow or a report, links resolved. Throws an AdapterError where there is none. */
export async function existingPlace(workspace: string, directory: string): Promise<string> {
  const place = path.resolve(workspace, directory);
  return realpath(place).catch((cause: unknown) => {
    throw new AdapterError("not-found", `path: there is no ${place}`, { cause });
  });
}

/** A directory of the checkout; `absolute` has no links. */
export function placeIn({ git }: Ground, absolute: string): ModulePlace {
  return { absolute, relative: path.relative(git.root, absolute).split(path.sep).join("/") || "." };
}

/**
 * Finds the checkout that a directory lies in, and the commit. Throws an AdapterError where there is none, and for a run that is of
 * another branch.
 */
export async function openGround(
  { io, event }: OptimizeRun,
  github: GitHub,
  wanted: { readonly base: string | null; readonly directory: string },
): Promise<Ground> {
  const git = await openGit(wanted.directory, io.env, io.signal);
  const baseBranch = wanted.base ?? event.defaultBranch ?? (await github.defaultBranch());
  const ref = io.env["GITHUB_REF"];
  if (ref !== undefined && ref !== "" && ref !== `refs/heads/${baseBranch}`) {
    throw new AdapterError(
      "invalid",
      `mode optimize opens pull requests into ${baseBranch}, and this run is of ${ref}: run it on schedule, push or workflow_dispatch of that branch, or name the other one with \`base\``,
    );
  }
  const commit = (await git.run(["rev-parse", "--verify", "HEAD^{commit}"])).trim();
  return { git, baseBranch, files: baseFiles(git, commit) };
}

/** The owners of files, and what of their list GitHub skips. */
export async function readCodeOwners(
  files: BaseFiles,
): Promise<{ owners: CodeOwners; notes: readonly string[] }> {
  for (const place of CODEOWNERS_PATHS) {
    const read = await files.read(place);
    if (read.kind === "refused") continue;
    const owners = parseCodeOwners(read.text);
    const notes = owners.skipped.map(
      ({ line, reason }) => `${place}:${line} is skipped, as GitHub does: ${reason}.`,
    );
    return { owners, notes };
  }
  return { owners: { rules: [], skipped: [] }, notes: [] };
}

/** What pull requests of a root module remember it by; `directory` is relative to the repository. */
export function directoryDigest(directory: string): string {
  return digest(directory, 8);
}
