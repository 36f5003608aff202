import type { Diagnostic, UtilizationProfile } from "@apex/core";
import { onlyResource } from "../analyze-workers/analyze-fleet.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { type DataSources, withData } from "./with-data.ts";

/** Where the utilisation of a service is recorded: files, a collection, or both. */
export type UtilizationSources = Pick<DataSources, "metricFiles" | "collection" | "storeDirectory"> & {
  readonly stateFile: string;
};

/** What was measured of one resource, over everything that the metrics span. */
export interface TargetUtilization {
  /** Empty when the metrics hold nothing of it. */
  readonly profiles: readonly UtilizationProfile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the metrics and keeps what concerns the resource of one Terraform address. */
export async function targetUtilization(
  io: Io,
  { stateFile, metricFiles, collection, storeDirectory }: UtilizationSources,
  address: string,
  progress: Progress,
): Promise<TargetUtilization> {
  const sources = { stateFile, costFiles: [], metricFiles, collection, storeDirectory };
  return withData(io, sources, progress, async ({ resources, samples, window, diagnostics }) => {
    const ids = new Set(resources.filter((resource) => resource.address === address).map(({ id }) => id));
    const profiles: UtilizationProfile[] = [];
    if (window !== undefined) {
      for (const id of ids)
        for await (const profile of samples.profiles(window, onlyResource(id))) profiles.push(profile);
    }
    return { profiles, diagnostics: diagnostics.filter(({ severity }) => severity === "error") };
  });
}
