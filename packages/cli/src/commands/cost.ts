import path from "node:path";
import {
  type DifferenceOptions,
  priceDifference,
  pricePlan,
  type PricePlanOptions,
  usageWarnings,
} from "@apex/catalog";
import type { CostDifference, CostEstimate } from "@apex/core";
import { painter, renderCostJson, renderCostTable, renderDifferenceTable } from "@apex/report";
import { contractOf } from "../catalog/load-contract.ts";
import { loadPrices } from "../catalog/load-prices.ts";
import { type LoadedUsage, loadUsage } from "../catalog/load-usage.ts";
import { renderCostMarkdown } from "../cost/cost-markdown.ts";
import { type CostPlans, costPlans, type CostSources } from "../cost/cost-plans.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printableLine } from "../printable.ts";

/** Options of `apex cost`, as the command line gives them. */
export interface CostOptions extends CostSources {
  readonly catalog?: string;
  /** Private prices. */
  readonly prices?: string;
  /** A usage file in Infracost's format. */
  readonly usage?: string;
  readonly showUnchanged?: boolean;
  readonly format: "table" | "json" | "markdown";
}

/** What the prices say. */
type Priced =
  | { readonly kind: "estimate"; readonly estimate: CostEstimate }
  | { readonly kind: "difference"; readonly difference: CostDifference };

/** What is needed to show it. */
interface Shown {
  readonly options: CostOptions;
  readonly plans: CostPlans;
  readonly basis: string;
  readonly usage: LoadedUsage | undefined;
}

function priced({ head, comparison }: CostPlans, options: PricePlanOptions): Priced {
  switch (comparison.kind) {
    case "none":
      return { kind: "estimate", estimate: pricePlan(head, "after", options) };
    case "own-before":
      return { kind: "difference", difference: priceDifference({ head }, options) };
    case "base": {
      const withMoves: DifferenceOptions = { ...options, moves: comparison.moves };
      return {
        kind: "difference",
        difference: priceDifference({ base: comparison.base, head }, withMoves),
      };
    }
  }
}

function costJson(found: Priced, usage: LoadedUsage | undefined): string {
  const amounts =
    found.kind === "estimate"
      ? { kind: found.kind, ...found.estimate }
      : { kind: found.kind, ...found.difference };
  if (usage === undefined) return renderCostJson(amounts);
  return renderCostJson({ ...amounts, usage: { file: usage.name, ...usage.quantities.report() } });
}

function warn(io: Io, usage: LoadedUsage | undefined): void {
  if (usage === undefined) return;
  const paint = painter(io.colour);
  for (const text of [...usage.warnings, ...usageWarnings(usage.quantities.report())]) {
    io.err(`${paint("Warning", "yellow")}: --usage ${printableLine(usage.name)}: ${printableLine(text)}\n`);
  }
}

function text(io: Io, found: Priced, { options, plans, basis, usage }: Shown): string {
  if (options.format === "json") return costJson(found, usage);
  const page = { width: io.width, colour: io.colour, basis };
  if (found.kind === "estimate") return renderCostTable(found.estimate, page);
  if (options.format === "table") {
    const showUnchanged = options.showUnchanged ?? false;
    return renderDifferenceTable(found.difference, { ...page, showUnchanged });
  }
  return renderCostMarkdown(found.difference, {
    name: (options.terraform ?? options.plan ?? ".").split(path.sep).join("/"),
    varFiles: options.varFile,
    plans,
    basis,
    usageFile: usage?.name ?? null,
    now: io.now(),
  });
}

/**
 * `apex cost`: the monthly price of what a configuration or a plan leads to, by the list or the user's contract, or what that
 * differs from another one's or from what the plan starts from.
 */
export async function runCost(io: Io, options: CostOptions): Promise<ExitCode> {
  const compares = options.base !== undefined || options.basePlan !== undefined || options.diff === true;
  if (options.format === "markdown" && !compares) {
    throw new CommandError(
      EXIT_CODES.wrongUse,
      "--format markdown shows a difference: give --base, --base-plan or --diff as well",
    );
  }
  const prices = await loadPrices(io, options.catalog);
  const beside = options.terraform === undefined ? [] : [path.resolve(io.cwd, options.terraform)];
  const contract = await contractOf(io, options.prices, [
    ...beside.flatMap((directory) => [directory, path.dirname(directory)]),
    io.cwd,
  ]);
  const usage = options.usage === undefined ? undefined : await loadUsage(io, options.usage);
  const plans = await costPlans(io, options, options.format !== "table");
  const found = priced(plans, { prices, contract, usage: usage?.quantities });
  const basis =
    contract === undefined ? "on-demand list prices" : "on-demand prices by contract, else by the list";
  io.out(text(io, found, { options, plans, basis, usage }));
  warn(io, usage);
  return EXIT_CODES.done;
}
