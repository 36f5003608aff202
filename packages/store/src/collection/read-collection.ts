import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  AdapterError,
  type Diagnostic,
  formatInstant,
  type Repair,
  type Resource,
  type SecondOpinion,
} from "@apex/core";
import { sourceFiles } from "./collection-round.ts";
import { failureDiagnostics, listed, partDiagnostics, type ToldByPart } from "./failure-diagnostics.ts";
import type { PartItem } from "./part-item.ts";
import { readParts } from "./part-files.ts";
import { readRound, type RoundState } from "./round-journal.ts";

/** What lies in a collection beside samples and bills. */
export interface CollectedInventory {
  /** Each once. */
  readonly resources: readonly Resource[];
  readonly opinions: readonly SecondOpinion[];
  readonly repairs: readonly Repair[];
  /** What parts told, what could not be collected, and what is older than the last round. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the inventory of all sources of a collection, or of `only` one. What the last round of a source could not collect, or was not asked for, is
 * still there from an earlier one, and that is told. Throws an AdapterError where there is no collection.
 */
export async function readCollection(directory: string, only?: string): Promise<CollectedInventory> {
  const resources = new Map<string, Resource>();
  const opinions: SecondOpinion[] = [];
  const repairs: Repair[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const source of await sourcesOf(directory)) {
    if (only !== undefined && source !== only) continue;
    const files = sourceFiles(directory, source);
    const round = await readRound(files.journal);
    diagnostics.push(...roundDiagnostics(source, round));
    const stale: { readonly title: string; readonly at: number }[] = [];
    const told: ToldByPart[] = [];
    const keep = (title: string, item: PartItem): void => {
      if (item.kind === "resource") resources.set(keyOf(item.resource), item.resource);
      else if (item.kind === "opinion") opinions.push(item.opinion);
      else if (item.kind === "repair") repairs.push(item.repair);
      else told.push({ title, diagnostic: item.diagnostic });
    };
    for await (const { title, at, items } of readParts(files.parts)) {
      if (round !== undefined && at < round.startedMs) stale.push({ title, at });
      for (const item of items) keep(title, item);
    }
    for await (const { title, items } of readParts(files.metricParts))
      for (const item of items) keep(title, item);
    diagnostics.push(...partDiagnostics(told));
    diagnostics.push(...staleDiagnostics(stale));
  }
  return { resources: [...resources.values()], opinions, repairs, diagnostics };
}

/** Throws an AdapterError where there is no collection. What is in one is not read. */
export async function requireCollection(directory: string): Promise<void> {
  await sourcesOf(directory);
}

async function sourcesOf(directory: string): Promise<readonly string[]> {
  try {
    const found = await readdir(join(directory, "sources"), { withFileTypes: true });
    return found
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  } catch (cause) {
    const exists = await stat(directory).then(
      () => true,
      () => false,
    );
    throw new AdapterError(
      "not-found",
      exists
        ? `${directory} holds no collection; \`apex collect\` makes one (--into names the directory)`
        : `there is no directory ${directory}; \`apex collect\` makes a collection (--into names the directory)`,
      { cause },
    );
  }
}

/** The same name may stand for several things, in other accounts, regions or types. */
function keyOf({ provider, type, account, region, id }: Resource): string {
  return JSON.stringify([provider, type, account, region, id]);
}

function roundDiagnostics(source: string, round: RoundState | undefined): readonly Diagnostic[] {
  if (round === undefined) {
    return [
      {
        severity: "warning",
        code: "collection-unfinished",
        summary: `The collection of ${source} has never begun: nothing could be asked`,
        detail: `Run \`apex collect ${source}\` again: it says why.`,
      },
    ];
  }
  const failures = failureDiagnostics([...round.failures.values()]);
  if (round.isEnded || round.isPaused) return failures;
  return [
    {
      severity: "warning",
      code: "collection-unfinished",
      summary: `The collection of ${source} that began at ${formatInstant(round.startedMs)} has not ended`,
      detail: `Run \`apex collect ${source}\` again: it goes on where it stopped.`,
    },
    ...failures,
  ];
}

function staleDiagnostics(
  stale: readonly { readonly title: string; readonly at: number }[],
): readonly Diagnostic[] {
  if (stale.length === 0) return [];
  const oldest = Math.min(...stale.map(({ at }) => at));
  return [
    {
      severity: "warning",
      code: "collection-stale",
      summary: `${stale.length} parts of the collection are from an earlier round, the oldest of ${formatInstant(oldest)}: the last one did not bring them`,
      detail: `${listed(stale.map(({ title }) => title))}. Collect them again, or remove the collection's directory to start anew.`,
    },
  ];
}
