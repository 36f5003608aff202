import { existsSync } from "node:fs";
import path from "node:path";
import { renderPatch } from "@apex/report";

/** The nearest directory above that is a git work tree's root; `undefined` outside of one. */
function workTreeRoot(directory: string): string | undefined {
  if (existsSync(path.join(directory, ".git"))) return directory;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : workTreeRoot(parent);
}

/**
 * The unified diff of an edit, with paths from the root of the git work tree, which is what `git apply` expects
 * wherever it is called; outside of a work tree from `cwd` where that holds the files, else from the Terraform directory's parent.
 * Keys of `before` and `after` are relative to `terraformDirectory`.
 */
export function patchText(
  terraformDirectory: string,
  cwd: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string {
  const fromDirectory = (root: string, file: string) =>
    path.relative(root, path.resolve(terraformDirectory, file)).split(path.sep).join("/");
  const roots = [workTreeRoot(terraformDirectory), cwd, path.dirname(terraformDirectory), "/"];
  const changed = [...after.keys()].filter((file) => before.get(file) !== after.get(file));
  const root =
    roots.find(
      (candidate) =>
        candidate !== undefined && changed.every((file) => !fromDirectory(candidate, file).startsWith("..")),
    ) ?? "/";
  const renamed = (files: ReadonlyMap<string, string>) =>
    new Map(
      changed.flatMap((file) => {
        const text = files.get(file);
        return text === undefined ? [] : [[fromDirectory(root, file), text] as const];
      }),
    );
  return renderPatch(renamed(before), renamed(after));
}
