import type Docker from "dockerode";
import { asked, isGone } from "../errors.ts";
import { LABELS } from "../run/labels.ts";
import { currentOwner, formatOwner, ownerFate, parseOwner } from "../run/owner.ts";
import { IMAGE_LABEL } from "./image-content.ts";

/** Repository of the names that images have while they are tried. */
export const BUILDING = "apex/building";

/** The part of the engine's list that is read. */
interface ListedImage {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null | undefined;
  readonly Labels?: Readonly<Record<string, string>> | null | undefined;
}

/**
 * A Dockerfile whose steps carry who builds them. It is added when the image is built: what names an image is its content, and
 * that is the same whoever builds it.
 */
export function withBuilder(dockerfile: string): string {
  const owner = `${LABELS.owner}="${formatOwner(currentOwner())}"`;
  return dockerfile.replace(/^LABEL apex\.image=\S+$/m, (label) => `${label} ${owner}`);
}

/**
 * The names by which to remove what dead builders have left. An image that has got the name it was built for, or somebody's,
 * loses nothing but the name of its trial.
 */
export function abandonedImages(images: readonly ListedImage[]): readonly string[] {
  return images.flatMap(({ Id, RepoTags, Labels }) => {
    const owner = parseOwner(Labels?.[LABELS.owner]);
    if (owner === undefined || ownerFate(owner) !== "dead") return [];
    const tags = (RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
    return tags.length === 0 ? [Id] : tags.filter((tag) => tag.startsWith(`${BUILDING}:`));
  });
}

/** Removes what dead builders have left of images. Returns the names; one that is in use stays. */
export async function reapImages(
  docker: Docker,
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly string[]> {
  const listed = docker.listImages({ filters: { label: [IMAGE_LABEL] } });
  const names = abandonedImages(await asked("listing images", listed));
  if (dryRun) return names;
  const removed: string[] = [];
  for (const name of names) {
    const isRemoved = await docker
      .getImage(name)
      .remove()
      .then(
        () => true,
        (error: unknown) => isGone(error),
      );
    if (isRemoved) removed.push(name);
  }
  return removed;
}
