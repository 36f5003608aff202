import { stat } from "node:fs/promises";
import path from "node:path";
import { type Diagnostic, type Workload, type WorkloadOrigin, unreachable } from "@apex/core";
import { readWorkload } from "@apex/workloads-formats";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { logChunks } from "./log-chunks.ts";
import { workloadDiagnostics } from "./workload-diagnostics.ts";

/** How logs are read from disk. */
export interface WorkloadFileOptions {
  /** Files are named relative to it. */
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** Told at every chunk; bytes are those on disk. */
  readonly onProgress?: (progress: { readonly readBytes: number; readonly totalBytes: number }) => void;
}

/** A recorded workload, and what had to be left out or assumed while it was read. */
export interface WorkloadFiles {
  readonly workload: Workload;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads logs from disk into one workload, in constant memory but for the columns. Throws a CommandError when a file cannot
 * be read or is of no known format, or when no request is in any of them: a log that is partly missing would be a lighter
 * load than the recorded one.
 */
export async function readWorkloadFiles(
  files: readonly string[],
  options: WorkloadFileOptions,
): Promise<WorkloadFiles> {
  const { cwd, signal, onProgress } = options;
  const totalBytes = await totalSize(files);
  let readBytes = 0;
  const onBytes = (count: number) => {
    readBytes += count;
    onProgress?.({ readBytes, totalBytes });
  };
  const reading = await readWorkload(
    files.map((file) => ({
      name: displayName(file, cwd),
      chunks: logChunks(file, { onBytes, ...(signal === undefined ? {} : { signal }) }),
    })),
  );
  switch (reading.kind) {
    case "read":
      return { workload: reading.workload, diagnostics: workloadDiagnostics(reading.workload.origin) };
    case "unknown-format":
      throw badInput(unknownFormat(reading.file, reading.shapes));
    case "no-requests":
      throw badInput(noRequests(files, reading.origin));
    default:
      return unreachable(reading);
  }
}

/** As the user would name it: short inside the working directory, whole outside of it. */
function displayName(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

async function totalSize(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        // Reading it says better what is wrong.
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function badInput(message: string): CommandError {
  return new CommandError(EXIT_CODES.badInput, message);
}

const FORMATS =
  "Apache or NGINX (combined, common), NGINX JSON, AWS ALB, CloudFront, Google Cloud load balancer JSON, HAR, LLM logs, or CSV with timestamp,method,path";

function unknownFormat(file: string, shapes: readonly string[]): string {
  const seen = shapes.map((shape) => `  ${shape}`).join("\n");
  return `--workload: ${file} is no log that can be read: ${FORMATS}. Its first lines look like this, letters and digits masked:\n${seen}`;
}

function noRequests(files: readonly string[], origin: WorkloadOrigin): string {
  const base = `--workload: no request in ${files.length === 1 ? (files[0] ?? "") : `any of ${files.length} files`}`;
  const lines = origin.files.reduce((sum, file) => sum + file.lines, 0);
  if (lines === 0) return `${base}: ${files.length === 1 ? "the file is" : "they are"} empty`;
  const why = workloadDiagnostics(origin).map(({ summary, detail }) =>
    detail === undefined ? `  ${summary}` : `  ${summary}: ${detail}`,
  );
  return [base, ...why].join("\n");
}
