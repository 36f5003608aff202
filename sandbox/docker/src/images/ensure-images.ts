import { randomUUID } from "node:crypto";
import { AdapterError, type AdapterErrorKind, type StopSignal } from "@apex/core";
import type Docker from "dockerode";
import type { DockerEngine } from "../connect.ts";
import { engineError, isGone } from "../errors.ts";
import { following } from "../following.ts";
import { BUILDING } from "./abandoned-images.ts";
import { buildImage, type BuildOptions, type ImageProgress } from "./build-image.ts";
import { type FileMemory, openFileMemory } from "./file-memory.ts";
import { baseContent, type ImageContent, terraformContent, twinContent } from "./image-content.ts";
import { tryImage } from "./try-image.ts";

/** What to make the images from. */
export interface ImageRecipe {
  /** Folder of the twin's sources, `main.ts` in it. */
  readonly twinDirectory: string;
  /** Terraform's or OpenTofu's program: an absolute path, or a name to find on the PATH. */
  readonly terraform: string;
  /** Absent: the Node that runs this. */
  readonly node?: string;
  /** Where digests of large files are remembered between processes; made when it is missing. */
  readonly cacheDirectory: string;
  /** Images that were built otherwise and are used as they are. */
  readonly ready?: { readonly twin?: string; readonly terraform?: string };
}

/** References of images that the engine has. */
export interface ImageReferences {
  /** Node alone. `undefined` when both others were given. */
  readonly base: string | undefined;
  readonly twin: string;
  readonly terraform: string;
}

/** How to tell of progress, and when to stop. */
export interface EnsureOptions {
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly signal?: StopSignal;
}

async function idOf(docker: Docker, reference: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(reference).inspect()).Id;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw engineError(`looking for the image ${reference}`, error);
  }
}

async function requireReady(docker: Docker, reference: string, variable: string): Promise<string> {
  if ((await idOf(docker, reference)) !== undefined) return reference;
  throw new AdapterError(
    "not-found",
    `the engine has no image ${reference}: pull or build it, or unset ${variable} to have Apex build one`,
  );
}

/**
 * Builds, tries and names an image, unless the engine has it. The reference comes last: what has it is complete. Until then
 * a name of its own holds the image, so that of many builders at the same time each removes its own when it is not needed.
 */
async function ensureImage(docker: Docker, content: ImageContent, options: BuildOptions): Promise<string> {
  const { kind, reference } = content;
  if ((await idOf(docker, reference)) !== undefined) return reference;
  const id = await buildImage(docker, content, options);
  const building = { repo: BUILDING, tag: randomUUID() };
  try {
    await docker.getImage(id).tag(building);
    await tryImage(docker, { kind, id }, options.signal);
    const [repo = "", tag = ""] = reference.split(":");
    if ((await idOf(docker, reference)) === undefined) await docker.getImage(id).tag({ repo, tag });
    return reference;
  } catch (error) {
    options.signal.throwIfAborted();
    throw engineError(`naming the image ${reference}`, error);
  } finally {
    // Takes the image with it, unless it has got the reference.
    await docker
      .getImage(`${building.repo}:${building.tag}`)
      .remove()
      .catch(() => {});
  }
}

function requireLinux(): void {
  if (process.platform === "linux") return;
  throw new AdapterError(
    "invalid",
    `images are made from this machine's own programs, and those of ${process.platform} do not run in Linux containers. ` +
      "Build them with infra/docker/base.Dockerfile, twin.Dockerfile and terraform.Dockerfile, " +
      "and name them in APEX_TWIN_IMAGE and APEX_TERRAFORM_IMAGE.",
  );
}

const READ_FAILURES: Readonly<Record<string, AdapterErrorKind>> = { ENOENT: "not-found", EACCES: "denied" };

/** Reads what images are made of, with a memory that is written down. A file that cannot be read is an AdapterError. */
async function reading<Value>(
  recipe: Pick<ImageRecipe, "cacheDirectory">,
  read: (memory: FileMemory) => Promise<Value>,
): Promise<Value> {
  try {
    const memory = await openFileMemory(recipe.cacheDirectory);
    const value = await read(memory);
    await memory.save();
    return value;
  } catch (error) {
    if (error instanceof AdapterError) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    const kind = READ_FAILURES[code] ?? "unavailable";
    throw new AdapterError(kind, `a file that the images are made of cannot be read: ${message}`, {
      cause: error,
    });
  }
}

/** What only Node is needed for: the base image alone, by the rules of {@link ensureImages}. */
export async function ensureBaseImage(
  engine: DockerEngine,
  recipe: Pick<ImageRecipe, "node" | "cacheDirectory">,
  options: EnsureOptions = {},
): Promise<string> {
  requireLinux();
  return following(options.signal, async (signal) => {
    const base = await reading(recipe, (memory) => baseContent(recipe.node ?? process.execPath, memory));
    return ensureImage(engine.docker, base, buildOptions(options, signal));
  });
}

function buildOptions({ onProgress }: EnsureOptions, signal: AbortSignal): BuildOptions {
  return { signal, ...(onProgress && { onProgress }) };
}

async function buildMissing(
  docker: Docker,
  recipe: ImageRecipe,
  build: BuildOptions,
): Promise<ImageReferences> {
  build.signal.throwIfAborted();
  const { ready = {} } = recipe;
  // All is read before anything is built: what is missing on this host is known at once.
  const { base, twin, terraform } = await reading(recipe, async (memory) => {
    const base = await baseContent(recipe.node ?? process.execPath, memory);
    return {
      base,
      twin: ready.twin ?? (await twinContent(recipe.twinDirectory, base, memory)),
      terraform: ready.terraform ?? (await terraformContent(recipe.terraform, base, memory)),
    };
  });
  const reference = async (image: string | ImageContent) =>
    typeof image === "string" ? image : await ensureImage(docker, image, build);
  return {
    base: await reference(base),
    twin: await reference(twin),
    terraform: await reference(terraform),
  };
}

/**
 * The images that the sandbox runs, built from this machine's own files where the engine does not have them yet: no
 * registry is asked. References say what is in them, so that an image of other content is never taken for one of these.
 * Throws an AdapterError, or the signal's reason, and leaves nothing half-built behind then.
 */
export async function ensureImages(
  engine: DockerEngine,
  recipe: ImageRecipe,
  options: EnsureOptions = {},
): Promise<ImageReferences> {
  const { docker } = engine;
  const { twin, terraform } = recipe.ready ?? {};
  if (twin !== undefined) await requireReady(docker, twin, "APEX_TWIN_IMAGE");
  if (terraform !== undefined) await requireReady(docker, terraform, "APEX_TERRAFORM_IMAGE");
  if (twin !== undefined && terraform !== undefined) return { base: undefined, twin, terraform };
  requireLinux();
  return following(options.signal, (signal) => buildMissing(docker, recipe, buildOptions(options, signal)));
}
