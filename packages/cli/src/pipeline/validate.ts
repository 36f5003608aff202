import { randomBytes } from "node:crypto";
import type { CommandIsolation, Diagnostic, Replayer, SandboxHost, Validation, Workload } from "@apex/core";
import { type DockerEngine, type DockerSandboxHost, sandboxHost } from "@apex/sandbox-docker";
import { runValidation, type ServiceImage, type WrittenObjectives } from "@apex/sandbox-engine";
import type { Planner } from "@apex/sandbox-terraform";
import { openRunJournal } from "@apex/store";
import { openReplayer } from "@apex/workloads-replay";
import type { RepairMeans } from "../agent/repair-inputs.ts";
import type { RepairedSides } from "../agent/repair-sides.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { prepareImages } from "../sandbox/prepare-images.ts";
import { isolationOf } from "../sandbox/terraform-isolation.ts";
import { followValidation } from "../validation-progress.ts";
import { type AppliedSides, applySides, listUntried } from "./apply-sides.ts";
import { inputDigests, seedOf } from "./input-digests.ts";
import { openPlannerFor, type PlanningOptions, usingPlanner } from "./plan-source.ts";
import { openPlannableState } from "./plannable-state.ts";
import { pruneJournals } from "./prune-journals.ts";
import { targetUtilization } from "./target-utilization.ts";

/** The user's own service, in place of the twin. */
export interface OwnImage {
  readonly image: string;
  readonly port: number;
  readonly readyPath?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What one validation reads and how it runs: absolute paths, already checked to exist. */
export interface ValidateInputs extends Omit<PlanningOptions, "varFile" | "providers"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly metricFiles: readonly string[];
  /** A directory that `apex collect` filled, whose samples the files' are added to. */
  readonly collection?: string;
  readonly storeDirectory: string;
  /** The change: edited texts by file, relative to the Terraform directory. */
  readonly overlay: ReadonlyMap<string, string>;
  /** What is validated against in place of the files: repairs without which Terraform does not plan them. */
  readonly base?: ReadonlyMap<string, string>;
  /** How sides that do not plan are repaired first; absent: they are an error. */
  readonly fix?: RepairMeans;
  /** The selected window of the recorded workload. */
  readonly workload: Workload;
  readonly arrivalFactor?: number;
  readonly target?: string;
  readonly own?: OwnImage;
  readonly objectives?: WrittenObjectives;
  readonly minutes: number;
  readonly scale?: number;
  /** A worker's; absent: a run of its own on the whole host. */
  readonly setting?: RunSetting;
}

/** What a worker settles of a validation, which a person's own run leaves to {@link validate}. */
export interface RunSetting {
  /** Whom what is made is labelled as. */
  readonly runId: string;
  /** The part of the host that the run may use. */
  readonly within: (host: DockerSandboxHost, replayer: Replayer) => HostPart;
}

/** Part of a host, and who sends from it. */
export interface HostPart {
  readonly host: SandboxHost;
  readonly replayer: Replayer;
}

/** A finished validation and what was said on the way. */
export interface ValidateResult {
  readonly validation: Validation;
  /** Addresses of the other services that the change touches: the verdict says nothing of them. */
  readonly untried: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What was tried in place of what was given; absent: no repair was wanted, or none was needed. */
  readonly repaired?: RepairedSides;
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

/** Unique for every invocation and not derived from the inputs: runs of the same inputs may share a host at the same time. */
function newRunId(): string {
  return `val-${randomBytes(6).toString("hex")}`;
}

/** What a container is made from: a tag can be moved, the id behind it cannot. `null`: the engine has no such image. */
export async function imageId(
  { docker }: Pick<DockerEngine, "docker">,
  reference: string,
): Promise<string | null> {
  return docker
    .getImage(reference)
    .inspect()
    .then(
      ({ Id }) => Id,
      () => null,
    );
}

const TRUSTED =
  "Terraform ran on this host and not in a container, because the configuration was vouched for (--trust).";

function arrivalLimit(factor: number | undefined): string {
  return factor === undefined || factor === 1
    ? "The log is taken for all requests that reached the service and for no others (--arrival-factor 1)."
    : `Each request of the log is taken for ${factor} that reached the service (--arrival-factor): the load is the log's × ${factor}.`;
}

/** What a reviewer must know besides what the engine says. */
function limitsOf(inputs: PlannableInputs, sides: AppliedSides): readonly string[] {
  const { untried, notes } = sides;
  const one = untried.length === 1;
  return [
    arrivalLimit(inputs.arrivalFactor),
    ...(untried.length === 0
      ? []
      : [
          `The change also touches ${untried.length} other service${one ? "" : "s"}, of which nothing was tried: ${listUntried(untried).replaceAll("\n", ", ")}.`,
        ]),
    ...(inputs.trust === true ? [TRUSTED] : []),
    ...(inputs.repaired?.notes ?? []),
    ...notes,
  ];
}

/** The change, its base, and what had to be repaired in either. */
type PlannableInputs = Omit<ValidateInputs, "fix"> & { readonly repaired?: RepairedSides };

async function repairedInputs(
  io: Io,
  planner: Planner,
  inputs: ValidateInputs,
  progress: Progress,
): Promise<PlannableInputs> {
  const { fix, ...given } = inputs;
  if (fix === undefined) return given;
  const { repairSides } = await import("../agent/repair-sides.ts");
  const repaired = await repairSides(io, planner, { ...given, fix }, progress);
  if (repaired.notes.length === 0) return given;
  const { base, overlay } = repaired;
  return { ...given, overlay, repaired, ...(base.size === 0 ? {} : { base }) };
}

function applied(io: Io, planner: Planner, inputs: PlannableInputs): Promise<AppliedSides> {
  const { overlay, target, base, terraformDirectory: directory, stateFile, varFiles } = inputs;
  const request = { directory, stateFile, varFiles, signal: io.signal };
  const asItIs = { ...inputs, ...(base === undefined ? {} : { texts: base }) };
  return applySides(io, planner, {
    request: base === undefined ? request : { ...request, overlay: base },
    overlay,
    advise: async (side) => {
      // Loaded where something is broken: a validation starts without the fixers and the client of a model.
      const { fixCommand, patchedFixCommand, previewRepair } = await import("../agent/preview-repair.ts");
      return side === "as it is"
        ? previewRepair(io, planner, asItIs, fixCommand(io, inputs))
        : previewRepair(io, planner, { ...asItIs, texts: overlay }, patchedFixCommand(io, inputs));
    },
    ...(target === undefined ? {} : { target }),
  });
}

async function sidesOf(
  io: Io,
  given: ValidateInputs,
  isolation: CommandIsolation,
  progress: Progress,
): Promise<{ readonly inputs: PlannableInputs; readonly sides: AppliedSides }> {
  await using state = await openPlannableState(given.stateFile);
  return usingPlanner(await openPlannerFor(io, given, isolation), async (planner) => {
    const inputs = await repairedInputs(io, planner, { ...given, stateFile: state.path }, progress);
    progress.step("Applying both configurations in the sandbox");
    const sides = await applied(io, planner, inputs);
    return { inputs: { ...inputs, stateFile: given.stateFile }, sides };
  });
}

/**
 * Validates a change by load: applies both configurations in the sandbox, runs the machines of one service as containers,
 * replays the recorded workload against them in turn, and judges. Throws CommandError, AdapterError and the signal's reason;
 * whatever happens, nothing of the run is left on the host.
 */
export async function validate(
  io: Io,
  engine: DockerEngine,
  given: ValidateInputs,
  progress: Progress,
): Promise<ValidateResult> {
  const { setting } = given;
  const runId = setting?.runId ?? newRunId();
  progress.step("Preparing the sandbox's images");
  const images = await prepareImages(io, engine, progress);
  const isolation = isolationOf(engine, images.terraform, runId);
  const { inputs, sides } = await sidesOf(io, given, isolation, progress);
  progress.step("Reading what the service used");
  const utilization = await targetUtilization(io, inputs, sides.pair.address, progress);
  progress.step("Starting the sandbox");
  const whole = await sandboxHost(engine);
  const service = serviceOf(inputs, images.twin);
  // The run says what is wrong with an image that is not there.
  const image = (await imageId(engine, service.image)) ?? service.image;
  const digests = await inputDigests(io, inputs, { image, profiles: utilization.profiles });
  const seed = seedOf(digests);
  await pruneJournals(inputs.storeDirectory);
  const journal = await openRunJournal(inputs.storeDirectory, runId);
  const sender = openReplayer();
  const { host, replayer } = setting?.within(whole, sender) ?? { host: whole, replayer: sender };
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
        service,
        ...(inputs.objectives === undefined ? {} : { objectives: inputs.objectives }),
        minutes: inputs.minutes,
        ...(inputs.scale === undefined ? {} : { scale: inputs.scale }),
        seed,
        inputs: { ...digests, seed: String(seed) },
      },
      { host, replayer, journal, clock: MONOTONIC, signal: io.signal },
      followValidation(progress),
    );
    return {
      validation: {
        ...validation,
        limits: [...validation.limits, ...limitsOf(inputs, sides), ...whole.notes],
      },
      untried: sides.untried,
      diagnostics: [...sides.diagnostics, ...utilization.diagnostics],
      ...(inputs.repaired === undefined ? {} : { repaired: inputs.repaired }),
    };
  } finally {
    await sender.close();
    await journal.close();
  }
}
