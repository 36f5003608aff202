import type { Diagnostic, UtilizationProfile } from "@apex/core";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { profileReader } from "./profile-reader.ts";
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
  return withData(io, sources, progress, async (data) => {
    const profileOf = profileReader(data);
    const profiles: UtilizationProfile[] = [];
    for (const resource of data.resources.filter((one) => one.address === address)) {
      const profile = await profileOf(resource);
      if (profile !== undefined) profiles.push(profile);
    }
    return { profiles, diagnostics: data.diagnostics.filter(({ severity }) => severity === "error") };
  });
}
