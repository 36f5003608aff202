import path from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  calibrationOf,
  compareRules,
  MACHINES_MIN,
  ourRule,
  PEER_RULES,
  type Policy,
  PRESET_NAMES,
  presetPolicy,
  type RecordedMachine,
  type Replay,
  type ReplayPlan,
  replayRules,
  type RuleComparison,
  scoreOf,
  SUPPORT_MIN,
} from "@apex/analysis";
import { type Diagnostic, formatInstant } from "@apex/core";
import {
  BACKTEST_SCHEMA,
  type BacktestReport,
  renderBacktestHtml,
  renderBacktestJson,
  renderBacktestMarkdown,
  renderBacktestTable,
} from "@apex/report";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { expandInputs, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { type TracesToReplay, tracesOfCollection, tracesOfFiles } from "../pipeline/backtest-sources.ts";
import { loadPolicy } from "../pipeline/load-policy.ts";
import { openProgress, type Progress } from "../progress.ts";
import { APEX_VERSION } from "../version.ts";
import { requireWritable, writeFiles } from "../write-files.ts";

/** Options of `apex backtest`, as the command line gives them. */
export interface BacktestOptions {
  readonly trace?: readonly string[];
  readonly from?: string;
  readonly policy?: string;
  readonly asVcpu?: number;
  readonly sizes: readonly number[];
  readonly days?: number;
  readonly later?: number;
  readonly every: number;
  readonly shortHistory?: boolean;
  readonly format: "table" | "json" | "markdown";
  readonly out?: string;
  readonly quiet?: boolean;
}

/** Share of the samples that must be there before and after a decision. */
const MINIMUM_COVERAGE = 0.9;

const MINUTE_MS = 60_000;

const SEEN_DAYS = 14;
const LATER_DAYS = 7;

/** Of a machine whose trace does not tell, for its sizes to be told apart. */
const UNTOLD_VCPU = 64;

/** `apex backtest`: replays sizing rules on recorded machines. Exit codes are {@link EXIT_CODES}; 1 when nothing could be replayed. */
export async function runBacktest(io: Io, options: BacktestOptions): Promise<ExitCode> {
  const policies = await ourPolicies(io, options);
  const rules = [...policies.map(({ policy, name, title }) => ourRule(policy, name, title)), ...PEER_RULES];
  if (options.out !== undefined) await requireWritable(path.resolve(io.cwd, options.out));
  const progress = openProgress(io, { quiet: options.quiet === true });
  await using traces = await openTraces(io, options, progress);
  const longest = Math.max(...policies.map(({ policy }) => policy.lookBack.longestAverageMinutes));
  const plan = planFor(traces.spans, longest * MINUTE_MS, options);
  const { total } = traces;
  progress.step(`Replaying ${total} ${total === 1 ? "machine" : "machines"} by ${rules.length} rules`);
  const turns = turnsOf(io.signal);
  const peaks: string[] = [];
  const replay = await replayRules(machinesOf(traces, options, peaks), rules, plan, async (done) => {
    if (await turns()) progress.detail(`${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`);
  });
  progress.step("Comparing the rules on fleets drawn anew");
  const comparison = await compareRules(replay.rules, async () => void (await turns()));
  const report = reportOf(io, options, { traces, plan, replay, comparison, peaks });
  if (options.out !== undefined) {
    const out = path.resolve(io.cwd, options.out);
    await writeFiles(
      new Map([
        [path.join(out, "backtest.html"), renderBacktestHtml(report)],
        [path.join(out, "backtest.md"), renderBacktestMarkdown(report)],
        [path.join(out, "backtest.json"), renderBacktestJson(report)],
      ]),
      new Map(),
    );
  }
  progress.done();
  if (options.format === "json") io.out(renderBacktestJson(report));
  else if (options.format === "markdown") io.out(renderBacktestMarkdown(report));
  else io.out(renderBacktestTable(report, { width: io.width, colour: io.colour }));
  return replay.machines === 0 ? EXIT_CODES.nothingToDo : EXIT_CODES.done;
}

/** Longer than this nobody waits for Ctrl-C or for a figure that moves. */
const TURN_MS = 50;

/** Lets timers and signals have their turn now and then, and then says so. Throws the signal's reason. */
function turnsOf(signal: AbortSignal): () => Promise<boolean> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs < TURN_MS) return false;
    await setImmediate();
    signal.throwIfAborted();
    lastMs = performance.now();
    return true;
  };
}

interface OurPolicy {
  readonly policy: Policy;
  readonly name: string;
  readonly title: string;
}

async function ourPolicies(io: Io, { policy, shortHistory }: BacktestOptions): Promise<readonly OurPolicy[]> {
  const relaxed = (one: Policy): Policy =>
    shortHistory === true
      ? { ...one, lookBack: { ...one.lookBack, minimumDays: 0, minimumDaysWithDailyRhythm: 0 } }
      : one;
  const presets = PRESET_NAMES.map((name) => {
    return { policy: relaxed(presetPolicy(name)), name: `apex-${name}`, title: `Apex, ${name}` };
  });
  const [file] = await requireFiles("--policy", policy === undefined ? [] : [policy], io.cwd);
  if (file === undefined) return presets;
  const own = await loadPolicy(file, io.cwd);
  return [
    ...presets,
    { policy: relaxed(own.policy), name: "apex-policy", title: `Apex, ${path.basename(file)}` },
  ];
}

/** What is to be replayed: files or a collection. */
async function openTraces(
  io: Io,
  { trace = [], from }: BacktestOptions,
  progress: Progress,
): Promise<TracesToReplay> {
  if (trace.length > 0 === (from !== undefined)) {
    throw new CommandError(
      EXIT_CODES.wrongUse,
      "name what is replayed: either files with --trace, or with --from a directory that apex collect filled",
    );
  }
  if (from !== undefined) {
    progress.step("Reading what was collected");
    return tracesOfCollection(io, path.resolve(io.cwd, from));
  }
  const files = await expandInputs("--trace", trace, io.cwd);
  progress.step(`Reading ${files.length} ${files.length === 1 ? "trace" : "traces"}`);
  return tracesOfFiles(files, io.signal);
}

/** Traces this near to the longest in length are replayed together with it: none is lost for ending some minutes earlier. */
const NEARLY_AS_LONG = 0.95;

/** Fourteen days and a week, as far as the trace is long enough; shorter ones are halved. */
function planFor(spans: readonly number[], longestAverageMs: number, options: BacktestOptions): ReplayPlan {
  const longest = spans.reduce((most, span) => Math.max(most, span), 0);
  const common = spans
    .filter((span) => span >= NEARLY_AS_LONG * longest)
    .reduce((least, span) => Math.min(least, span), longest);
  const isLong = longest >= SEEN_DAYS + LATER_DAYS;
  return {
    sizes: options.sizes,
    seenDays: options.days ?? (isLong ? SEEN_DAYS : common / 2),
    laterDays: options.later ?? (isLong ? LATER_DAYS : common / 2),
    everyDays: options.every,
    minimumCoverage: MINIMUM_COVERAGE,
    longestAverageMs,
  };
}

/** The machines as rules see them; the ids of those that are not recorded as averages are added to `peaks`. */
async function* machinesOf(
  { machines }: TracesToReplay,
  { asVcpu }: BacktestOptions,
  peaks: string[],
): AsyncGenerator<RecordedMachine> {
  for await (const { id, vcpu, series } of machines) {
    if (series.statistic !== "average") peaks.push(id);
    yield { id, series, vcpu: asVcpu ?? vcpu ?? UNTOLD_VCPU };
  }
}

/** Maxima are short more often than averages, and ask for more: a reader who compares with the rules' own figures must know. */
function peakDiagnostics(peaks: readonly string[], machines: number): readonly Diagnostic[] {
  if (peaks.length === 0) return [];
  const are =
    peaks.length === 1 ? "is recorded as maxima of its periods" : "are recorded as maxima of their periods";
  return [
    {
      severity: "info",
      code: "trace-not-averages",
      summary: `${peaks.length} of ${machines} machines ${are}: they decide and judge, though most rules are published for averages`,
    },
  ];
}

interface Replayed {
  readonly traces: TracesToReplay;
  readonly plan: ReplayPlan;
  readonly replay: Replay;
  readonly comparison: RuleComparison;
  readonly peaks: readonly string[];
}

function reportOf(
  io: Io,
  { asVcpu, shortHistory }: BacktestOptions,
  { traces, plan, replay, comparison, peaks }: Replayed,
): BacktestReport {
  const dominances = Map.groupBy(comparison.dominances, ({ rule }) => rule);
  const intervals = new Map(comparison.intervals.map(({ rule, ...interval }) => [rule, interval]));
  const unused = [...traces.unused, ...replay.unused];
  return {
    schema: BACKTEST_SCHEMA,
    apexVersion: APEX_VERSION,
    generatedAt: formatInstant(io.now().getTime()),
    trace: {
      files: traces.files,
      machines: replay.machines,
      incomplete: unused.length,
      unused,
      asVcpu: asVcpu ?? (traces.hasVcpu ? null : UNTOLD_VCPU),
    },
    plan: {
      seenDays: plan.seenDays,
      laterDays: plan.laterDays,
      everyDays: plan.everyDays,
      sizes: plan.sizes,
      isShortHistory: shortHistory === true,
    },
    supportMin: SUPPORT_MIN,
    machinesMin: MACHINES_MIN,
    rules: replay.rules.map((one) => {
      const { name, title, isOurs, source, reading } = one.rule;
      const dominatedBy = (dominances.get(name) ?? []).map(({ by, support }) => ({ rule: by, support }));
      const interval95 = intervals.get(name) ?? null;
      return { name, title, isOurs, source, reading, ...scoreOf(one), interval95, dominatedBy };
    }),
    calibrations: replay.rules.flatMap(({ rule, decisions }) => {
      const calibration = calibrationOf(decisions);
      return calibration === undefined ? [] : [{ rule: rule.name, ...calibration }];
    }),
    diagnostics: [...traces.diagnostics, ...peakDiagnostics(peaks, replay.machines + replay.unused.length)],
  };
}
