import { existsSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { parsePatch, type StructuredPatch } from "diff";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { applyHunks } from "./apply-hunks.ts";
import { isCreation, placePatch } from "./place-patch.ts";

/** Longer than any patch of a configuration; a file beyond it was named by mistake. */
const BYTES_MAX = 16 * 1024 ** 2;

/**
 * The texts that a unified diff makes of the files in a Terraform directory, by path from it, without writing anything. Paths in
 * the diff may start at the git work tree, at `cwd`, at the directory above or at the directory itself, as `apex optimize --out`,
 * git and diff write them. Hunks apply as in `git apply`: no context may differ. Throws a CommandError that names file and hunk.
 */
export async function readPatch(
  file: string,
  terraformDirectory: string,
  cwd: string = process.cwd(),
): Promise<ReadonlyMap<string, string>> {
  const patches = parsed(file, await patchTextOf(file));
  for (const patch of patches) refuseOtherChanges(file, patch);
  const root = path.resolve(terraformDirectory);
  const roots = [...new Set([workTreeRoot(root), cwd, path.dirname(root), root])].filter(
    (at) => at !== undefined,
  );
  const place = placePatch(patches, roots, (candidate) => existsSync(candidate));
  if (place === undefined) throw nowhere(file, patches, roots);
  const overlay = new Map<string, string>();
  for (const patch of patches) {
    const target = place(patch);
    const name = path.relative(root, target).split(path.sep).join("/");
    if (name.startsWith("../") || path.isAbsolute(name)) throw outside(file, target, root);
    const before = overlay.get(name) ?? (await textBefore({ file, patch, target, root }));
    const applied = applyHunks(before, patch.hunks);
    if (applied.kind === "failed") throw failed(file, name, applied);
    overlay.set(name, applied.text);
  }
  return overlay;
}

function workTreeRoot(directory: string): string | undefined {
  if (existsSync(path.join(directory, ".git"))) return directory;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : workTreeRoot(parent);
}

async function patchTextOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > BYTES_MAX) throw wrong(file, `has ${size} bytes; is it a patch?`);
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw wrong(file, `cannot be read: ${(cause as NodeJS.ErrnoException).message}`, cause);
  }
}

function parsed(file: string, text: string): readonly StructuredPatch[] {
  if (text.trim() === "") throw wrong(file, "is empty: there is no change to validate");
  if (text.includes("\0")) throw wrong(file, "is no text; give a unified diff");
  let patches: readonly StructuredPatch[];
  try {
    patches = parsePatch(text);
  } catch (cause) {
    throw wrong(file, `is no unified diff: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (/^GIT binary patch$/m.test(text))
    throw wrong(file, "changes a binary file; only Terraform texts can be validated");
  const found = patches.filter(({ hunks, isGit }) => hunks.length > 0 || isGit === true);
  if (found.length === 0)
    throw wrong(file, "is no unified diff: it has no hunk (a line that starts with @@)");
  return found;
}

const NO_FILE = "/dev/null";

/** A validation runs one set of files with other texts: what changes more than texts cannot be shown by it. */
function refuseOtherChanges(file: string, patch: StructuredPatch): void {
  const name = nameOf(patch);
  if (patch.isBinary === true)
    throw wrong(file, `changes ${name}, a binary file; only Terraform texts can be validated`);
  if (patch.isRename === true || patch.isCopy === true) {
    throw wrong(file, `renames or copies ${name}; make the diff with git diff --no-renames`);
  }
  if (patch.isDelete === true || patch.newFileName === NO_FILE) {
    throw wrong(file, `deletes ${name}; a validation cannot leave a file out: empty it in the patch instead`);
  }
  if (patch.hunks.length > 0 && (patch.oldFileName === undefined || patch.newFileName === undefined)) {
    throw wrong(file, "has a hunk that belongs to no file; keep its --- and +++ lines");
  }
}

function nameOf({ oldFileName, newFileName }: StructuredPatch): string {
  const named = newFileName === NO_FILE ? oldFileName : newFileName;
  return named ?? "a file without a name";
}

/** The text that a patch changes; a file that it creates starts from nothing. */
async function textBefore({
  file,
  patch,
  target,
  root,
}: {
  readonly file: string;
  readonly patch: StructuredPatch;
  readonly target: string;
  readonly root: string;
}): Promise<string> {
  const isNew = isCreation(patch);
  try {
    // A link must not show what lies elsewhere.
    const [real, realRoot] = await Promise.all([realpath(target), realpath(root)]);
    if (path.relative(realRoot, real).startsWith("..")) throw outside(file, real, root);
    if (isNew) throw wrong(file, `creates ${target}, which is there already: is the patch applied?`);
    return await readFile(real, "utf8");
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (isNew && code === "ENOENT") return "";
    throw wrong(file, `changes ${target}, which cannot be read: ${message}`, cause);
  }
}

function nowhere(file: string, patches: readonly StructuredPatch[], roots: readonly string[]): CommandError {
  const names = patches.map(nameOf).slice(0, 5).join(", ");
  return wrong(file, `does not belong here: its files (${names}) are not below any of ${roots.join(", ")}`);
}

function outside(file: string, target: string, root: string): CommandError {
  return wrong(
    file,
    `changes ${target}, which is outside of the Terraform directory ${root}; name the directory that holds all of it, or take that file out of the patch`,
  );
}

function failed(
  file: string,
  name: string,
  { hunk, line, expected, found, reason }: Extract<ReturnType<typeof applyHunks>, { kind: "failed" }>,
): CommandError {
  const base = `does not apply: hunk ${hunk} of ${name}, line ${line}`;
  if (reason === "ambiguous") return wrong(file, `${base}, fits in several places and in none where it says`);
  const seen = found === undefined ? "the file ends there" : `the file has ${quoted(found)}`;
  const hint =
    found !== undefined && found.replace(/\r$/, "") === expected.replace(/\r$/, "")
      ? "; their line ends differ (LF and CRLF)"
      : "; was the file changed since the patch was made, or is the patch applied already?";
  return wrong(file, `${base}: the patch expects ${quoted(expected)}, ${seen}${hint}`);
}

const QUOTE_LENGTH_MAX = 120;

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTE_LENGTH_MAX ? `${text.slice(0, QUOTE_LENGTH_MAX)}…` : text);
}

function wrong(file: string, what: string, cause?: unknown): CommandError {
  return new CommandError(EXIT_CODES.badInput, `--patch ${file} ${what}`, { cause });
}
