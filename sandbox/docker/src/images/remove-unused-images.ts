import type { DockerEngine } from "../connect.ts";
import { engineError } from "../errors.ts";
import { IMAGE_LABEL } from "./image-content.ts";

/** A younger image may be about to be used, or be a step of a build that goes on. */
const AGE_MIN_MS = 10 * 60_000;

/** Which of our images stay. */
export interface UnusedImages {
  /** References to keep whether or not a container uses them. */
  readonly keep: readonly string[];
  /** Absent: ten minutes. */
  readonly ageMinMs?: number;
}

/**
 * Removes the images that Apex has built (label `apex.image`), no container uses and `keep` does not name, with what builds
 * left that were cut off. Returns the references that are gone. Throws an AdapterError when the engine does not answer.
 */
export async function removeUnusedImages(
  engine: DockerEngine,
  { keep, ageMinMs = AGE_MIN_MS }: UnusedImages,
): Promise<readonly string[]> {
  const { docker } = engine;
  const doing = "removing unused images";
  try {
    const [images, containers] = await Promise.all([
      docker.listImages({ filters: { label: [IMAGE_LABEL] } }),
      docker.listContainers({ all: true }),
    ]);
    const used = new Set(containers.map((container) => container.ImageID));
    const removed: string[] = [];
    // The youngest first: what stands on another image is younger than it.
    for (const image of images.toSorted((a, b) => b.Created - a.Created)) {
      const isOld = Date.now() - image.Created * 1000 >= ageMinMs;
      if (!isOld || used.has(image.Id)) continue;
      const tags = (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
      if (tags.some((tag) => keep.includes(tag) || !tag.startsWith("apex/"))) continue;
      for (const name of tags.length === 0 ? [image.Id] : tags) {
        const isRemoved = await docker
          .getImage(name)
          .remove()
          .then(
            () => true,
            () => false,
          );
        if (isRemoved) removed.push(name);
      }
    }
    return removed;
  } catch (error) {
    throw engineError(doing, error);
  }
}
