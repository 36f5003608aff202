import path from "node:path";
import type { StructuredPatch } from "diff";

/** Where a patch's file lies, absolute. */
type Place = (patch: StructuredPatch) => string;

const NO_FILE = "/dev/null";

/**
 * Finds from which of `roots` a patch's paths start, with or without git's prefixes (a/ and b/, or those of
 * diff.mnemonicPrefix): the first under which every file exists that the patch does not create. Undefined when there is none.
 */
export function placePatch(
  patches: readonly StructuredPatch[],
  roots: readonly string[],
  exists: (file: string) => boolean,
): Place | undefined {
  const strips = patches.every(hasPrefix) ? [1, 0] : [0];
  for (const strip of strips) {
    for (const root of roots) {
      const place: Place = (patch) => path.resolve(root, pathOf(patch).split("/").slice(strip).join("/"));
      const isInside = (patch: StructuredPatch) => !path.relative(root, place(patch)).startsWith("..");
      const isThere = (patch: StructuredPatch) =>
        isCreation(patch) ? exists(path.dirname(place(patch))) : exists(place(patch));
      if (patches.every((patch) => isInside(patch) && isThere(patch))) return place;
    }
  }
  return undefined;
}

/** Whether a patch makes a file that was not there. */
export function isCreation({ isCreate, oldFileName }: StructuredPatch): boolean {
  return isCreate === true || oldFileName === NO_FILE;
}

function pathOf({ oldFileName = "", newFileName = "" }: StructuredPatch): string {
  return newFileName === NO_FILE ? oldFileName : newFileName;
}

/** One letter and a slash before both names, as git writes them. */
function hasPrefix({ oldFileName = "", newFileName = "" }: StructuredPatch): boolean {
  return [oldFileName, newFileName].every((name) => name === NO_FILE || /^[a-z]\//.test(name));
}
