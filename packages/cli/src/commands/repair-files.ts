import path from "node:path";
import type { RepairedSides } from "../agent/repair-sides.ts";
import type { Io } from "../io.ts";
import { patchText } from "../pipeline/patch-file.ts";

/** The diffs of what was tried in place of what was given. */
export function repairFiles(
  io: Pick<Io, "cwd">,
  directory: string,
  terraformDirectory: string,
  { written, base, overlay }: RepairedSides,
): ReadonlyMap<string, string> {
  const diff = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
    patchText(terraformDirectory, io.cwd, before, after);
  const files = new Map([
    [path.join(directory, "patch.diff"), diff(new Map([...written, ...base]), overlay)],
  ]);
  if (base.size > 0) files.set(path.join(directory, "repair.diff"), diff(written, base));
  return files;
}
