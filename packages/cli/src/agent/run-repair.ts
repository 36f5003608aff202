import { setTimeout as sleep } from "node:timers/promises";
import {
  driveLoop,
  FIXERS,
  type LoopEvent,
  type LoopInput,
  type LoopNews,
  type LoopOutcome,
  type LoopPorts,
  ModelError,
  type ModelClient,
  type ModelReply,
  type ModelRequest,
  type PlanFacts,
  planFacts,
  type Surroundings,
} from "@apex/agent";
import {
  AdapterError,
  InvariantError,
  type JsonObject,
  type ProviderMode,
  type TerraformDiagnostic,
  type TerraformPlan,
} from "@apex/core";
import type { Planner, PlanResult } from "@apex/sandbox-terraform";
import type { Transcript, TranscriptHeader } from "@apex/store/transcripts";
import type { Io } from "../io.ts";
import { type Followed, followNews } from "./fix-report.ts";
import { observed, type RepairObserver, thinkingAloud } from "./observe-repair.ts";
import type { RepairRedactor } from "./redactor-for.ts";
import type { ReadInputs, RepairInputs } from "./repair-inputs.ts";
import type { EarlierRun } from "./resume.ts";

/** Output tokens of one turn: an edit and a sentence; long thoughts of a reasoning model fit as well. */
const OUTPUT_TOKENS_MAX = 8_192;

/** One repair, ready to run. */
export interface RepairSetting {
  readonly inputs: RepairInputs;
  readonly read: ReadInputs;
  readonly surroundings: Surroundings;
  readonly redactor: RepairRedactor;
  /** Opened by the first check. */
  readonly planner: () => Promise<Planner>;
  readonly header: TranscriptHeader;
  readonly transcript: Transcript;
  /** Present: it goes on from there. */
  readonly earlier?: EarlierRun;
  readonly reported?: readonly TerraformDiagnostic[];
  /** What the plan changes besides what was intended, where there is an intention. */
  readonly objections?: (plan: TerraformPlan) => readonly string[];
  /** The only files that may be edited, where there is an intention. */
  readonly files?: readonly string[];
  /** The plan before anything was edited, where `read` holds an edit already. */
  readonly baseline?: PlanFacts;
  /** Texts of `read` that are not on the disk. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly client?: ModelClient;
  readonly tell: (news: LoopNews) => void;
  readonly think: (delta: string) => void;
  /** Is told what the repair does, as events of agents. */
  readonly observer?: RepairObserver;
  /** What is waited for begins, and has ended. */
  readonly onWork?: (work: "check" | "ask") => void;
  readonly onDone?: () => void;
}

/** How a repair ended. */
export interface RepairRun {
  readonly outcome: LoopOutcome;
  readonly followed: Followed;
  /** Who checked last; `null` where nothing was checked. */
  readonly terraform: { readonly providers: ProviderMode; readonly version: string } | null;
  readonly notes: readonly string[];
}

/** The events of a transcript lead elsewhere than they did: it is not gone on with. */
export class TranscriptDivergedError extends Error {
  override readonly name = "TranscriptDivergedError";
}

function inputOf(setting: RepairSetting): LoopInput {
  const { inputs, read, surroundings, redactor, header, reported, files, baseline } = setting;
  return {
    configuration: read.configuration,
    surroundings,
    budget: inputs.budget,
    redact: redactor.text,
    nonce: header.nonce,
    fixers: FIXERS,
    ...(setting.client === undefined
      ? {}
      : { model: { outputTokensMax: OUTPUT_TOKENS_MAX, prices: inputs.model?.prices ?? null } }),
    ...(reported === undefined ? {} : { reported }),
    ...(files === undefined ? {} : { files }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

/** Keeps what happens in the transcript, in its order; what an earlier process kept is not kept twice. */
function keeper({ transcript, earlier, redactor }: RepairSetting): {
  readonly news: (news: LoopNews) => void;
  readonly event: (event: LoopEvent) => Promise<void>;
  readonly done: () => Promise<void>;
} {
  let known = earlier?.newsCount ?? 0;
  let last: Promise<void> = Promise.resolve();
  return {
    news(news) {
      if (known > 0) {
        known -= 1;
        return;
      }
      // A `LoopNews` is made of JSON values alone.
      const redacted = redactor.json(news as unknown as JsonObject);
      last = Promise.all([last, transcript.append({ kind: "news", news: redacted })]).then(() => undefined);
      last.catch(() => undefined);
    },
    async event(event) {
      await last;
      await transcript.append({ kind: "event", event });
    },
    done: () => last,
  };
}

/** Who made the checks that an earlier process kept. */
function earlierTerraform({ earlier, inputs }: RepairSetting): RepairRun["terraform"] {
  const version = earlier?.terraformVersion;
  return version === undefined ? null : { providers: inputs.providers ?? "stand-in", version };
}

/** What Terraform is not even asked, because an edit would have it run programs or never end: a problem of the edit's. */
function refusal(error: AdapterError): TerraformDiagnostic {
  return { severity: "error", summary: "Apex does not plan this configuration", detail: error.message };
}

/** Asks Terraform, and remembers who answered and with which reservations. */
class Checker {
  readonly #setting: RepairSetting;
  readonly #signal: AbortSignal;
  readonly #notes = new Set<string>();
  #isRecorded = false;
  terraform: RepairRun["terraform"];

  constructor(setting: RepairSetting, signal: AbortSignal) {
    this.#setting = setting;
    this.#signal = signal;
    this.terraform = earlierTerraform(setting);
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  async check(overlay: ReadonlyMap<string, string>): ReturnType<LoopPorts["check"]> {
    const { redactor, objections, onWork, onDone } = this.#setting;
    onWork?.("check");
    const result = await this.#plan(overlay);
    onDone?.();
    if ("severity" in result) {
      return { diagnostics: redactor.diagnostics([result]), plan: null, objections: [] };
    }
    await this.#remember(result);
    const { plan } = result;
    return {
      diagnostics: redactor.diagnostics(result.diagnostics),
      plan: plan === null ? null : planFacts(plan),
      objections: plan === null ? [] : (objections?.(plan) ?? []),
    };
  }

  async #plan(overlay: ReadonlyMap<string, string>): Promise<PlanResult | TerraformDiagnostic> {
    const { inputs, texts, planner } = this.#setting;
    const { terraformDirectory: directory, stateFile, varFiles } = inputs;
    try {
      return await (await planner()).plan({
        directory,
        varFiles,
        overlay: new Map([...(texts ?? []), ...overlay]),
        signal: this.#signal,
        ...(stateFile === undefined ? {} : { stateFile }),
      });
    } catch (error) {
      const isOfEdit = overlay.size > 0 && error instanceof AdapterError && error.kind === "invalid";
      if (!isOfEdit || this.#signal.aborted) throw error;
      return refusal(error);
    }
  }

  async #remember({ providers, terraformVersion: version, notes }: PlanResult): Promise<void> {
    if (!this.#isRecorded) await this.#setting.transcript.append({ kind: "terraform", version });
    this.#isRecorded = true;
    this.terraform = { providers, version };
    for (const note of notes) this.#notes.add(note);
  }
}

/** Asks the model, no longer than the run may take. */
async function ask(
  setting: RepairSetting,
  request: ModelRequest,
  { signal, nowMs }: { readonly signal: AbortSignal; readonly nowMs: number },
): Promise<ModelReply> {
  const { client, inputs, header, think, onWork, onDone, observer, redactor } = setting;
  if (client === undefined) throw new InvariantError("a model is asked and there is none");
  onWork?.("ask");
  const left = Math.max(1, inputs.budget.timeMaxMs - (nowMs - header.atMs));
  const deadline = AbortSignal.timeout(left);
  const aloud = thinkingAloud(observer, redactor.text);
  const onText = (delta: string): void => {
    think(delta);
    aloud.add(delta);
  };
  try {
    return await client.ask(request, { signal: AbortSignal.any([signal, deadline]), onText });
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    throw new ModelError({ kind: "unavailable", message: "no answer within the time of the run" });
  } finally {
    aloud.end();
    onDone?.();
  }
}

/** Epoch milliseconds of a run that never stopped: the time between two processes counts for nothing. */
function clockOf(io: Io, earlier: EarlierRun | undefined): () => number {
  const offset = earlier === undefined ? 0 : earlier.lastAtMs - io.now().getTime();
  return () => io.now().getTime() + offset;
}

/**
 * Runs a repair to its end, or goes on with one. Writes the transcript and nothing of the user's. Throws CommandErrors and
 * AdapterErrors, the signal's reason, and a {@link TranscriptDivergedError}.
 */
export async function runRepair(io: Io, setting: RepairSetting): Promise<RepairRun> {
  const { header, earlier, observer, redactor, inputs } = setting;
  const { signal } = io;
  const now = clockOf(io, earlier);
  const followed = followNews();
  const keep = keeper(setting);
  const checker = new Checker(setting, signal);
  let isReplaying = earlier !== undefined;
  const ports: LoopPorts = {
    check: async (overlay) => {
      isReplaying = false;
      await keep.done();
      return checker.check(overlay);
    },
    ask: async (request) => {
      isReplaying = false;
      // What led here is on the disk before anything is paid for it.
      await keep.done();
      return ask(setting, request, { signal, nowMs: now() });
    },
    wait: (ms) => sleep(ms, undefined, { signal }),
    now,
    record: keep.event,
    tell: (news) => {
      // A fixer's sentence quotes what it writes; problems are redacted where they were met.
      const told = news.kind === "edited" ? { ...news, sentence: redactor.text(news.sentence) } : news;
      followed.add(told);
      keep.news(told);
      setting.tell(told);
    },
    signal,
  };
  const past = earlier === undefined ? undefined : { startedAtMs: header.atMs, events: earlier.events };
  const watched = observer === undefined ? ports : observed(ports, observer, redactor.text);
  const outcome = await driveLoop(inputOf(setting), watched, past).catch((error: unknown) => {
    if (!isReplaying || !(error instanceof InvariantError)) throw error;
    throw new TranscriptDivergedError(error.message, { cause: error });
  });
  await keep.done();
  // A run that has no end yet is gone on with, and comes here again.
  await inputs.bill?.(header.runId, outcome.used);
  return { outcome, followed: followed.followed(), terraform: checker.terraform, notes: checker.notes };
}
