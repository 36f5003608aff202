import { homedir } from "node:os";
import path from "node:path";
import {
  type DockerEngine,
  ensureBaseImage,
  ensureImages,
  type ImageProgress,
  type ImageReferences,
} from "@apex/sandbox-docker";
import { findTerraform } from "@apex/sandbox-terraform";
import type { Io } from "../io.ts";
import { freshLine, openProgress, type Progress } from "../progress.ts";

const TWIN = path.resolve(import.meta.dirname, "../../../../sandbox/twin/src");
const MEGABYTE = 1e6;

/** Where what can be made again is kept: https://specifications.freedesktop.org/basedir-spec */
export function cacheDirectory(io: Io): string {
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
      terraform: terraform || (await findTerraform()).path,
      cacheDirectory: cacheDirectory(io),
      ready: { ...(twin ? { twin } : {}), ...(terraform ? { terraform } : {}) },
    },
    { signal: io.signal, onProgress: (each) => progress?.detail(describe(each)) },
  );
}

/** Progress of a step that begins when there is something to tell: what is there already takes no time. */
function lateProgress(
  io: Io,
  name: string,
): { readonly tell: (each: ImageProgress) => void; readonly done: () => void } {
  let progress: Progress | undefined;
  return {
    tell: (each) => {
      if (progress === undefined) {
        // The line of the step that this one is part of: it comes again when that step goes on.
        io.err(freshLine(io));
        progress = openProgress(io);
        progress.step(name);
      }
      progress.detail(describe(each));
    },
    done: () => progress?.done(),
  };
}

/**
 * The image that Terraform runs in, built from the given program, and nothing that only a replay needs; tells on stderr when
 * it has to be built.
 */
export async function prepareTerraformImage(
  io: Io,
  engine: DockerEngine,
  terraform: string,
): Promise<string> {
  const building = lateProgress(io, "Building the image that Terraform runs in, once");
  const recipe = { twinDirectory: TWIN, terraform, cacheDirectory: cacheDirectory(io) };
  const options = { signal: io.signal, onProgress: building.tell };
  try {
    // An image that is there anyway, in the twin's place, keeps the twin from being built.
    const twin = await ensureBaseImage(engine, recipe, options);
    return (await ensureImages(engine, { ...recipe, ready: { twin } }, options)).terraform;
  } finally {
    building.done();
  }
}
