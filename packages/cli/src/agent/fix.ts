import type { AgentStatus, GaveUpReason } from "@apex/agent";
import { formatInstant, unreachable } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";
import type { Planner } from "@apex/sandbox-terraform";
import {
  openTranscript,
  pruneTranscripts,
  type Transcript,
  type TranscriptHeader,
  transcriptFile,
} from "@apex/store/transcripts";
import type { Io } from "../io.ts";
import { asAgent } from "../agent-run.ts";
import { nearPath } from "../near-path.ts";
import { patchText } from "../pipeline/patch-file.ts";
import { openPlannerFor } from "../pipeline/plan-source.ts";
import { openPlace } from "../pipeline/run-directory.ts";
import type { Progress } from "../progress.ts";
import { APEX_VERSION } from "../version.ts";
import { claimDirectory } from "./claim-directory.ts";
import { type FixReport, reportedOutcome, reportedProblems } from "./fix-report.ts";
import type { RepairObserver } from "./observe-repair.ts";
import { readDiagnostics } from "./read-diagnostics.ts";
import { redactorFor } from "./redactor-for.ts";
import { readInputs, type RepairInputs } from "./repair-inputs.ts";
import { type RepairRun, runRepair, TranscriptDivergedError } from "./run-repair.ts";
import { type FixRequest, say, type Start, startOf } from "./start-fix.ts";
import { surroundingsOf } from "./surroundings.ts";
import { endOf, newHeader } from "./transcript-lines.ts";
import { tellNews } from "./tell-news.ts";
import { writeRepair } from "./write-repair.ts";

/** The report, and the changed files before and after, by path relative to the Terraform directory. */
export interface FixResult {
  readonly report: FixReport;
  /** Why the files could not be written after all. */
  readonly writeError?: unknown;
}

/** A planner that is opened when it is first needed: a run that is only reported asks Terraform nothing. */
function lazyPlanner(
  io: Io,
  inputs: RepairInputs,
): { readonly open: () => Promise<Planner> } & AsyncDisposable {
  let opened: Promise<Planner> | undefined;
  return {
    open: () => (opened ??= openPlannerFor(io, inputs)),
    [Symbol.asyncDispose]: async () => {
      const planner = await opened?.catch(() => undefined);
      await planner?.close();
    },
  };
}

interface Repaired extends RepairRun {
  readonly header: TranscriptHeader;
  readonly notes: readonly string[];
}

async function repair(
  io: Io,
  request: FixRequest,
  { read, earlier }: Omit<Start, "isWritten">,
  {
    transcript,
    header,
    progress,
    observer,
  }: {
    readonly transcript: Transcript;
    readonly header: TranscriptHeader;
    readonly progress: Progress;
    readonly observer: RepairObserver;
  },
): Promise<Repaired> {
  const { inputs, client } = request;
  const { configuration } = read;
  const reported =
    inputs.diagnosticsFile === undefined
      ? undefined
      : await readDiagnostics(inputs.diagnosticsFile, inputs.terraformDirectory, configuration);
  const surroundings = await surroundingsOf(inputs.terraformDirectory, configuration, inputs.stateFile);
  const redactor = redactorFor(configuration, surroundings, io.env);
  const { tell, think } = tellNews(io, progress);
  await using planner = lazyPlanner(io, inputs);
  const offline = inputs.providers === "real" ? "" : ", offline";
  let checks = 0;
  const run = await runRepair(io, {
    inputs,
    read,
    surroundings,
    redactor,
    planner: planner.open,
    header,
    transcript,
    tell,
    think,
    onWork: (work) => {
      if (work === "check") checks += 1;
      const what = work === "ask" ? `Asking ${client?.model ?? ""}` : `Checking with Terraform${offline}`;
      progress.step(work === "ask" || checks === 1 ? what : `${what} (${checks})`);
    },
    onDone: () => progress.done(),
    observer,
    ...(earlier === undefined ? {} : { earlier }),
    ...(reported === undefined ? {} : { reported: redactor.diagnostics(reported.diagnostics) }),
    ...(client === undefined ? {} : { client }),
  });
  if (earlier?.isEnded !== true) await transcript.append(endOf(run.outcome, io.now().getTime()));
  return {
    ...run,
    header,
    notes: [...(reported?.notes ?? []), ...backendNotes(configuration), ...run.notes],
  };
}

/** Reasons of giving up that more of the budget might change. */
const BOUNDS: ReadonlySet<GaveUpReason> = new Set(["attempts", "rounds", "tokens", "cost", "time"]);

/** How a repair ended, as agents say it. */
function endingOf(outcome: RepairRun["outcome"]): readonly [AgentStatus, string] {
  switch (outcome.kind) {
    case "fixed":
      return ["success", "it plans"];
    case "gave-up":
      return [BOUNDS.has(outcome.reason) ? "budget" : "blocked", outcome.sentence];
    case "refused":
      return ["blocked", outcome.violations.map(({ sentence }) => sentence).join("; ")];
    default:
      return unreachable(outcome);
  }
}

const BACKEND = /^[ \t]*(backend[ \t]+"|cloud[ \t]*\{)/m;

/** The planner puts a backend of its own in the place of the user's, whose state it never opens. */
function backendNotes({ source }: Configuration): readonly string[] {
  const file = [...source.files].find(([name, text]) => name.endsWith(".tf") && BACKEND.test(text))?.[0];
  return file === undefined
    ? []
    : [`The backend in ${file} was not looked at: what is wrong in it, \`terraform init\` tells.`];
}

/** Writes a fix; what went wrong is a value, because the result is told all the same. */
async function written(
  io: Io,
  { inputs, storeDirectory }: FixRequest,
  { runId }: TranscriptHeader,
  {
    configuration,
    transcript,
    files,
  }: {
    readonly configuration: Configuration;
    readonly transcript: Transcript;
    readonly files: ReadonlyMap<string, string>;
  },
): Promise<{ readonly error?: unknown }> {
  const texts = [...files].map(([file, after]) => ({
    file,
    before: configuration.source.files.get(file) ?? "",
    after,
  }));
  const place = { storeDirectory, runId, directory: inputs.terraformDirectory };
  try {
    await writeRepair(place, transcript, texts, () => io.now().getTime());
    return {};
  } catch (error) {
    return { error };
  }
}

function reportOf(
  io: Io,
  request: FixRequest,
  repaired: Repaired,
  {
    configuration,
    isWritten,
    isResumed,
  }: {
    readonly configuration: Configuration;
    readonly isWritten: boolean;
    readonly isResumed: boolean;
  },
): FixReport {
  const { inputs, storeDirectory, isDryRun, noModel } = request;
  const { outcome, followed, terraform, header, notes } = repaired;
  const after = outcome.kind === "fixed" ? outcome.files : outcome.partial;
  const before = new Map([...after.keys()].map((file) => [file, configuration.source.files.get(file) ?? ""]));
  return {
    apexVersion: APEX_VERSION,
    generatedAt: formatInstant(io.now().getTime()),
    directory: nearPath(io, inputs.terraformDirectory),
    runId: header.runId,
    transcript: nearPath(io, transcriptFile(storeDirectory, header.runId)),
    outcome: reportedOutcome(outcome),
    isWritten,
    isDryRun,
    isResumed,
    problems: reportedProblems(followed.problems, outcome),
    repairs: followed.repairs,
    unsure: followed.unsure,
    diff: patchText(inputs.terraformDirectory, io.cwd, before, after),
    terraform,
    notes,
    model: inputs.model?.model ?? null,
    whyNoModel: noModel ?? null,
    used: outcome.used,
  };
}

/**
 * Repairs a Terraform directory, or goes on with a repair of it that was killed, and writes the result unless it is a dry run.
 * Throws CommandErrors and AdapterErrors, and the signal's reason; then the files are as before.
 */
export async function fix(io: Io, request: FixRequest, progress: Progress): Promise<FixResult> {
  const { inputs, storeDirectory } = request;
  await openPlace(storeDirectory, "set APEX_HOME to a directory that can be written");
  await using _claim = await claimDirectory(storeDirectory, inputs.terraformDirectory, () =>
    io.now().getTime(),
  );
  await pruneTranscripts(storeDirectory);
  const start = await startOf(io, request);
  try {
    return await fixFrom(io, request, start, progress);
  } catch (error) {
    if (io.signal.aborted) say(io, "the next apex fix of this directory goes on from here");
    if (!(error instanceof TranscriptDivergedError) || start.earlier === undefined) throw error;
    say(io, "the earlier run was made by another Apex and cannot be gone on with: starts anew");
    const read = start.isWritten ? await readInputs(io, inputs) : start.read;
    return fixFrom(io, request, { read, isWritten: false }, progress);
  }
}

async function fixFrom(io: Io, request: FixRequest, start: Start, progress: Progress): Promise<FixResult> {
  const { read, earlier } = start;
  const { inputs } = request;
  const header = earlier?.header ?? newHeader(io, inputs, read.digests);
  const transcript = await openTranscript(request.storeDirectory, header.runId);
  try {
    const atMs = io.now().getTime();
    await transcript.append(earlier === undefined ? header : { kind: "resumed", atMs });
    const run = { name: "correction", runId: header.runId, goal: "Repair the configuration" };
    const { onEvent } = request;
    const repaired = await asAgent(
      io,
      { ...run, ...(onEvent === undefined ? {} : { onEvent }) },
      async (observer) => {
        const done = await repair(io, request, start, { transcript, header, progress, observer });
        observer.ends(...endingOf(done.outcome));
        return done;
      },
    );
    const { outcome } = repaired;
    const { configuration } = read;
    const isToWrite =
      outcome.kind === "fixed" && outcome.files.size > 0 && !request.isDryRun && !start.isWritten;
    if (isToWrite) progress.step("Writing the files");
    const { error } = isToWrite
      ? await written(io, request, header, { configuration, transcript, files: outcome.files })
      : {};
    progress.done();
    const isWritten = start.isWritten || (isToWrite && error === undefined);
    const report = reportOf(io, request, repaired, {
      configuration,
      isWritten,
      isResumed: earlier !== undefined,
    });
    return error === undefined ? { report } : { report, writeError: error };
  } finally {
    await transcript.close();
  }
}
