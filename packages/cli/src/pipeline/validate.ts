import { createHash, randomBytes } from "node:crypto";
import type { Diagnostic, Validation, Workload } from "@apex/core";
import { sandboxHost } from "@apex/sandbox-docker";
import type { DockerEngine } from "@apex/sandbox-docker";
import { runValidation, type ServiceImage, type WrittenObjectives } from "@apex/sandbox-engine";
import { openRunJournal } from "@apex/store";
import { openReplayer } from "@apex/workloads-replay";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { prepareImages } from "../sandbox/prepare-images.ts";
import { isolationOf } from "../sandbox/terraform-isolation.ts";
import { followValidation } from "../validation-progress.ts";
import { applySides } from "./apply-sides.ts";
import { openPlannerFor, type PlanningOptions, usingPlanner } from "./plan-source.ts";
import { openPlannableState } from "./plannable-state.ts";
import { targetUtilization } from "./target-utilization.ts";

/** The user's own service, in place of the twin. */
export interface OwnImage {
  readonly image: string;
  readonly port: number;
  readonly readyPath?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What one validation reads and how it runs: absolute paths, already checked to exist. */
export interface ValidateInputs extends Omit<PlanningOptions, "varFile"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly metricFiles: readonly string[];
  readonly storeDirectory: string;
  /** The change: edited texts by file, relative to the Terraform directory. */
  readonly overlay: ReadonlyMap<string, string>;
  /** The selected window of the recorded workload. */
  readonly workload: Workload;
  readonly arrivalFactor?: number;
  readonly target?: string;
  readonly own?: OwnImage;
  readonly objectives?: WrittenObjectives;
  readonly minutes: number;
  readonly scale?: number;
}

/** A finished validation and what was said on the way. */
export interface ValidateResult {
  readonly validation: Validation;
  readonly diagnostics: readonly Diagnostic[];
}

function digestOf(...texts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** What a run was made from, so that a journal can be told from another's. */
function digestsOf(inputs: ValidateInputs): Readonly<Record<string, string>> {
  const { overlay, workload } = inputs;
  return {
    patch: digestOf(...[...overlay].flat()),
    workload: digestOf(
      new Uint8Array(workload.timesMs.buffer, workload.timesMs.byteOffset, workload.timesMs.byteLength),
    ),
    options: digestOf(
      JSON.stringify([inputs.target, inputs.own, inputs.objectives, inputs.minutes, inputs.scale]),
    ),
  };
}

function serviceOf(inputs: ValidateInputs, twin: string): ServiceImage {
  const { own } = inputs;
  if (own === undefined) {
    // Waiting needs durations; where none are recorded the twin answers as soon as it has done its work.
    return { kind: "twin", image: twin, hasWaits: inputs.workload.durationsMs !== undefined };
  }
  return { kind: "image", ...own };
}

const MONOTONIC = { now: () => Date.now(), monotonicMs: () => performance.now() };
const SEED_BYTES = 4;

/**
 * Validates a change by load: applies both configurations in the sandbox, runs the machines of one service as containers,
 * replays the recorded workload against them in turn, and judges. Throws CommandError, AdapterError and the signal's reason;
 * whatever happens, nothing of the run is left on the host.
 */
export async function validate(
  io: Io,
  engine: DockerEngine,
  inputs: ValidateInputs,
  progress: Progress,
): Promise<ValidateResult> {
  const runId = `val-${randomBytes(6).toString("hex")}`;
  progress.step("Preparing the sandbox's images");
  const images = await prepareImages(io, engine, progress);
  await using state = await openPlannableState(inputs.stateFile);
  progress.step("Applying both configurations in the sandbox");
  const isolation = isolationOf(engine, images.terraform, runId);
  const sides = await usingPlanner(await openPlannerFor(io, inputs, isolation), (planner) =>
    applySides(io, planner, {
      request: {
        directory: inputs.terraformDirectory,
        stateFile: state.path,
        varFiles: inputs.varFiles,
        signal: io.signal,
      },
      overlay: inputs.overlay,
      ...(inputs.target === undefined ? {} : { target: inputs.target }),
    }),
  );
  progress.step("Reading what the service used");
  const utilization = await targetUtilization(io, inputs, sides.pair.address, progress);
  progress.step("Starting the sandbox");
  const host = await sandboxHost(engine);
  const replayer = openReplayer();
  const journal = await openRunJournal(inputs.storeDirectory, runId);
  try {
    const validation = await runValidation(
      {
        runId,
        target: sides.pair.address,
        baseline: sides.pair.baseline,
        candidate: sides.pair.candidate,
        workload: inputs.workload,
        ...(inputs.arrivalFactor === undefined ? {} : { arrivalFactor: inputs.arrivalFactor }),
        utilization: utilization.profiles,
        service: serviceOf(inputs, images.twin),
        ...(inputs.objectives === undefined ? {} : { objectives: inputs.objectives }),
        minutes: inputs.minutes,
        ...(inputs.scale === undefined ? {} : { scale: inputs.scale }),
        seed: randomBytes(SEED_BYTES).readUInt32LE(),
        inputs: digestsOf(inputs),
      },
      { host, replayer, journal, clock: MONOTONIC, signal: io.signal },
      followValidation(progress),
    );
    return {
      validation: { ...validation, limits: [...validation.limits, ...host.notes] },
      diagnostics: [...sides.diagnostics, ...utilization.diagnostics],
    };
  } finally {
    await replayer.close();
    await journal.close();
  }
}
