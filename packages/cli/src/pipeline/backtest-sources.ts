import path from "node:path";
import { machineType, textAt } from "@apex/catalog";
import { cpuSeriesOf, type RecordedTrace, readTraces } from "@apex/collectors";
import { DAY_MS, type Diagnostic, type Resource } from "@apex/core";
import { checkHome, readCollection } from "@apex/store";
import { openSampleReader, type SampleReader } from "@apex/store/samples";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { collectionServer } from "../store-place.ts";

/** Recorded machines that rules are replayed on. */
export interface TracesToReplay extends AsyncDisposable {
  /** Of files all lie in memory; of a collection they come one by one. */
  readonly machines: AsyncIterable<RecordedTrace> | Iterable<RecordedTrace>;
  /** At most so many. */
  readonly total: number;
  /** How many days machines span, as far as that is known before they are read. */
  readonly spans: readonly number[];
  /** Whether any tells its own vCPU. */
  readonly hasVcpu: boolean;
  /** What is left out, and why; complete once all machines were read. */
  readonly unused: readonly { readonly machine: string; readonly reason: string }[];
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** More reasons than these tell nobody more. */
const REASONS_MAX = 10;

/** Traces of files. Throws a CommandError that says why when not one machine came of them, and the signal's reason. */
export async function tracesOfFiles(files: readonly string[], signal: AbortSignal): Promise<TracesToReplay> {
  const traces = await readTraces(files, signal);
  signal.throwIfAborted();
  const { machines, unused, diagnostics } = traces;
  if (machines.length === 0) {
    const reasons = [
      ...diagnostics.map(({ summary, detail }) => `  ${summary}${detail === undefined ? "" : `. ${detail}`}`),
      ...unused.map(({ machine, reason }) => `  ${machine} ${reason}`),
    ].slice(0, REASONS_MAX);
    throw new CommandError(EXIT_CODES.badInput, `--trace gave no machine:\n${reasons.join("\n")}`);
  }
  const spans = machines.map(({ series }) => {
    return ((series.timestampsMs.at(-1) ?? 0) - (series.timestampsMs[0] ?? 0) + series.periodMs) / DAY_MS;
  });
  return {
    ...traces,
    total: machines.length,
    spans,
    hasVcpu: machines.some(({ vcpu }) => vcpu !== undefined),
    diagnostics: diagnostics.filter(({ code }) => code !== "metrics-loaded"),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Types of single machines: a group's CPU is a mean of its members, a database's size is no machine's. */
const MACHINE_TYPES: Readonly<Record<string, string>> = {
  aws_instance: "instance_type",
  google_compute_instance: "machine_type",
};

/** The machines of a collection with the CPU that was collected of them. Throws the AdapterErrors of the store. */
export async function tracesOfCollection(io: Io, directory: string): Promise<TracesToReplay> {
  const { resources, diagnostics } = await readCollection(directory);
  const clickHouse = collectionServer(io);
  await checkHome(directory, clickHouse.clickHouseUrl);
  const samples = await openSampleReader({ directory, ...clickHouse }, io.signal);
  const window = await samples.window();
  const found = resources.filter(({ type }) => Object.hasOwn(MACHINE_TYPES, type));
  const machines = new Map(found.map((resource) => [resource.id, resource]));
  const unused: { machine: string; reason: string }[] = [];
  return {
    machines: collected(samples, { machines, window, unused }),
    total: machines.size,
    spans: window === undefined ? [] : [(window.endMs - window.startMs) / DAY_MS],
    hasVcpu: true,
    unused,
    files: [path.basename(directory)],
    diagnostics: machines.size > 0 ? diagnostics : [noMachine(directory), ...diagnostics],
    [Symbol.asyncDispose]: () => samples.close(),
  };
}

function noMachine(directory: string): Diagnostic {
  return {
    severity: "warning",
    code: "collection-without-machines",
    summary: `There is no EC2 or Compute Engine instance in ${path.basename(directory)}`,
    detail: "Run `apex collect aws` or `apex collect gcp`, or name another directory with --from.",
  };
}

async function* collected(
  samples: SampleReader,
  {
    machines,
    window,
    unused,
  }: {
    readonly machines: ReadonlyMap<string, Resource>;
    readonly window: Awaited<ReturnType<SampleReader["window"]>>;
    readonly unused: { machine: string; reason: string }[];
  },
): AsyncGenerator<RecordedTrace> {
  const open = new Set(machines.keys());
  for await (const { resourceId: id, series } of window === undefined ? [] : samples.profiles(window)) {
    const resource = machines.get(id);
    const cpu = cpuSeriesOf(
      series.filter(({ metric, part }) => metric === "cpu_percent" && part === undefined),
    );
    if (resource === undefined || cpu === undefined) continue;
    open.delete(id);
    const type = textAt(resource.attributes, [MACHINE_TYPES[resource.type] ?? ""]);
    const vcpu = type === undefined ? undefined : machineType(resource.provider, type)?.vcpu;
    if (vcpu === undefined)
      unused.push({ machine: id, reason: `is of a type whose vCPU are not known: ${type ?? "none"}` });
    else yield { id, vcpu, series: cpu };
  }
  for (const id of open) unused.push({ machine: id, reason: "has no CPU metric" });
}
