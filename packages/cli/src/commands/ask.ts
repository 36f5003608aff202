import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import {
  type Answer,
  type AnsweredSentence,
  answerQuestion,
  answerRequest,
  checkAnswer,
  createRedactor,
  ModelError,
  type ModelReply,
} from "@apex/agent";
import { createOpenAiClient, type ModelChoice } from "@apex/agent/openai";
import { AdapterError } from "@apex/core";
import { type AnalysisReport, parseReport, type Report, reportFacts } from "@apex/report";
import { chosenModel } from "../agent/choose-model.ts";
import { type ModelBill, openModelBill, withLateBill } from "../billing/model-bill.ts";
import { withStore } from "../billing/with-store.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { freshLine } from "../progress.ts";

/** Options of `apex ask`, as the command line gives them. */
export interface AskOptions {
  readonly question: string;
  readonly report?: string;
  /** False: without one. */
  readonly model?: string | false;
  readonly baseUrl?: string;
  /** Whose bill the model is on. */
  readonly tenant?: string;
  readonly format: "text" | "json";
}

/** The evidence, and what it is called in the answer. */
interface Evidence {
  readonly report: Report | AnalysisReport;
  readonly source: string;
}

/** How the answer was worded. */
interface Worded {
  readonly sentences: readonly AnsweredSentence[];
  /** The model that worded it; `null`: the report's own sentences. */
  readonly model: string | null;
  /** Why the model's words are not used, where one was asked. */
  readonly fallback?: string;
  /** What the turn took, as far as its server told; absent: none came about. */
  readonly usage?: ModelReply["usage"];
}

const ASK_SCHEMA = "apex.answer/v1";
/** Reports of ten thousand machines have some tens of megabytes. */
const REPORT_BYTES_MAX = 512 * 1024 ** 2;
const QUESTION_LENGTH_MAX = 2_000;

async function evidenceOf(io: Io, { report: named }: AskOptions): Promise<Evidence> {
  if (named !== undefined) return fromFile(io, named);
  const recorded = await withStore(io, async ({ records }) => {
    const run = await records.latestRun();
    return run === undefined ? undefined : { run, report: await records.report(run.id) };
  });
  if (recorded?.report === undefined) {
    throw new CommandError(
      EXIT_CODES.badInput,
      "no run is recorded here: run `apex optimize` first, or name a report with --report",
    );
  }
  const { run, report } = recorded;
  return { report, source: `run ${run.id} of ${run.generatedAt.toISOString()}` };
}

async function fromFile(io: Io, named: string): Promise<Evidence> {
  const [file = ""] = await requireFiles("--report", [named], io.cwd);
  const { size } = await stat(file);
  const report = size > REPORT_BYTES_MAX ? undefined : parseReport(await readFile(file, "utf8"));
  if (report === undefined) {
    throw new CommandError(
      EXIT_CODES.badInput,
      `--report ${named} is no report of Apex: give report.json of \`apex optimize --out\`, or what \`apex analyze --format json\` prints`,
    );
  }
  return { report, source: named };
}

/** The answer in a model's words, if there is a model and its words say nothing but what the facts say. */
async function worded(
  io: Io,
  choice: ModelChoice,
  { question, answer }: { readonly question: string; readonly answer: Answer },
): Promise<Worded> {
  const own: Worded = { sentences: answer.sentences, model: null };
  if (choice.kind === "none" || !answer.isKnown) return own;
  const redactor = createRedactor();
  const framing = {
    nonce: randomBytes(8).toString("hex"),
    redact: (text: string) => redactor.redact(text),
  };
  const client = createOpenAiClient(choice.settings);
  try {
    const reply = await client.ask(answerRequest(question, answer.facts, framing), {
      signal: io.signal,
    });
    const checked = checkAnswer(reply, answer.facts);
    const asked = { usage: reply.usage };
    if (checked.kind === "holds") return { sentences: checked.sentences, model: client.model, ...asked };
    return { ...own, ...asked, fallback: `the answer of ${client.model} was not used: ${checked.reason}` };
  } catch (error) {
    if (!(error instanceof ModelError) && !(error instanceof AdapterError)) throw error;
    const usage = error instanceof ModelError ? error.failure.usage : undefined;
    const fallback = `${client.model} could not be asked: ${error.message}`;
    return { ...own, fallback, ...(usage === undefined ? {} : { usage }) };
  }
}

/** `apex ask`: exit 0 with an answer, 1 where the evidence says nothing of what was asked. */
export async function runAsk(io: Io, options: AskOptions): Promise<ExitCode> {
  const question = options.question.trim();
  if (question === "" || question.length > QUESTION_LENGTH_MAX) {
    throw new CommandError(
      EXIT_CODES.wrongUse,
      `ask something, in at most ${QUESTION_LENGTH_MAX} characters: apex ask "why is web-3 not downsized?"`,
    );
  }
  const choice = chosenModel(io, options);
  return withLateBill(io, await openModelBill(io, options.tenant, choice), (bill) =>
    answered(io, { ...options, question }, choice, bill),
  );
}

async function answered(
  io: Io,
  options: AskOptions,
  choice: ModelChoice,
  bill: ModelBill["add"] | undefined,
): Promise<ExitCode> {
  const { question } = options;
  const { report, source } = await evidenceOf(io, options);
  const answer = answerQuestion(question, reportFacts(report));
  const askedAt = io.now().getTime();
  const said = await worded(io, choice, { question, answer });
  if (said.usage !== undefined) {
    const tokens = said.usage ?? { inputTokens: 0, outputTokens: 0 };
    const turnsWithoutUsage = said.usage === null ? 1 : 0;
    const used = { tokens, turnsWithoutUsage, ms: io.now().getTime() - askedAt };
    await bill?.(`ask-${randomBytes(6).toString("hex")}`, used);
  }
  if (said.fallback !== undefined) io.err(`${freshLine(io)}apex: warning: ${printable(said.fallback)}\n`);
  if (options.format === "json") {
    const { sentences, model, usage = null } = said;
    const document = { schema: ASK_SCHEMA, question, known: answer.isKnown, source, model, sentences, usage };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    io.out(printable(renderAnswer(said.sentences, source)));
  }
  return answer.isKnown ? EXIT_CODES.done : EXIT_CODES.nothingToDo;
}

/** Sentences with numbers of what they rest on, and the list of those. */
function renderAnswer(sentences: readonly AnsweredSentence[], source: string): string {
  const numbers = new Map<string, number>();
  const lines = sentences.map(({ text, references }) => {
    const marks = references.map((reference) => {
      const number = numbers.get(reference) ?? numbers.size + 1;
      numbers.set(reference, number);
      return `[${number}]`;
    });
    return [text, ...marks].join(" ");
  });
  const listed = [...numbers].map(([reference, number]) => `  [${number}] ${reference}`);
  const foot = listed.length === 0 ? [] : ["", `In ${source}:`, ...listed];
  return `${[...lines, ...foot].join("\n")}\n`;
}
