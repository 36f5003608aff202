import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  AdapterError,
  type AttemptEnding,
  type CounterReading,
  type ExecutionContext,
  type RunClaim,
  type RunExecutor,
  type StopSignal,
} from "@apex/core";
import { renderValidationJson } from "@apex/report";
import type { DockerEngine } from "@apex/sandbox-docker";
import { parseJob, VALIDATION, type ValidationJob } from "../campaign/validation-job.ts";
import type { Io } from "../io.ts";
import { openRunDirectory } from "../pipeline/run-directory.ts";
import { type RunSetting, validate, type ValidateInputs } from "../pipeline/validate.ts";
import type { Progress } from "../progress.ts";
import { readRecordedLoad } from "../validation/recorded-load.ts";
import { APEX_VERSION } from "../version.ts";
import { failureOf } from "./attempt-failure.ts";
import { type CpuAllotment, partOfHost } from "./host-part.ts";
import { HostRefusal, requireAnswer, requireSameImage, requireSameVersion } from "./host-refusal.ts";
import type { InputCache } from "./input-cache.ts";
import { isOurFault } from "./is-our-fault.ts";
import { materialiseJob } from "./materialise-job.ts";

/** What the executor works with: one set for all runs of a worker. */
export interface ValidationTools {
  readonly io: Io;
  readonly engine: DockerEngine;
  readonly cache: InputCache;
  readonly allotment: CpuAllotment;
  /** Of the store, for run directories and journals. */
  readonly storeDirectory: string;
  /** Removes what earlier attempts left on this host, and keeps what they had used. */
  readonly removeOrphans: (sandboxRunIds: readonly string[]) => Promise<void>;
}

/** What ends an attempt: its worker, for a reason that it knows, or the end of the time that was reserved. */
interface Stop {
  readonly signal: AbortSignal;
  readonly isLate: () => boolean;
  readonly close: () => void;
}

function stopOf(signal: StopSignal, maxSeconds: number): Stop {
  const controller = new AbortController();
  let isLate = false;
  const abort = () => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    isLate = !controller.signal.aborted;
    controller.abort(new AdapterError("unavailable", "the time that was reserved is over"));
  }, maxSeconds * 1_000);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: controller.signal,
    isLate: () => isLate,
    close: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Nothing of it is charged, and a quieter host may be fast enough. */
function overdue(maxSeconds: number): AttemptEnding {
  const minutes = Math.ceil(maxSeconds / 60);
  const message = `It was not done in the ${minutes} min that it reserved: its worker's host is busy, or its inputs take too long to read.`;
  return { kind: "failed", message, mayConverge: true };
}

/** Lines of progress, without the time: "Replaying the recorded load: …". */
function progressTo(tell: (line: string) => void): Progress {
  let step = "";
  return {
    step: (name) => {
      step = name;
      tell(name);
    },
    detail: (text) => tell(`${step}: ${text}`),
    done: () => undefined,
    isQuiet: false,
  };
}

/** As a person's own run has it: which image the name stood for is the job's to know, and would make other digests of the same inputs. */
function ownOf({ own }: ValidationJob): Pick<ValidateInputs, "own"> {
  if (own === undefined) return {};
  const { imageId: _id, ...rest } = own;
  return { own: rest };
}

async function inputsOf(
  io: Io,
  job: ValidationJob,
  place: { readonly tools: ValidationTools; readonly tenant: string; readonly directory: string },
  progress: Progress,
): Promise<ValidateInputs> {
  const { tools, tenant, directory } = place;
  progress.step("Fetching the input files");
  const files = await materialiseJob(job, { cache: tools.cache, tenant }, directory);
  progress.step("Reading the recorded workload");
  const { workload } = await readRecordedLoad(
    { cwd: files.logFolder, signal: io.signal },
    files.logFiles,
    job.workload,
    progress,
  );
  const { logFiles: _logs, logFolder: _folder, ...rest } = files;
  const { arrivalFactor } = job.workload;
  return {
    ...rest,
    storeDirectory: tools.storeDirectory,
    workload,
    target: job.target,
    minutes: job.minutes,
    ...(arrivalFactor === undefined ? {} : { arrivalFactor }),
    ...ownOf(job),
    ...(job.objectives === undefined ? {} : { objectives: job.objectives }),
    ...(job.scale === undefined ? {} : { scale: job.scale }),
  };
}

/** How one run goes about it. */
interface RunWays {
  readonly io: Io;
  readonly setting: RunSetting;
  readonly progress: Progress;
}

/** Does one validation in a part of the host. Leaves nothing behind but its journal. */
async function perform(
  tools: ValidationTools,
  claim: RunClaim,
  { io, setting, progress }: RunWays,
): Promise<{ readonly ending: AttemptEnding; readonly reading?: CounterReading }> {
  const job = parseJob(claim.job);
  await requireSameImage(tools.engine, job);
  await mkdir(tools.storeDirectory, { recursive: true });
  await using directory = await openRunDirectory(tools.storeDirectory);
  const place = { tools, tenant: claim.tenant, directory: path.join(directory.path, "job") };
  const inputs = await inputsOf(io, job, place, progress);
  const { validation } = await validate(io, tools.engine, { ...inputs, setting }, progress);
  const { verdict, reading } = validation;
  return {
    ending: {
      kind: "verdict",
      verdict: verdict.kind,
      isOurFault: isOurFault(verdict),
      result: renderValidationJson(validation, { apexVersion: APEX_VERSION }),
    },
    ...(reading === null ? {} : { reading }),
  };
}

function endingOf(
  error: unknown,
  { said, isStopped }: { readonly said: string; readonly isStopped: boolean },
): AttemptEnding {
  // Why it was stopped, who stopped it knows.
  if (isStopped) return { kind: "released" };
  return error instanceof HostRefusal ? { kind: "released", refusal: error.message } : failureOf(error, said);
}

/** Does the validations of campaigns, by the same pipeline as `apex validate`. */
export function validationExecutor(tools: ValidationTools): RunExecutor {
  return {
    kind: VALIDATION,
    execute: async (claim: RunClaim, context: ExecutionContext) => {
      const { reservation, sandboxRunId } = claim;
      const allotted = tools.allotment.take(Math.max(1, Math.ceil(reservation.cores)));
      const stop = stopOf(context.signal, reservation.maxSeconds);
      let said = "";
      const io: Io = {
        ...tools.io,
        signal: stop.signal,
        isTerminal: false,
        colour: false,
        err: (text) => void (said += text),
      };
      let last: CounterReading | undefined;
      const setting: RunSetting = {
        runId: sandboxRunId,
        within: (host, replayer) => {
          const part = partOfHost(
            host,
            replayer,
            { ...reservation, cpus: allotted.cpus },
            {
              onOpened: () => context.meterWith(() => part.host.reading(sandboxRunId)),
              onReading: (reading) => {
                last = reading;
              },
            },
          );
          return part;
        },
      };
      const progress = progressTo((line) => context.progress(line));
      const readingSoFar = () => (last === undefined ? {} : { reading: last });
      try {
        requireSameVersion(claim.job);
        await requireAnswer(tools.engine);
        await tools.removeOrphans(claim.orphans);
        const done = await perform(tools, claim, { io, setting, progress });
        return { ...readingSoFar(), ...done };
      } catch (error) {
        if (stop.isLate()) return { ending: overdue(reservation.maxSeconds), ...readingSoFar() };
        return { ending: endingOf(error, { said, isStopped: stop.signal.aborted }), ...readingSoFar() };
      } finally {
        stop.close();
        allotted.giveBack();
        await tools.cache.prune();
      }
    },
  };
}
