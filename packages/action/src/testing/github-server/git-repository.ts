import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type GitObject, ObjectReader } from "./object-reader.ts";
import { DIRECTORY_MODE, readTree, type TreeChange, treeContent, writeObject } from "./write-objects.ts";

/** Longest answer of one git command: a diff or a blob of a test. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const NO_OBJECT = "0".repeat(40);
/** A person's own settings change nothing. */
const ENVIRONMENT = { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };

/** A file of a commit. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
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

/** A bare repository of git's: `git log` and `git diff` on it show what became of a test. */
export class GitRepository {
  /** The bare repository's directory: what `git push` and `git clone` take. */
  readonly directory: string;
  readonly #reader: ObjectReader;

  private constructor(directory: string) {
    this.directory = directory;
    this.#reader = new ObjectReader(directory, ENVIRONMENT);
  }

  static async create(directory: string, defaultBranch: string): Promise<GitRepository> {
    const branch = `--initial-branch=${defaultBranch}`;
    await runGit(["init", "--quiet", "--bare", "--template=", branch, directory]);
    return new GitRepository(directory);
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  /** Runs git in it and gives what it prints, without the last line's end. */
  async run(args: readonly string[]): Promise<string> {
    return await runGit(["--git-dir", this.directory, ...args]);
  }

  /** What a reference points at: "refs/heads/main"; `undefined` without one. */
  async resolve(reference: string): Promise<string | undefined> {
    const object = await this.#reader.read(`${reference}^{commit}`);
    return object?.sha;
  }

  /** "blob", "tree" or "commit"; `undefined` without such an object. */
  async typeOf(sha: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
    return (await this.#reader.read(sha))?.type;
  }

  /** Points a reference at a commit, if it still is where it was. */
  async pointReference(reference: string, sha: string, before: string | undefined): Promise<void> {
    await this.run(["update-ref", reference, sha, before ?? NO_OBJECT]);
  }

  async deleteReference(reference: string): Promise<void> {
    await this.run(["update-ref", "-d", reference]);
  }

  async writeBlob(content: Uint8Array): Promise<string> {
    return await writeObject(this.directory, "blob", content);
  }

  async readBlob(sha: string): Promise<Buffer> {
    return (await this.#object(sha)).content;
  }

  /** Makes a tree of a commit's or another tree's. */
  async writeTree(base: string | undefined, changes: readonly TreeChange[]): Promise<string> {
    return (
      (await this.#writeTree(base, changes)) ?? (await writeObject(this.directory, "tree", Buffer.alloc(0)))
    );
  }

  /** `undefined` where nothing is left in it. */
  async #writeTree(base: string | undefined, changes: readonly TreeChange[]): Promise<string | undefined> {
    const before = base === undefined ? [] : readTree((await this.#object(`${base}^{tree}`)).content);
    const items = new Map(before.map((item) => [item.name, item]));
    const below = Map.groupBy(changes, ({ path }) => path.split("/", 1)[0] ?? "");
    for (const [name, inside] of below) {
      const own = inside.find(({ path }) => path === name);
      const known = items.get(name);
      const directory = known?.mode === DIRECTORY_MODE ? known.sha : undefined;
      const rest = inside.map((change) => ({ ...change, path: change.path.slice(name.length + 1) }));
      const sha = own === undefined ? await this.#writeTree(directory, rest) : (own.sha ?? undefined);
      if (sha === undefined) items.delete(name);
      else
        items.set(name, { name, sha, mode: own === undefined ? DIRECTORY_MODE : own.mode.replace(/^0/, "") });
    }
    if (items.size === 0) return undefined;
    return await writeObject(this.directory, "tree", treeContent([...items.values()]));
  }

  async listTree(tree: string, isRecursive: boolean, prefix = ""): Promise<readonly TreeEntry[]> {
    const entries: TreeEntry[] = [];
    for (const { name, mode, sha } of readTree((await this.#object(`${tree}^{tree}`)).content)) {
      const path = `${prefix}${name}`;
      const type = mode === DIRECTORY_MODE ? "tree" : mode === "160000" ? "commit" : "blob";
      entries.push({ path, mode: mode.padStart(6, "0"), type, sha });
      if (isRecursive && type === "tree") entries.push(...(await this.listTree(sha, true, `${path}/`)));
    }
    return entries;
  }

  async writeCommit(commit: Omit<Commit, "sha">): Promise<string> {
    const lines = [
      `tree ${commit.tree}`,
      ...commit.parents.map((parent) => `parent ${parent}`),
      `author ${identity(commit.author)}`,
      `committer ${identity(commit.committer)}`,
      "",
      commit.message.replace(/\n?$/, "\n"),
    ];
    return await writeObject(this.directory, "commit", Buffer.from(lines.join("\n")));
  }

  async readCommit(name: string): Promise<Commit> {
    const { sha, content } = await this.#object(name);
    const [head = "", ...message] = content.toString("utf8").split("\n\n");
    const values = (key: string) =>
      head.split("\n").flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
    return {
      sha,
      tree: values("tree")[0] ?? "",
      parents: values("parent"),
      message: message.join("\n\n").replace(/\n$/, ""),
      author: signature(values("author")[0] ?? ""),
      committer: signature(values("committer")[0] ?? ""),
    };
  }

  async #object(name: string): Promise<GitObject> {
    const object = await this.#reader.read(name);
    if (object === undefined) throw new Error(`the repository has no ${name}`);
    return object;
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

async function runGit(args: readonly string[]): Promise<string> {
  const options = { maxBuffer: OUTPUT_BYTES_MAX, env: ENVIRONMENT };
  const { stdout } = await promisify(execFile)("git", args, options);
  return stdout.replace(/\n$/, "");
}

function identity({ name, email, date }: Signature): string {
  return `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
}

function signature(line: string): Signature {
  const [, name = "", email = "", seconds = "0"] = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z") };
}
