import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Longest answer of one git command: a diff or a blob of a test. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const NO_OBJECT = "0".repeat(40);

/** A file of a commit. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size?: number;
}

/** Whom a commit is by. `date` is ISO 8601. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** A commit as git holds it. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

/** A file that differs between two commits. */
export interface ChangedFile {
  readonly status: "added" | "removed" | "modified" | "renamed";
  readonly path: string;
  readonly previousPath?: string;
}

/** A bare repository, read and written with git's own plumbing: `git log` and `git diff` on it show what became of a test. */
export class GitRepository {
  /** The bare repository's directory: what `git push` and `git clone` take. */
  readonly directory: string;
  #indexes = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  static async create(directory: string, defaultBranch: string): Promise<GitRepository> {
    const repository = new GitRepository(directory);
    await repository.run(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, directory]);
    return repository;
  }

  /** Runs git in it and gives what it prints, without the last line's end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return (await this.runBytes(args, options)).toString("utf8").replace(/\n$/, "");
  }

  async runBytes(args: readonly string[], { input, environment = {} }: RunOptions = {}): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", ...environment };
    const child = execFile(
      "git",
      ["--git-dir", this.directory, ...args],
      { encoding: "buffer", maxBuffer: OUTPUT_BYTES_MAX, env },
      (error, output, complaint) => {
        if (error === null) resolve(output);
        else
          reject(new Error(`git ${args.join(" ")}: ${complaint.toString("utf8").trim()}`, { cause: error }));
      },
    );
    // A command that reads nothing may be gone before it is told that there is nothing.
    child.stdin?.on("error", () => undefined).end(input ?? "");
    return promise;
  }

  /** What a reference points at: "refs/heads/main"; `undefined` without one. */
  async resolve(reference: string): Promise<string | undefined> {
    return await this.run(["rev-parse", "--verify", "--quiet", `${reference}^{commit}`]).catch(
      () => undefined,
    );
  }

  /** "blob", "tree" or "commit"; `undefined` without such an object. */
  async typeOf(sha: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
    return await this.run(["cat-file", "-t", sha]).catch(() => undefined);
  }

  async references(prefix: string): Promise<readonly { readonly ref: string; readonly sha: string }[]> {
    const lines = await this.run(["for-each-ref", "--format=%(refname) %(objectname)"]);
    return lines
      .split("\n")
      .map((line) => line.split(" "))
      .flatMap(([ref = "", sha = ""]) => (ref.startsWith(prefix) ? [{ ref, sha }] : []));
  }

  /** Points a reference at a commit, if it still is where it was. */
  async pointReference(reference: string, sha: string, before: string | undefined): Promise<void> {
    await this.run(["update-ref", reference, sha, before ?? NO_OBJECT]);
  }

  async deleteReference(reference: string): Promise<void> {
    await this.run(["update-ref", "-d", reference]);
  }

  async writeBlob(content: Uint8Array): Promise<string> {
    return await this.run(["hash-object", "-w", "--stdin"], { input: content });
  }

  async readBlob(sha: string): Promise<Buffer> {
    return await this.runBytes(["cat-file", "blob", sha]);
  }

  /** Makes a tree: `sha: null` takes a file away. */
  async writeTree(
    base: string | undefined,
    entries: readonly { readonly path: string; readonly mode: string; readonly sha: string | null }[],
  ): Promise<string> {
    const index = join(this.directory, `index-${process.pid}-${(this.#indexes += 1)}`);
    const environment = { GIT_INDEX_FILE: index };
    const lines = entries.map(({ path, mode, sha }) =>
      sha === null ? `0 ${NO_OBJECT}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
    );
    await this.run(base === undefined ? ["read-tree", "--empty"] : ["read-tree", base], { environment });
    await this.run(["update-index", "-z", "--index-info"], { environment, input: lines.join("") });
    const tree = await this.run(["write-tree"], { environment });
    await rm(index, { force: true });
    return tree;
  }

  async listTree(tree: string, isRecursive: boolean): Promise<readonly TreeEntry[]> {
    const flags = isRecursive ? ["-r", "-t"] : [];
    const lines = (await this.run(["ls-tree", "-z", "-l", ...flags, tree]))
      .split("\0")
      .filter((line) => line !== "");
    return lines.map((line) => {
      const [facts = "", path = ""] = line.split("\t");
      const [mode = "", type = "", sha = "", size = "-"] = facts.split(/ +/);
      return { path, mode, type, sha, ...(size === "-" ? {} : { size: Number(size) }) };
    });
  }

  async writeCommit(commit: Omit<Commit, "sha">): Promise<string> {
    return await this.run(
      ["commit-tree", commit.tree, ...commit.parents.flatMap((parent) => ["-p", parent])],
      {
        input: commit.message,
        environment: { ...identity("AUTHOR", commit.author), ...identity("COMMITTER", commit.committer) },
      },
    );
  }

  async readCommit(sha: string): Promise<Commit> {
    const format = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B";
    const fields = (await this.run(["show", "--no-patch", `--format=${format}`, sha])).split("\0");
    const [id = "", tree = "", parents = "", name = "", email = "", date = "", ...rest] = fields;
    const [committerName = "", committerEmail = "", committerDate = "", message = ""] = rest;
    return {
      sha: id,
      tree,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      message: message.replace(/\n$/, ""),
      author: { name, email, date },
      committer: { name: committerName, email: committerEmail, date: committerDate },
    };
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return await this.run(["merge-base", "--is-ancestor", ancestor, descendant]).then(
      () => true,
      () => false,
    );
  }

  /** What a pull request shows: changes since the two sides parted. */
  async changedFiles(base: string, head: string): Promise<readonly ChangedFile[]> {
    const output = await this.run(["diff", "-z", "--name-status", "--find-renames", `${base}...${head}`]);
    const fields = output.split("\0").values();
    const files: ChangedFile[] = [];
    for (const status of fields) {
      if (status === "") break;
      const path = fields.next().value ?? "";
      if (status.startsWith("R")) {
        files.push({ status: "renamed", path: fields.next().value ?? "", previousPath: path });
      } else {
        files.push({ status: status === "A" ? "added" : status === "D" ? "removed" : "modified", path });
      }
    }
    return files;
  }

  /** How many commits one side has that the other lacks. */
  async commitsBetween(base: string, head: string): Promise<number> {
    return Number(await this.run(["rev-list", "--count", `${base}..${head}`]));
  }
}

interface RunOptions {
  readonly input?: string | Uint8Array | undefined;
  readonly environment?: { readonly [name: string]: string };
}

function identity(
  role: "AUTHOR" | "COMMITTER",
  { name, email, date }: Signature,
): { [name: string]: string } {
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: email, [`GIT_${role}_DATE`]: date };
}
