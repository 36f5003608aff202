import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import { diagnosticSchema } from "../shared-schemas.ts";
import { BACKTEST_SCHEMA, type BacktestReport } from "./backtest-report.ts";

const text = z.string();
const count = z.int().min(0);
const share = z.number().min(0).max(1);

const interval = z.tuple([share, share]);

const rule = z.object({
  name: text,
  title: text,
  isOurs: z.boolean(),
  source: text.describe("Where its thresholds are published"),
  reading: text.describe("How it was read where the publication leaves room"),
  decisions: count,
  changed: count,
  removedShare: share.describe("Of all vCPU"),
  shortShare: share.describe("Mean share of later samples above the chosen size"),
  workAboveShare: share.describe("Of the later work, in vCPU times time"),
  tooSmall: count.describe("Decisions short in more than 0.5 % of the later samples"),
  machinesTooSmall: count,
  worstShortShare: share,
  interval95: z
    .object({ removedShare: interval, shortShare: interval })
    .nullable()
    .describe("Where 95 % of fleets drawn anew from the machines lie; null: too few machines"),
  dominatedBy: z.array(z.object({ rule: text, support: share })),
});

const calibration = z.object({
  rule: text,
  decisions: count,
  machines: count,
  heldShare: share,
  meanConfidence: share,
  brier: share.describe("Mean squared difference of confidence and outcome; 0 is best"),
  brierOfBaseRate: share,
  calibrationError: share,
  bins: z.array(
    z.object({ from: share, to: share, decisions: count, meanConfidence: share, heldShare: share }),
  ),
});

/** Checks a backtest and puts its keys into the order of this declaration. */
const backtestSchema: z.ZodType<BacktestReport> = z
  .object({
    schema: z.literal(BACKTEST_SCHEMA),
    apexVersion: text,
    generatedAt: text,
    trace: z.object({
      files: z.array(text),
      machines: count,
      incomplete: count.describe("Machines that were left out"),
      unused: z.array(z.object({ machine: text, reason: text })),
      asVcpu: count.nullable().describe("null: the trace's own"),
    }),
    plan: z.object({
      seenDays: z.number().positive(),
      laterDays: z.number().positive(),
      everyDays: z.number().positive(),
      sizes: z.array(z.number().positive()),
      isShortHistory: z.boolean(),
    }),
    supportMin: share.describe("From which support on a dominance counts"),
    machinesMin: count.describe("From how many machines on a dominance counts"),
    rules: z.array(rule),
    calibrations: z.array(calibration),
    diagnostics: z.array(diagnosticSchema),
  })
  .meta({
    title: "Apex backtest",
    description:
      "What published sizing rules would have saved on recorded machines, and how often they ran short later",
  });

/**
 * `apex.backtest/v1` as JSON text with a final newline; equal reports are equal bytes. Throws an InvariantError for a report
 * that breaks its own schema.
 */
export function renderBacktestJson(report: BacktestReport): string {
  return checkedJson(backtestSchema, report, "the backtest");
}

/** The published JSON Schema (draft 2020-12) of `apex.backtest/v1`, as text that ends with a newline. */
export function backtestJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(backtestSchema, { io: "input" }), null, 2)}\n`;
}
