import type { Git } from "../estimate/git.ts";

/** A file of the base commit, or why it is not edited. */
export type BaseFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** The files of the commit that branches begin at. */
export interface BaseFiles {
  readonly commit: string;
  /** The path is relative to the repository. Each is read once. */
  read(path: string): Promise<BaseFile>;
}

const FILE_CHARACTERS_MAX = 8 * 1024 * 1024;
const MODES = new Set(["100644", "100755"]);

async function readFrom(git: Git, commit: string, path: string): Promise<BaseFile> {
  const refused = (why: string): BaseFile => ({ kind: "refused", reason: `${path} ${why}` });
  const listed = await git.run(["--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", path]);
  const [, mode = "", sha = "", name] = /^(\d+) \w+ ([0-9a-f]+)\t([^\0]*)\0$/.exec(listed) ?? [];
  if (name !== path)
    return refused(`is not in commit ${commit.slice(0, 7)}: is it generated, or behind a link?`);
  if (!MODES.has(mode)) return refused("is a symbolic link or a submodule, which is not edited");
  const text = await git.run(["cat-file", "blob", sha]);
  if (text.length > FILE_CHARACTERS_MAX) return refused("is too large");
  // What git prints is read as UTF-8: anything else would be written back changed.
  if (/[\0\uFFFD]/.test(text)) return refused("is not UTF-8 text");
  return { kind: "text", text };
}

/** The files of a commit in a checkout. */
export function baseFiles(git: Git, commit: string): BaseFiles {
  const known = new Map<string, Promise<BaseFile>>();
  return {
    commit,
    read: (path) => {
      const found = known.get(path) ?? readFrom(git, commit, path);
      known.set(path, found);
      return found;
    },
  };
}
