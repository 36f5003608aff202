import type { Cancellation, Collected, Collector, Diagnostic } from "@apex/core";
import { openEngine } from "../../duckdb/engine.ts";
import { makeScratch } from "../../files/scratch.ts";
import { contentDigest, distinctFiles, openSource } from "../../files/source-file.ts";
import { Deliveries } from "./deliveries.ts";
import { readCostFile } from "./read-cost-file.ts";

/** How a {@link costExportCollector} hands rows over. */
export interface CostExportOptions {
  /** As "cost-table" what need not be looked at row by row: many times faster, for who stores it. */
  readonly asTables?: boolean;
  /** Is told how far the reading of a file is, as text for a person: before its first rows come there is nothing else to show. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Reads bills from files: FOCUS 1.0–1.2 and AWS CUR (legacy and 2.0), as CSV or Parquet, plain or compressed; which one
 * a file is shows from its columns. Yields cost rows in batches, then per file its repairs and diagnostics. A file is
 * taken whole or not at all, but for rows that are refused one by one with their line.
 */
export function costExportCollector(
  options: CostExportOptions = {},
): Collector<{ readonly files: readonly string[] }> {
  return { collect: ({ files }, signal) => collect(files, options, signal) };
}

async function* collect(
  files: readonly string[],
  options: CostExportOptions,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const distinct = await distinctFiles(files);
  for (const diagnostic of distinct.diagnostics) yield { kind: "diagnostic", diagnostic };
  const contents = new Map<string, string>();
  const deliveries = new Deliveries();
  for (const name of distinct.files) {
    if (signal.aborted) return;
    // One scratch and engine per file: unpacked copies and staged tables go before the next file comes.
    await using scratch = await makeScratch();
    const opened = await openSource(name, scratch.folder, 0);
    if (opened.kind === "unusable") {
      yield { kind: "diagnostic", diagnostic: opened.diagnostic };
      continue;
    }
    const digest = await contentDigest(opened.file.path);
    const twin = contents.get(digest);
    if (twin !== undefined) {
      yield { kind: "diagnostic", diagnostic: sameContent(name, twin) };
      continue;
    }
    contents.set(digest, name);
    using engine = await openEngine(scratch.folder);
    for await (const item of readCostFile(engine, opened.file, { ...options, signal })) {
      if (item.kind === "cost") deliveries.add(name, item.rows);
      if (item.kind === "cost-table")
        for await (const months of item.table.months()) deliveries.add(name, months);
      yield item;
    }
  }
  for (const diagnostic of deliveries.diagnostics()) yield { kind: "diagnostic", diagnostic };
}

function sameContent(file: string, twin: string): Diagnostic {
  return {
    severity: "warning",
    code: "file-same-content",
    summary: `${file} holds the same as ${twin} and is left out: a bill read twice costs double`,
    source: { file },
  };
}
