import { homedir } from "node:os";
import path from "node:path";
import {
  type DockerEngine,
  ensureImages,
  type ImageProgress,
  type ImageReferences,
} from "@apex/sandbox-docker";
import { findTerraform } from "@apex/sandbox-terraform";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";

const TWIN = path.resolve(import.meta.dirname, "../../../../sandbox/twin/src");
const MEGABYTE = 1e6;

/** Where what can be made again is kept: https://specifications.freedesktop.org/basedir-spec */
function cacheDirectory(io: Io): string {
  const base = io.env["XDG_CACHE_HOME"];
  return path.join(
    base && path.isAbsolute(base) ? base : path.join(io.env["HOME"] || homedir(), ".cache"),
    "apex",
  );
}

function describe(progress: ImageProgress): string {
  return progress.kind === "sending"
    ? `${progress.image}: ${(progress.sentBytes / MEGABYTE).toFixed(0)} of ${(progress.totalBytes / MEGABYTE).toFixed(0)} MB`
    : `${progress.image}: ${progress.text}`;
}

/**
 * The images of the sandbox, built where the engine lacks them. `APEX_TWIN_IMAGE` and `APEX_TERRAFORM_IMAGE` name images
 * that were built otherwise.
 */
export async function prepareImages(
  io: Io,
  engine: DockerEngine,
  progress?: Progress,
): Promise<ImageReferences> {
  const { APEX_TWIN_IMAGE: twin, APEX_TERRAFORM_IMAGE: terraform } = io.env;
  return ensureImages(
    engine,
    {
      twinDirectory: TWIN,
      terraform: (await findTerraform()).path,
      cacheDirectory: cacheDirectory(io),
      ready: { ...(twin ? { twin } : {}), ...(terraform ? { terraform } : {}) },
    },
    { signal: io.signal, onProgress: (each) => progress?.detail(describe(each)) },
  );
}
