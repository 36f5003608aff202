import type Docker from "dockerode";
import type { DockerEngine } from "../connect.ts";
import { engineError } from "../errors.ts";
import { IMAGE_LABEL } from "./image-content.ts";

/** A younger image may be about to be used, or be a step of a build that goes on. */
const AGE_MIN_MS = 10 * 60_000;

/** Which of our images stay. */
export interface UnusedImages {
  /** References to keep whether or not a container uses them. */
  readonly keep: readonly string[];
  /** How old an image has to be; absent: ten minutes. */
  readonly ageMinMs?: number;
}

/** The part of the engine's lists that is read. */
type ListedImage = Pick<Docker.ImageInfo, "Id" | "Created"> & {
  readonly RepoTags?: readonly string[] | null | undefined;
};
type ListedContainer = Pick<Docker.ContainerInfo, "ImageID">;

/**
 * The names by which to remove the images of ours that nothing uses, in an order that the engine accepts: what stands on
 * another image goes before it. An image that somebody gave a name of their own stays.
 */
export function unusedImages(
  images: readonly ListedImage[],
  containers: readonly ListedContainer[],
  { keep, createdBefore }: { readonly keep: readonly string[]; readonly createdBefore: number },
): readonly string[] {
  const used = new Set(containers.map((container) => container.ImageID));
  const isKept = (tag: string) => keep.includes(tag) || !tag.startsWith("apex/");
  return images
    .toSorted((a, b) => b.Created - a.Created)
    .filter((image) => image.Created * 1000 <= createdBefore && !used.has(image.Id))
    .map((image) => ({ id: image.Id, tags: (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>") }))
    .filter(({ tags }) => !tags.some(isKept))
    .flatMap(({ id, tags }) => (tags.length === 0 ? [id] : tags));
}

/**
 * Removes the images that Apex has built (label `apex.image`), no container uses and `keep` does not name, with what is left
 * of builds that were cut off. Returns the names that are gone. Throws an AdapterError when the engine does not answer.
 */
export async function removeUnusedImages(
  { docker }: DockerEngine,
  { keep, ageMinMs = AGE_MIN_MS }: UnusedImages,
): Promise<readonly string[]> {
  try {
    const [images, containers] = await Promise.all([
      docker.listImages({ filters: { label: [IMAGE_LABEL] } }),
      docker.listContainers({ all: true }),
    ]);
    const removed: string[] = [];
    for (const name of unusedImages(images, containers, { keep, createdBefore: Date.now() - ageMinMs })) {
      // Refused where something uses it since it was listed: then it is used, and stays.
      const isRemoved = await docker
        .getImage(name)
        .remove()
        .then(
          () => true,
          () => false,
        );
      if (isRemoved) removed.push(name);
    }
    return removed;
  } catch (error) {
    throw engineError("removing unused images", error);
  }
}
