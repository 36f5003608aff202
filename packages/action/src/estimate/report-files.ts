import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { type EstimateReport, parseEstimate, renderEstimateJson } from "@apex/report";
import { z } from "zod";

/** Whose estimate the files hold: claims, until GitHub confirms them. */
export interface EstimateOwner {
  readonly pullRequest: number;
  /** The commit of the branch, not of its merge. */
  readonly headSha: string;
}

/** Where the files of one estimate lie. */
export interface ReportFiles {
  readonly directory: string;
  /** `apex.estimate/v1`. */
  readonly report: string;
}

const DIRECTORY = "apex-estimate";
const REPORT = "estimate.json";
const OWNER = "pull-request.json";
const OWNER_BYTES_MAX = 4096;
const REPORT_BYTES_MAX = 64 * 1024 * 1024;

const Owner = z.strictObject({
  pullRequest: z.int().positive().max(Number.MAX_SAFE_INTEGER),
  headSha: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
});

/**
 * Writes an estimate into a directory of its own below `parent`, to be uploaded as it is. Of a pull request it also says which one,
 * because the workflow that posts it is not told.
 */
export async function writeReportFiles(
  parent: string,
  report: EstimateReport,
  owner: EstimateOwner | undefined,
): Promise<ReportFiles> {
  const directory = path.join(parent, DIRECTORY);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, REPORT), renderEstimateJson(report));
  if (owner !== undefined) {
    await writeFile(path.join(directory, OWNER), `${JSON.stringify(Owner.parse(owner))}\n`);
  }
  return { directory, report: path.join(directory, REPORT) };
}

async function readFileOf(directory: string, name: string, bytesMax: number): Promise<string> {
  const file = path.join(directory, name);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new AdapterError(
      "not-found",
      `artifact: ${directory} holds no ${name}: download what the estimating workflow has uploaded into this directory`,
    );
  }
  if (found.size > bytesMax) {
    throw new AdapterError(
      "invalid",
      `artifact: ${name} has ${found.size} bytes, at most ${bytesMax} are read`,
    );
  }
  return readFile(file, "utf8");
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads what a job of somebody else's left: everything in it may be forged, so it only has the form of an estimate. Throws an
 * AdapterError that quotes nothing of it.
 */
export async function readReportFiles(
  directory: string,
): Promise<{ readonly report: EstimateReport; readonly owner: EstimateOwner }> {
  const owner = Owner.safeParse(parsedJson(await readFileOf(directory, OWNER, OWNER_BYTES_MAX)));
  if (!owner.success) {
    throw new AdapterError("invalid", `artifact: ${OWNER} does not name a pull request and its commit`);
  }
  const parsed = parseEstimate(await readFileOf(directory, REPORT, REPORT_BYTES_MAX));
  if (parsed.kind === "refused") {
    throw new AdapterError("invalid", `artifact: ${REPORT} is no estimate: ${parsed.reason}`);
  }
  return { report: parsed.report, owner: owner.data };
}
