import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";

/** An object of git's as it is stored. */
export interface GitObject {
  readonly sha: string;
  readonly type: string;
  readonly content: Buffer;
}

const LINE_END = 10;

/** Reads objects through one `git cat-file --batch`: a process for each would make the tests of a client wait. */
export class ObjectReader {
  readonly #child: ChildProcessWithoutNullStreams;
  #received = Buffer.alloc(0);
  #last: Promise<unknown> = Promise.resolve();

  constructor(directory: string, environment: NodeJS.ProcessEnv) {
    this.#child = spawn("git", ["--git-dir", directory, "cat-file", "--batch"], { env: environment });
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  /** By its id or by a name: "refs/heads/main"; `undefined` without one. One after the other. */
  async read(name: string): Promise<GitObject | undefined> {
    const result = this.#last.then(() => this.#read(name));
    this.#last = result.catch(() => undefined);
    return await result;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.stdin.end();
    await once(this.#child, "exit");
  }

  async #read(name: string): Promise<GitObject | undefined> {
    if (/[\n\0]/.test(name)) return undefined;
    this.#child.stdin.write(`${name}\n`);
    const line = await this.#take(() => this.#received.indexOf(LINE_END));
    const [sha = "", type = "", size = ""] = line.toString("utf8").split(" ");
    if (!/^[0-9a-f]{40}$/.test(sha) || !/^\d+$/.test(size)) return undefined;
    const content = await this.#take(() => (this.#received.length > Number(size) ? Number(size) : -1));
    return { sha, type, content };
  }

  /** What comes before `end`, which is -1 as long as it has not arrived; the byte there goes, too. */
  async #take(end: () => number): Promise<Buffer> {
    while (end() === -1) await once(this.#child.stdout, "data");
    const length = end();
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length + 1);
    return taken;
  }
}
