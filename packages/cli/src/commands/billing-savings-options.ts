import { BASELINE_DAYS } from "@apex/billing/choices";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { gather } from "../load-options.ts";
import { tenantOption } from "./billing-tenant-option.ts";

type Finish = (exitCode: ExitCode) => void;

const DAYS_MAX = 365;

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > DAYS_MAX) {
    throw new InvalidArgumentError(`give whole days, 1 to ${DAYS_MAX}`);
  }
  return value;
}

/** `apex billing savings …`: fees for savings that final bills prove. */
export function addSavings(billing: Command, io: Io, finish: Finish): void {
  const savings = billing
    .command("savings")
    .description("savings that final bills prove, and the fee for them");
  addProve(savings, io, finish);
  tenantOption(savings.command("list"))
    .description("proofs that are recorded, and disputes")
    .option("--out <dir>", "also write savings.html, savings.md and the evidence there")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runSavingsList } = await import("../billing/run-savings.ts");
      finish(await runSavingsList(io, options));
    });
  tenantOption(savings.command("dispute"))
    .description("take the fee of a proof back until it is decided")
    .argument("<proof>", "its id")
    .requiredOption("--reason <text>", "why; kept for good")
    .action(async (id: string, options) => {
      const { runSavingsDispute } = await import("../billing/run-savings.ts");
      finish(await runSavingsDispute(io, { id, ...options }));
    });
  tenantOption(savings.command("decide"))
    .description("end a dispute")
    .argument("<proof>", "its id")
    .addArgument(
      new Argument("<outcome>", "upheld: the customer was right; rejected: it is charged again").choices([
        "upheld",
        "rejected",
      ]),
    )
    .action(async (id: string, outcome, options) => {
      const { runSavingsDecide } = await import("../billing/run-savings.ts");
      finish(await runSavingsDecide(io, { id, outcome, ...options }));
    });
}

function addProve(savings: Command, io: Io, finish: Finish): void {
  tenantOption(savings.command("prove"))
    .description("what merged changes saved: the price before times what was used, less what was paid")
    .requiredOption(
      "--cost <glob>",
      "final bills: FOCUS or AWS CUR, CSV, gzip or Parquet; repeatable",
      gather,
    )
    .requiredOption("--changes <file>", "what was merged (apex.changes/v1), or report.json with --merged-at")
    .option("--merged-at <instant>", "when the report's patch was merged: 2026-08-03T14:00:00Z")
    .addOption(
      new Option("--baseline-days <n>", "days before the first merge that the price before is of")
        .argParser(days)
        .default(BASELINE_DAYS),
    )
    .option("--until <month>", "the last month to prove; else the last one that is over and billed")
    .option("--out <dir>", "also write the evidence there, with the query that recomputes it")
    .option("--record", "keep the proofs, and charge the fees")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { runSavingsProve } = await import("../billing/run-savings-prove.ts");
      finish(await runSavingsProve(io, options));
    });
}
