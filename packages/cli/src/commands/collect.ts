import { createHash } from "node:crypto";
import path from "node:path";
import type { Diagnostic } from "@apex/core";
import { failureDiagnostics, readCollection } from "@apex/store";
import type { CollectOptions, CollectProvider } from "../collect/collect-provider.ts";
import { collectRound } from "../collect/collect-round.ts";
import { countCollected } from "../collect/count-collected.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../pipeline/run-directory.ts";
import { printable } from "../printable.ts";
import { openProgress } from "../progress.ts";
import { collectionServer, storePlace } from "../store-place.ts";

/** Enough to tell the questions of one collection apart. */
const QUESTION_DIGITS = 12;

/** Where a collection lies unless `--into` or `--from` say otherwise. */
export function collectionPlace(io: Io, given: string | undefined): string {
  return given === undefined
    ? path.join(storePlace(io).directory, "collection")
    : path.resolve(io.cwd, given);
}

/**
 * `apex collect <provider>`. What was collected is kept whatever else fails: exit code 0 with diagnostics when there is
 * something, 1 when all was asked and there is nothing, 3 when nothing could be asked, or there is nothing but what failed.
 */
export async function runCollect(
  io: Io,
  provider: CollectProvider,
  options: CollectOptions,
): Promise<ExitCode> {
  const directory = collectionPlace(io, options.into);
  const progress = openProgress(io, { quiet: options.quiet === true });
  await openPlace(directory, "name another with --into");
  const outcome = await collectRound({
    source: provider.name,
    question: digestOf(provider.question?.(options)),
    directory,
    ...collectionServer(io),
    days: options.days,
    nowMs: io.now().getTime(),
    open: (nowMs) => provider.open(io, options, nowMs),
    measuresOthers: provider.measuresOthers === true,
    signal: io.signal,
    onStep: (name) => progress.step(name),
    onProgress: (text) => progress.detail(printable(text)),
  });
  progress.done();
  const inventory = await readCollection(directory, provider.name);
  const { points, costRows, partsDone, failures } = outcome;
  const collected = {
    ...countCollected(inventory.resources),
    ...(inventory.opinions.length > 0 ? { opinions: inventory.opinions.length } : {}),
    samples: points,
    costRows,
  };
  const found = inventory.resources.length + inventory.opinions.length + points + costRows;
  const isEmpty = found === 0 && !outcome.isUpToDate;
  const diagnostics = [
    ...inventory.diagnostics,
    ...(isEmpty && failures.length === 0 ? [emptiness(provider)] : []),
  ];
  if (options.format === "json") io.out(`${JSON.stringify({ collected, diagnostics }, null, 2)}\n`);
  else io.out(renderCollected(collected, path.relative(io.cwd, directory) || "."));
  if (failures.length > 0 && (partsDone === 0 || isEmpty)) {
    const what =
      partsDone === 0 ? "nothing could be collected" : "nothing was found, and not all could be asked";
    const reasons = failureDiagnostics(failures).map(sentence);
    throw new CommandError(EXIT_CODES.badInput, `${what}: ${reasons.join("\n  ")}`);
  }
  if (options.format !== "json") for (const diagnostic of diagnostics) tell(io, diagnostic);
  return isEmpty ? EXIT_CODES.nothingToDo : EXIT_CODES.done;
}

function emptiness(provider: CollectProvider): Diagnostic {
  return {
    severity: "info",
    code: "collection-empty",
    summary: `${provider.name} was asked for everything, and there is nothing`,
    detail:
      provider.measuresOthers === true
        ? "Check that it is the server that you mean, and what it is narrowed down to."
        : "Check that the credentials are of the account that you mean, and --regions.",
  };
}

function renderCollected(collected: Readonly<Record<string, number>>, where: string): string {
  const width = Math.max(...Object.keys(collected).map((name) => name.length));
  const lines = Object.entries(collected).map(
    ([name, count]) => `${name.padEnd(width)} ${count.toLocaleString("en-US").padStart(12)}`,
  );
  return `${lines.join("\n")}\nin ${printable(where)}\n`;
}

function sentence({ summary, detail }: Diagnostic): string {
  return printable(`${summary}${detail === undefined ? "" : `. ${detail}`}`).replaceAll("\n", " ");
}

function tell(io: Io, diagnostic: Diagnostic): void {
  io.err(`apex: ${diagnostic.severity}: ${sentence(diagnostic)}\n`);
}

/** Short, and without what an address or a label may tell. */
function digestOf(question: string | undefined): string | undefined {
  return question === undefined
    ? undefined
    : createHash("sha256").update(question).digest("hex").slice(0, QUESTION_DIGITS);
}
