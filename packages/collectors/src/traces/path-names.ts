import path from "node:path";

/** What absolute paths are called among themselves: from the folder that holds them all; the bare name of a single one. */
export function pathNames(files: readonly string[]): ReadonlyMap<string, string> {
  const folders = files.map((file) => path.dirname(file).split(path.sep));
  const [first = []] = folders;
  const end = first.findIndex((part, index) => folders.some((folder) => folder[index] !== part));
  const common = first.slice(0, end === -1 ? first.length : end).join(path.sep) || path.sep;
  return new Map(files.map((file) => [file, path.relative(common, file)]));
}
