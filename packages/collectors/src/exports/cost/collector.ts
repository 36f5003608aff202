import type { Cancellation, Collected, Collector } from "@apex/core";
import { openEngine } from "../../duckdb/engine.ts";
import { makeScratch } from "../../files/scratch.ts";
import { distinctFiles, openSource } from "../../files/source-file.ts";
import { readCostFile } from "./read-cost-file.ts";

/**
 * Reads bills from files: FOCUS 1.0–1.2 and AWS CUR (legacy and 2.0), as CSV or Parquet, plain or compressed; which one
 * a file is shows from its columns. Yields cost rows in batches, then per file its repairs and diagnostics. A file is
 * taken whole or not at all, but for rows that are refused one by one with their line.
 */
export function costExportCollector(): Collector<{ readonly files: readonly string[] }> {
  return { collect: ({ files }, signal) => collect(files, signal) };
}

async function* collect(files: readonly string[], signal: Cancellation): AsyncGenerator<Collected> {
  const distinct = await distinctFiles(files);
  for (const diagnostic of distinct.diagnostics) yield { kind: "diagnostic", diagnostic };
  for (const name of distinct.files) {
    if (signal.aborted) return;
    // One scratch and engine per file: unpacked copies and staged tables go before the next file comes.
    await using scratch = await makeScratch();
    const opened = await openSource(name, scratch.folder, 0);
    if (opened.kind === "unusable") {
      yield { kind: "diagnostic", diagnostic: opened.diagnostic };
      continue;
    }
    using engine = await openEngine(scratch.folder);
    yield* readCostFile(engine, opened.file, signal);
  }
}
