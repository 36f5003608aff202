/** The shortest runs that are real: one container that burns a little processor time under the attempt's own sandbox run. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  AdapterError,
  type AttemptEnding,
  type CounterReading,
  type ExecutionContext,
  isOutOfRoom,
  type RunClaim,
  type RunExecutor,
  type SandboxHost,
} from "@apex/core";
import { type Execution, logExecution } from "./execution-log.ts";

export const PROBE = "probe";

/** How a run is meant to go. */
export type ProbePlan =
  | "pass"
  | "fail"
  /** Inconclusive, and our machine is to blame. */
  | "our-fault"
  /** Its first attempt fails, and a later one does not. */
  | "converges"
  /** Fails, and would fail again. */
  | "hopeless";

/** What a probe does. */
export interface ProbeJob {
  readonly plan: ProbePlan;
  /** Processor time of its container. */
  readonly burnMs: number;
  /** How long it is kept. */
  readonly holdMs: number;
  /** Tells jobs apart that are otherwise equal. */
  readonly nonce: string;
}

export const PROBE_MEMORY_BYTES = 96 * 1024 * 1024;
const PROBE_CORES = 1;
const LEASE_MS = 5 * 60_000;
const READY_MS = 60_000;

/** What a worker needs for probes. */
export interface ProbeSettings {
  readonly host: SandboxHost;
  readonly image: string;
  readonly logFile: string;
}

function program(burnMs: number): string {
  return `const { cpuUsage } = process;
require("http").createServer((request, response) => response.end("here")).listen(8080, () => {
  const burn = () => {
    for (let i = 0; i < 2e6; i++) Math.sqrt(i);
    const { user, system } = cpuUsage();
    if ((user + system) / 1000 < ${burnMs}) setImmediate(burn);
  };
  burn();
});`;
}

function planned(job: ProbeJob, attempt: number): AttemptEnding {
  switch (job.plan) {
    case "pass":
    case "fail":
      return verdict(job.plan);
    case "our-fault":
      return { ...verdict("inconclusive"), isOurFault: true };
    case "converges":
      return attempt > 1 ? verdict("pass") : failure("The first attempt of this probe fails.", true);
    default:
      return failure("This probe fails for good.", false);
  }
}

function verdict(kind: "pass" | "fail" | "inconclusive"): Extract<AttemptEnding, { kind: "verdict" }> {
  return { kind: "verdict", verdict: kind, isOurFault: false, result: JSON.stringify({ probe: kind }) };
}

function failure(message: string, mayConverge: boolean): AttemptEnding {
  return { kind: "failed", message, mayConverge };
}

/** Sleeps until the time is over or the run is to end, whatever comes first. */
async function hold(ms: number, signal: ExecutionContext["signal"]): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  if (signal.aborted) return;
  signal.addEventListener("abort", end, { once: true });
  await sleep(ms, undefined, { signal: ending.signal }).catch(() => undefined);
  signal.removeEventListener("abort", end);
}

/** Runs the container and returns what it has used, however it was ended. */
async function burn(
  settings: ProbeSettings,
  claim: RunClaim,
  context: ExecutionContext,
): Promise<CounterReading> {
  const { host, image } = settings;
  const job = JSON.parse(claim.job) as ProbeJob;
  const environment = await host.provision(
    {
      runId: claim.sandboxRunId,
      name: "probe",
      containers: [
        {
          name: "burner",
          image,
          command: ["node", "-e", program(job.burnMs)],
          env: {},
          port: 8080,
          cpus: PROBE_CORES,
          memoryBytes: PROBE_MEMORY_BYTES,
          gpus: 0,
        },
      ],
      leaseMs: LEASE_MS,
      readyTimeoutMs: READY_MS,
    },
    context.signal,
  );
  try {
    context.meterWith(() => host.reading(claim.sandboxRunId));
    note(settings, claim, { event: "provisioned" });
    context.progress("burning");
    await hold(job.holdMs, context.signal);
  } finally {
    await environment.destroy();
  }
  return host.reading(claim.sandboxRunId);
}

function note(settings: ProbeSettings, claim: RunClaim, what: Pick<Execution, "event" | "ending">): void {
  const { tenant, runId, attempt, sandboxRunId } = claim;
  logExecution(settings.logFile, { ...what, tenant, runId, attempt, sandboxRunId, worker: process.pid });
}

/** As the executor of validations has it: why an attempt was stopped, who stopped it knows. A bug is thrown on. */
function failureOf(error: unknown, { signal }: ExecutionContext): AttemptEnding {
  if (signal.aborted) return { kind: "released" };
  if (!(error instanceof AdapterError) && !isOutOfRoom(error)) throw error;
  const mayConverge = isOutOfRoom(error) || (error as AdapterError).kind === "unavailable";
  return failure((error as Error).message, mayConverge);
}

/**
 * Removes what a failed run has left, and returns what it had used. With a run go its counters: one that cannot be read now is
 * left to the reaper, which reads first.
 */
async function leave(host: SandboxHost, sandboxRunId: string): Promise<CounterReading | undefined> {
  try {
    const reading = await host.reading(sandboxRunId);
    await host.closeRun(sandboxRunId);
    return reading;
  } catch {
    return undefined;
  }
}

/** An executor of probes. Every step of it is in the log before it has consequences. */
export function probeExecutor(settings: ProbeSettings): RunExecutor {
  const { host } = settings;
  return {
    kind: PROBE,
    async execute(claim, context) {
      note(settings, claim, { event: "began" });
      try {
        const reading = await burn(settings, claim, context);
        const ending = planned(JSON.parse(claim.job) as ProbeJob, claim.attempt);
        note(settings, claim, { event: "finished", ending: ending.kind });
        // What it cannot remove now the reaper can: that is no reason to lose a verdict.
        await host.closeRun(claim.sandboxRunId).catch(() => undefined);
        return { ending, reading };
      } catch (error) {
        const reading = await leave(host, claim.sandboxRunId);
        return { ending: failureOf(error, context), ...(reading === undefined ? {} : { reading }) };
      }
    },
  };
}
