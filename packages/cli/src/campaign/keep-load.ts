import path from "node:path";
import type { Diagnostic } from "@apex/core";
import { loadProblem } from "@apex/sandbox-engine";
import { CommandError } from "../exit-codes.ts";
import { expandInputs, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { imageId } from "../pipeline/validate.ts";
import type { Progress } from "../progress.ts";
import { findEngine } from "../sandbox/find-engine.ts";
import { readObjectives } from "../validation/read-objectives.ts";
import { readRecordedLoad } from "../validation/recorded-load.ts";
import { type InputKeeper, keepNamed } from "./keep-inputs.ts";
import type { ValidationJob } from "./validation-job.ts";
import type { WorkloadEntry } from "./workload-mapping.ts";

/** What an entry of the mapping adds to a job. */
export interface KeptLoad {
  readonly parts: Pick<ValidationJob, "workload" | "objectives" | "own">;
}

/** What an entry's logs say. */
interface ReadLoad {
  /** Once, however often it is read. */
  readonly diagnostics: readonly Diagnostic[];
  /** What keeps any host from a verdict with this load: a clause, and what to do. */
  readonly problem?: { readonly what: string; readonly next: string };
}

/** Reads and keeps the loads of a mapping, each once however many services have it. */
export interface LoadKeeper {
  /** Reads an entry's logs, so that a mistake shows now and not over night. */
  read(entry: WorkloadEntry): Promise<ReadLoad>;
  keep(entry: WorkloadEntry): Promise<KeptLoad>;
}

/** Where the mapping lies, and what holds for entries that do not say. */
interface MappingPlace {
  readonly mappingFile: string;
  readonly minutes: number;
}

/** A mistake in a load is one of its entry. */
async function named<Value>(entry: WorkloadEntry, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.exitCode, `the workload of ${entry.address}: ${error.message}`, {
      cause: error,
    });
  }
}

function filesOf(entry: WorkloadEntry, { mappingFile }: MappingPlace): Promise<readonly string[]> {
  return expandInputs("files", entry.files, path.dirname(mappingFile));
}

async function readEntry(
  io: Io,
  entry: WorkloadEntry,
  place: MappingPlace,
  progress: Progress,
): Promise<ReadLoad> {
  const files = await filesOf(entry, place);
  const { workload, diagnostics } = await readRecordedLoad(io, files, entry, progress);
  const { minutes = place.minutes, image, scale, arrivalFactor } = entry;
  const problem = loadProblem(
    {
      minutes,
      isCalibrated: image === undefined,
      ...(scale === undefined ? {} : { scale }),
      ...(arrivalFactor === undefined ? {} : { arrivalFactor }),
    },
    workload,
  );
  return {
    diagnostics: diagnostics.map((each) => ({ ...each, address: each.address ?? entry.address })),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The id of the user's image, where an engine of this machine knows it. */
async function idOf(io: Io, image: string): Promise<string | null> {
  const search = await findEngine(io);
  return search.kind === "absent" ? null : imageId(search.engine, image);
}

async function ownOf(io: Io, entry: WorkloadEntry): Promise<Pick<ValidationJob, "own">> {
  const { image, port, readyPath, env } = entry;
  if (image === undefined) return {};
  return {
    own: {
      image,
      imageId: await idOf(io, image),
      port,
      env: { ...env },
      ...(readyPath === undefined ? {} : { readyPath }),
    },
  };
}

async function keepEntry(
  io: Io,
  entry: WorkloadEntry,
  place: MappingPlace,
  keeper: InputKeeper,
): Promise<KeptLoad> {
  const { busiest, window, arrivalFactor, slo } = entry;
  const folder = path.dirname(place.mappingFile);
  const [sloFile] = await requireFiles("slo", slo === undefined ? [] : [slo], folder);
  const files = await keepNamed(keeper, await filesOf(entry, place), folder);
  return {
    parts: {
      workload: {
        files,
        busiest,
        ...(window === undefined ? {} : { window }),
        ...(arrivalFactor === undefined ? {} : { arrivalFactor }),
      },
      ...(sloFile === undefined ? {} : { objectives: { ...(await readObjectives(sloFile)) } }),
      ...(await ownOf(io, entry)),
    },
  };
}

/** Keeps what a mapping's entries name. */
export function loadKeeper(io: Io, place: MappingPlace, keeper: InputKeeper, progress: Progress): LoadKeeper {
  const read = new Map<WorkloadEntry, Promise<ReadLoad>>();
  const kept = new Map<WorkloadEntry, Promise<KeptLoad>>();
  return {
    read: async (entry) => {
      const known = read.get(entry);
      if (known !== undefined) return { ...(await known), diagnostics: [] };
      const reading = named(entry, () => readEntry(io, entry, place, progress));
      read.set(entry, reading);
      return reading;
    },
    keep: (entry) => {
      const known = kept.get(entry) ?? named(entry, () => keepEntry(io, entry, place, keeper));
      kept.set(entry, known);
      return known;
    },
  };
}
