import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Decimal, sumDecimals } from "@apex/core";
import type { ActionIo } from "../runner/action-io.ts";
import {
  renderResultsJson,
  renderResultsMarkdown,
  renderResultsTable,
  type RunSummary,
} from "./render-results.ts";

/** What the pull requests that are open now save together; `null` where that of one of them is not known. */
function openSavings({ results, groups }: RunSummary): Decimal | null {
  const savings = results
    .filter(({ action, url }) => url !== undefined && action.kind !== "close" && action.kind !== "hold")
    .map(({ action, obstacle }) =>
      obstacle === undefined ? groups.find(({ key }) => key === action.key)?.saving : undefined,
    );
  const known = savings.filter((saving) => saving !== undefined);
  return known.length < savings.length ? null : sumDecimals(known);
}

/** Tells what a run did: log, annotations, the page of the run, outputs and a file of all of it. */
export async function tellResults(io: ActionIo, summary: RunSummary): Promise<void> {
  io.log(renderResultsTable(summary));
  for (const { action, refusedReviewers = [], obstacle } of summary.results) {
    if (obstacle !== undefined) io.annotate("warning", `${action.key}: ${obstacle}`, { title: "Apex" });
    if (refusedReviewers.length > 0) {
      const names = refusedReviewers.join(", ");
      io.annotate(
        "warning",
        `CODEOWNERS names ${names}, of whom GitHub takes no request for a review: without access to the repository, or unknown`,
        { title: "Apex" },
      );
    }
  }
  const directory = path.join(io.temp, "apex-pull-requests");
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, "pull-requests.json");
  await writeFile(file, renderResultsJson(summary));
  await io.addSummary(renderResultsMarkdown(summary));
  const urls = summary.results
    .filter(({ action }) => action.kind !== "close")
    .flatMap(({ url }) => url ?? []);
  await io.setOutput("savings", openSavings(summary) ?? "");
  await io.setOutput("pull-requests", urls.join("\n"));
  await io.setOutput("report-json", file);
}
