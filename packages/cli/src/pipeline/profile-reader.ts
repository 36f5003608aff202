import { namesToJudge } from "@apex/analysis";
import type { Resource, UtilizationProfile } from "@apex/core";
import { onlyResource } from "../analyze-workers/analyze-fleet.ts";
import type { Data } from "./with-data.ts";

/**
 * Reads single profiles: that which the analysis judges a resource by, under its own id, else under another name that means nothing
 * else. A Prometheus calls machines by their addresses.
 */
export function profileReader({
  resources,
  samples,
  window,
}: Pick<Data, "resources" | "samples" | "window">): (
  resource: Resource,
) => Promise<UtilizationProfile | undefined> {
  const { find } = namesToJudge(resources);
  return async (resource) => {
    if (window === undefined) return undefined;
    for (const name of [resource.id, ...resource.aliases]) {
      if (find(name) !== resource) continue;
      for await (const profile of samples.profiles(window, onlyResource(name))) return profile;
    }
    return undefined;
  };
}
