import { Readable } from "node:stream";
import type Docker from "dockerode";
import { engineError } from "../errors.ts";
import { withBuilder } from "./abandoned-images.ts";
import { type ImageContent, type ImageKind, ROOT_FOLDER } from "./image-content.ts";
import { jsonLines } from "./json-lines.ts";
import { type TarEntry, tar, tarBytes } from "./tar.ts";

/** How far the building of an image is. */
export type ImageProgress =
  | {
      readonly kind: "sending";
      readonly image: ImageKind;
      readonly sentBytes: number;
      readonly totalBytes: number;
    }
  /** What the engine says that it does: "Step 2/4 : COPY rootfs/ /". */
  | { readonly kind: "step"; readonly image: ImageKind; readonly text: string };

/** Told of progress, stopped by a signal. */
export interface BuildOptions {
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly signal: AbortSignal;
}

const TRAVERSABLE = 0o755;
const ANYBODY_STICKY = 0o1777;
/** Steps of a build whose archive has arrived take a second or two. */
const FINISH_TIMEOUT_MS = 30_000;

/** One line of the report on a build; untrusted. */
interface ReportLine {
  readonly stream?: unknown;
  readonly error?: unknown;
  readonly aux?: { readonly ID?: unknown };
}

function parentsOf(path: string): readonly string[] {
  const steps = path.split("/").slice(1, -1);
  return steps.map((_step, index) => `/${steps.slice(0, index + 1).join("/")}`);
}

/** The archive that the engine builds from: a Dockerfile and the root file system beside it. */
function buildContext(content: ImageContent): readonly TarEntry[] {
  const folders = [...new Set(content.files.flatMap((file) => parentsOf(file.path)))].toSorted();
  return [
    { kind: "text", path: "Dockerfile", mode: 0o644, content: Buffer.from(withBuilder(content.dockerfile)) },
    { kind: "directory", path: ROOT_FOLDER, mode: TRAVERSABLE },
    ...folders.map((path) => ({
      kind: "directory" as const,
      path: `${ROOT_FOLDER}${path}`,
      mode: TRAVERSABLE,
    })),
    ...(content.kind === "base"
      ? [{ kind: "directory" as const, path: `${ROOT_FOLDER}/tmp`, mode: ANYBODY_STICKY }]
      : []),
    ...content.files.map(({ path, mode, source, bytes }) => ({
      kind: "file" as const,
      path: `${ROOT_FOLDER}${path}`,
      mode,
      source,
      bytes,
    })),
  ];
}

/** How far a build is, by what was sent and what its report has said so far. */
interface BuildState {
  /** Whether the engine has all that it needs to begin. */
  isSent: boolean;
  /** Short ids of the images after each step, the base's first. */
  readonly made: string[];
  imageId?: string;
  error?: string;
}

async function* send(
  content: ImageContent,
  state: BuildState,
  onProgress: BuildOptions["onProgress"],
): AsyncGenerator<Buffer> {
  const entries = buildContext(content);
  const totalBytes = tarBytes(entries);
  let sentBytes = 0;
  for await (const chunk of tar(entries)) {
    sentBytes += chunk.length;
    state.isSent = sentBytes === totalBytes;
    yield chunk;
    onProgress?.({ kind: "sending", image: content.kind, sentBytes, totalBytes });
  }
}

/**
 * Runs `work` with a signal that cuts the connection. While the archive is on its way the engine has made nothing. Later, one
 * that is cut off still makes the step that it is at, and nobody would know: then the build may end first, if it does soon.
 */
async function cutOff<Value>(
  signal: AbortSignal,
  state: BuildState,
  work: (cut: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const cut = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const abort = () => {
    timer = setTimeout(() => cut.abort(signal.reason), state.isSent ? FINISH_TIMEOUT_MS : 0);
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await work(cut.signal);
  } finally {
    signal.removeEventListener("abort", abort);
    clearTimeout(timer);
  }
}

/** Takes in a line of the report, and returns the step that it announces. */
function readReport(state: BuildState, line: ReportLine): string | undefined {
  if (typeof line.error === "string") state.error = line.error;
  if (typeof line.aux?.ID === "string") state.imageId = line.aux.ID;
  if (typeof line.stream !== "string") return undefined;
  const made = /^ ---> ([0-9a-f]{12})\n$/.exec(line.stream)?.[1];
  if (made !== undefined) state.made.push(made);
  return line.stream.startsWith("Step ") ? line.stream.trim() : undefined;
}

/** Removes what a failed build has made, from the last step back to where something else stands on it. */
async function removeMade(docker: Docker, made: readonly string[]): Promise<void> {
  for (const id of made.toReversed()) {
    try {
      const { RepoTags } = await docker.getImage(id).inspect();
      // The first step's image is the base, and it stays.
      if (RepoTags !== null && RepoTags.length === 0) await docker.getImage(id).remove();
    } catch {
      // Gone with the one before, or used by somebody: then it is not ours to remove.
    }
  }
}

async function build(
  docker: Docker,
  content: ImageContent,
  state: BuildState,
  options: BuildOptions,
): Promise<void> {
  const archive = Readable.from(send(content, state, options.onProgress));
  try {
    const output = await docker.buildImage(archive, {
      // The classic builder works without a registry. Its cache would let builds at the same time share steps, and then one
      // that fails takes them from the other.
      version: "1",
      nocache: true,
      rm: true,
      forcerm: true,
      abortSignal: options.signal,
    });
    for await (const line of jsonLines(output as AsyncIterable<Buffer>)) {
      const step = readReport(state, line as ReportLine);
      if (step !== undefined) options.onProgress?.({ kind: "step", image: content.kind, text: step });
    }
  } finally {
    archive.destroy();
  }
}

/**
 * Builds an image and returns its id; it has no name yet. Throws an AdapterError, or the signal's reason, and leaves nothing
 * half-built behind then.
 */
export async function buildImage(
  docker: Docker,
  content: ImageContent,
  options: BuildOptions,
): Promise<string> {
  const { signal } = options;
  const state: BuildState = { isSent: false, made: [] };
  try {
    signal.throwIfAborted();
    await cutOff(signal, state, (cut) => build(docker, content, state, { ...options, signal: cut }));
    signal.throwIfAborted();
    if (state.error !== undefined) throw new Error(state.error);
    if (state.imageId === undefined) throw new Error("the engine did not name what it built");
    return state.imageId;
  } catch (error) {
    await removeMade(docker, state.made);
    signal.throwIfAborted();
    throw engineError(`building the image ${content.reference}`, error);
  }
}
