import { costExportCollector, metricExportCollector, terraformStateCollector } from "@apex/collectors";
import type { Diagnostic, UtilizationProfile } from "@apex/core";
import { openStore } from "@apex/store";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { collectInputs } from "./collect-inputs.ts";
import { openRunDirectory } from "./run-directory.ts";

/** Where the utilisation of a service is recorded: absolute paths. */
export interface UtilizationSources {
  readonly stateFile: string;
  readonly metricFiles: readonly string[];
  readonly storeDirectory: string;
}

/** What was measured of one resource, over everything that the metrics span. */
export interface TargetUtilization {
  /** Empty when the metrics hold nothing of it. */
  readonly profiles: readonly UtilizationProfile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the metrics and keeps what concerns the resource of one Terraform address. */
export async function targetUtilization(
  io: Io,
  sources: UtilizationSources,
  address: string,
  progress: Progress,
): Promise<TargetUtilization> {
  await using run = await openRunDirectory(sources.storeDirectory);
  const store = await openStore({ directory: run.path, signal: io.signal });
  try {
    const collected = await collectInputs(
      {
        state: { collector: terraformStateCollector(), files: [sources.stateFile] },
        cost: { collector: costExportCollector(), files: [] },
        metrics: { collector: metricExportCollector(), files: sources.metricFiles },
      },
      store,
      io.signal,
      (text) => progress.detail(text),
    );
    const ids = new Set(
      collected.resources.filter((resource) => resource.address === address).map(({ id }) => id),
    );
    const window = await store.samples.window();
    const profiles: UtilizationProfile[] = [];
    if (window !== undefined) {
      for await (const profile of store.samples.profiles(window)) {
        if (ids.has(profile.resourceId)) profiles.push(profile);
      }
    }
    const errors = collected.diagnostics.filter(({ severity }) => severity === "error");
    return { profiles, diagnostics: errors };
  } finally {
    await store.close();
  }
}
