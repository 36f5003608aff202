import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Collected, Collector, CostRow, Diagnostic, MetricSeries, Repair, Resource } from "@apex/core";
import { onTestFinished } from "vitest";

/** Everything a collector yielded, sorted by kind, in order. */
export interface CollectedAll {
  readonly rows: readonly CostRow[];
  readonly resources: readonly Resource[];
  readonly series: readonly MetricSeries[];
  readonly repairs: readonly Repair[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs a collector over files to its end. */
export async function collectAll(
  collector: Collector<{ readonly files: readonly string[] }>,
  ...files: readonly string[]
): Promise<CollectedAll> {
  const items: Collected[] = [];
  for await (const item of collector.collect({ files }, { aborted: false })) items.push(item);
  return {
    rows: items.flatMap((item) => (item.kind === "cost" ? item.rows : [])),
    resources: items.flatMap((item) => (item.kind === "resource" ? [item.resource] : [])),
    series: items.flatMap((item) => (item.kind === "samples" ? [item.series] : [])),
    repairs: items.flatMap((item) => (item.kind === "repair" ? [item.repair] : [])),
    diagnostics: items.flatMap((item) => (item.kind === "diagnostic" ? [item.diagnostic] : [])),
  };
}

/** A folder that goes away with the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "apex-collectors-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder of the test; returns its path. */
export function testFile(name: string, content: string | Uint8Array, folder = testFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The codes of diagnostics, errors only when asked. */
export function codes(
  diagnostics: readonly Diagnostic[],
  severity?: Diagnostic["severity"],
): readonly string[] {
  return diagnostics
    .filter((item) => severity === undefined || item.severity === severity)
    .map((item) => item.code);
}

/** Repairs as code → count. */
export function repairCounts(repairs: readonly Repair[]): Readonly<Record<string, number>> {
  return Object.fromEntries(repairs.map((repair) => [repair.code, repair.count]));
}
