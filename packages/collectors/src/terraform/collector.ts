import type { Cancellation, Collected, Collector } from "@apex/core";
import { readJson } from "../files/json-file.ts";
import { makeScratch } from "../files/scratch.ts";
import { distinctFiles, openSource } from "../files/source-file.ts";
import { decodeState } from "./decode.ts";

/**
 * Reads Terraform states from files: version 4, or the output of `terraform show -json`. Yields every managed instance
 * of a provider that Apex sizes as a resource with its address: the join between a cloud id and the code that made it.
 */
export function terraformStateCollector(): Collector<{ readonly files: readonly string[] }> {
  return { collect: ({ files }, signal) => collect(files, signal) };
}

async function* collect(files: readonly string[], signal: Cancellation): AsyncGenerator<Collected> {
  await using scratch = await makeScratch();
  const distinct = await distinctFiles(files);
  for (const diagnostic of distinct.diagnostics) yield { kind: "diagnostic", diagnostic };
  for (const [ordinal, name] of distinct.files.entries()) {
    if (signal.aborted) return;
    const opened = await openSource(name, scratch.folder, ordinal);
    if (opened.kind === "unusable") {
      yield { kind: "diagnostic", diagnostic: opened.diagnostic };
      continue;
    }
    const document = await readJson(opened.file);
    if (document.kind === "invalid") {
      yield { kind: "diagnostic", diagnostic: document.diagnostic };
      continue;
    }
    const { resources, diagnostics } = decodeState(name, document.value);
    for (const resource of resources) yield { kind: "resource", resource };
    for (const diagnostic of diagnostics) yield { kind: "diagnostic", diagnostic };
  }
}
