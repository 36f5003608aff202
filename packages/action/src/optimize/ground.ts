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

/** Where the root module is, and what branches begin at. */
export interface Ground {
  /** Absolute, and relative to the repository. */
  readonly directory: { readonly absolute: string; readonly relative: string };
  readonly baseBranch: string;
  readonly files: BaseFiles;
}

/** Finds the root module in its checkout, and the commit. Throws an AdapterError for a run that is of another branch. */
export async function openGround(
  { io, event }: OptimizeRun,
  github: GitHub,
  wanted: { readonly base: string | null; readonly directory: string },
): Promise<Ground> {
  const place = path.resolve(io.workspace, wanted.directory);
  const absolute = await realpath(place).catch((cause: unknown) => {
    throw new AdapterError("not-found", `path: there is no ${place}`, { cause });
  });
  const git: Git = await openGit(absolute, io.env, io.signal);
  const relative = path.relative(git.root, absolute).split(path.sep).join("/") || ".";
  const baseBranch = wanted.base ?? event.defaultBranch ?? (await github.defaultBranch());
  const ref = io.env["GITHUB_REF"];
  if (ref !== undefined && ref !== "" && ref !== `refs/heads/${baseBranch}`) {
    throw new AdapterError(
      "invalid",
      `mode optimize opens pull requests into ${baseBranch}, and this run is of ${ref}: run it on schedule, push or workflow_dispatch of that branch, or name the other one with \`base\``,
    );
  }
  const commit = (await git.run(["rev-parse", "--verify", "HEAD^{commit}"])).trim();
  return { directory: { absolute, relative }, baseBranch, files: baseFiles(git, commit) };
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

/** What pull requests of this root module remember it by. */
export function directoryDigest({ directory }: Ground): string {
  return digest(directory.relative, 8);
}
