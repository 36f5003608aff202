import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import {
  canonicalJson,
  type MetricSeries,
  type UtilizationProfile,
  WORKLOAD_NUMBERS,
  type Workload,
  type WorkloadNumberColumn,
} from "@apex/core";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { Io } from "../io.ts";
import { readTerraform } from "./read-terraform.ts";
import type { ValidateInputs } from "./validate.ts";

/** Enough to tell one input from another: nobody searches for a second one with the same digest. */
const DIGEST_LENGTH = 16;

/** Texts and columns, each ended, so that what stands where is part of the digest. */
function digestOf(parts: Iterable<string | ArrayBufferView>): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(
      typeof part === "string" ? part : new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    );
    hash.update("\0");
  }
  return shortened(hash);
}

function shortened(hash: Hash): string {
  return hash.digest("hex").slice(0, DIGEST_LENGTH);
}

/** Files by content and order; a metric export may be larger than memory. */
async function digestOfFiles(files: readonly string[], signal: AbortSignal): Promise<string> {
  const digests: string[] = [];
  for (const file of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash, { signal });
    digests.push(shortened(hash));
  }
  return digestOf(digests);
}

function partsOfSeries({ metric, part, statistic, periodMs, timestampsMs, values }: MetricSeries) {
  return [JSON.stringify([metric, part, statistic, periodMs]), timestampsMs, values];
}

function digestOfWorkload(workload: Workload): string {
  const { methods, paths } = workload;
  const numbers = (Object.keys(WORKLOAD_NUMBERS) as WorkloadNumberColumn[]).flatMap((column) => {
    const values = workload[column];
    return values === undefined ? [] : [column, values];
  });
  const { startMs, endMs } = workload.window;
  return digestOf([
    `${startMs}/${endMs}`,
    workload.timesMs,
    workload.statuses,
    methods.codes,
    ...methods.values,
    paths.codes,
    ...paths.values,
    ...numbers,
  ]);
}

async function digestOfTerraform({ terraformDirectory, varFiles }: ValidateInputs): Promise<string> {
  const { source } = await readTerraform(await loadHclParser(), terraformDirectory, varFiles);
  const files = [...source.files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const order = varFiles.map((file) => path.relative(terraformDirectory, file));
  return digestOf([...files.flat(), "variables", ...order]);
}

/** In which order variables and objectives were given decides nothing, and a campaign's job has another one than a command line. */
function inOrder(value: object | undefined): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}

/**
 * What a validation is made from, by name: its journal says with it whether two runs tried the same. `image` is the identity of
 * what runs in the containers, `profiles` are what was read of the service: a collection grows, and what matters of it is this.
 */
export async function inputDigests(
  { cwd, signal }: Pick<Io, "cwd" | "signal">,
  inputs: ValidateInputs,
  { image, profiles }: { readonly image: string; readonly profiles: readonly UtilizationProfile[] },
): Promise<Readonly<Record<string, string>>> {
  const { target, own, objectives, minutes, scale, arrivalFactor, fixtures } = inputs;
  return {
    patch: digestOf([...inputs.overlay].flat()),
    ...(inputs.base === undefined ? {} : { repair: digestOf([...inputs.base].flat()) }),
    terraform: await digestOfTerraform(inputs),
    state: await digestOfFiles([inputs.stateFile], signal),
    metrics:
      inputs.collection === undefined
        ? await digestOfFiles(inputs.metricFiles, signal)
        : digestOf(profiles.flatMap(({ series }) => series.flatMap(partsOfSeries))),
    ...(fixtures === undefined
      ? {}
      : { fixtures: await digestOfFiles([path.resolve(cwd, fixtures)], signal) }),
    workload: digestOfWorkload(inputs.workload),
    image: digestOf([image]),
    options: digestOf([
      JSON.stringify({
        target,
        own: inOrder(own),
        objectives: inOrder(objectives),
        minutes,
        scale,
        arrivalFactor: arrivalFactor ?? 1,
      }),
    ]),
  };
}

/** A seed from the digests, so that the same inputs are replayed as the same requests: 0 to 2³² − 1. */
export function seedOf(digests: Readonly<Record<string, string>>): number {
  const all = Object.entries(digests)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flat();
  return createHash("sha256").update(all.join("\0")).digest().readUInt32LE();
}
