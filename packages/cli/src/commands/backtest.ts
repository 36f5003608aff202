import path from "node:path";
import {
  calibrationOf,
  dominancesOf,
  ourRule,
  PEER_RULES,
  type Policy,
  PRESET_NAMES,
  presetPolicy,
  type RecordedMachine,
  type Replay,
  type ReplayPlan,
  replayRules,
  scoreOf,
  type SizingRule,
  SUPPORT_MIN,
} from "@apex/analysis";
import { type RecordedTrace, type RecordedTraces, readTraces } from "@apex/collectors";
import { DAY_MS, formatInstant } from "@apex/core";
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
import { loadPolicy } from "../pipeline/load-policy.ts";
import { openProgress } from "../progress.ts";
import { APEX_VERSION } from "../version.ts";
import { requireWritable, writeFiles } from "../write-files.ts";

/** Options of `apex backtest`, as the command line gives them. */
export interface BacktestOptions {
  readonly trace: readonly string[];
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

const SEEN_DAYS = 14;
const LATER_DAYS = 7;

/** Of a machine whose trace does not tell, for its sizes to be told apart. */
const UNTOLD_VCPU = 64;

/** `apex backtest`: replays sizing rules on recorded machines. Exit codes are {@link EXIT_CODES}; 1 when nothing could be replayed. */
export async function runBacktest(io: Io, options: BacktestOptions): Promise<ExitCode> {
  const files = await expandInputs("--trace", options.trace, io.cwd);
  const rules = [...(await ourRules(io, options)), ...PEER_RULES];
  if (options.out !== undefined) await requireWritable(path.resolve(io.cwd, options.out));
  const progress = openProgress(io, { quiet: options.quiet === true });
  progress.step(`Reading ${files.length} traces`);
  const traces = await readTraces(files, io.signal);
  io.signal.throwIfAborted();
  requireMachines(traces);
  const plan = planFor(traces.machines, options);
  progress.step(`Replaying ${traces.machines.length} machines by ${rules.length} rules`);
  const replay = replayRules(machinesOf(traces.machines, options), rules, plan);
  io.signal.throwIfAborted();
  const report = reportOf(io, options, { files, traces, plan, replay });
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

async function ourRules(io: Io, { policy, shortHistory }: BacktestOptions): Promise<readonly SizingRule[]> {
  const relaxed = (one: Policy): Policy =>
    shortHistory === true
      ? { ...one, lookBack: { ...one.lookBack, minimumDays: 0, minimumDaysWithDailyRhythm: 0 } }
      : one;
  const presets = PRESET_NAMES.map((name) =>
    ourRule(relaxed(presetPolicy(name)), `apex-${name}`, `Apex, ${name}`),
  );
  const [file] = await requireFiles("--policy", policy === undefined ? [] : [policy], io.cwd);
  if (file === undefined) return presets;
  const own = await loadPolicy(file, io.cwd);
  return [...presets, ourRule(relaxed(own.policy), "apex-policy", path.basename(file))];
}

function requireMachines({ machines, diagnostics }: RecordedTraces): void {
  if (machines.length > 0) return;
  const reasons = diagnostics.slice(0, 10).map(({ summary, detail }) => {
    return `  ${summary}${detail === undefined ? "" : `. ${detail}`}`;
  });
  throw new CommandError(EXIT_CODES.badInput, `--trace gave no machine:\n${reasons.join("\n")}`);
}

/** Fourteen days and a week, as far as the trace is long enough; shorter ones are halved. */
function planFor(machines: readonly RecordedTrace[], options: BacktestOptions): ReplayPlan {
  const longest = machines.reduce((most, { series }) => {
    const spanMs = (series.timestampsMs.at(-1) ?? 0) - (series.timestampsMs[0] ?? 0) + series.periodMs;
    return Math.max(most, spanMs / DAY_MS);
  }, 0);
  const isLong = longest >= SEEN_DAYS + LATER_DAYS;
  return {
    sizes: options.sizes,
    seenDays: options.days ?? (isLong ? SEEN_DAYS : longest / 2),
    laterDays: options.later ?? (isLong ? LATER_DAYS : longest / 2),
    everyDays: options.every,
    minimumCoverage: MINIMUM_COVERAGE,
  };
}

function machinesOf(
  machines: readonly RecordedTrace[],
  { asVcpu }: BacktestOptions,
): readonly RecordedMachine[] {
  return machines.map(({ id, vcpu, series }) => ({ id, series, vcpu: asVcpu ?? vcpu ?? UNTOLD_VCPU }));
}

interface Replayed {
  readonly files: readonly string[];
  readonly traces: RecordedTraces;
  readonly plan: ReplayPlan;
  readonly replay: Replay;
}

function reportOf(
  io: Io,
  { asVcpu, shortHistory }: BacktestOptions,
  { files, traces, plan, replay }: Replayed,
): BacktestReport {
  const dominances = Map.groupBy(dominancesOf(replay.rules), ({ rule }) => rule);
  return {
    schema: BACKTEST_SCHEMA,
    apexVersion: APEX_VERSION,
    generatedAt: formatInstant(io.now().getTime()),
    trace: {
      files: files.map((file) => path.basename(file)),
      machines: replay.machines,
      incomplete: replay.incomplete,
      asVcpu: asVcpu ?? (traces.machines.every(({ vcpu }) => vcpu === undefined) ? UNTOLD_VCPU : null),
    },
    plan: {
      seenDays: plan.seenDays,
      laterDays: plan.laterDays,
      everyDays: plan.everyDays,
      sizes: plan.sizes,
      isShortHistory: shortHistory === true,
    },
    supportMin: SUPPORT_MIN,
    rules: replay.rules.map((one) => {
      const { name, title, isOurs, source, reading } = one.rule;
      const dominatedBy = (dominances.get(name) ?? []).map(({ by, support }) => ({ rule: by, support }));
      return { name, title, isOurs, source, reading, ...scoreOf(one), dominatedBy };
    }),
    calibrations: replay.rules.flatMap(({ rule, decisions }) => {
      const calibration = calibrationOf(decisions);
      return calibration === undefined ? [] : [{ rule: rule.name, ...calibration }];
    }),
    diagnostics: traces.diagnostics.filter(({ code }) => code !== "metrics-loaded"),
  };
}
