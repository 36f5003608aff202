import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A checkout of git's, as a developer and as actions/checkout use it. */
export interface Checkout {
  readonly directory: string;
  git(...args: readonly string[]): Promise<string>;
  /** Writes files (null takes one away) and commits them; gives the commit. */
  commit(files: Readonly<Record<string, string | null>>, message?: string): Promise<string>;
}

/** Files of a configuration with one machine in each directory. */
export function machineFiles(
  directories: readonly string[],
  instanceType: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    directories.map((name) => [
      `${name}/main.tf`,
      `provider "aws" {\n  region = "us-east-1"\n}\n\nresource "aws_instance" "web" {\n  ami           = "ami-1"\n  instance_type = "${instanceType}"\n\n  root_block_device {\n    volume_type = "gp3"\n    volume_size = 10\n  }\n}\n`,
    ]),
  );
}

/** {@link Checkout} of an existing directory. */
export function checkoutAt(directory: string): Checkout {
  const git = async (...args: readonly string[]) => {
    const identity = [
      "-c",
      "user.name=Grace",
      "-c",
      "user.email=grace@acme.example",
      "-c",
      "commit.gpgsign=false",
    ];
    const { stdout } = await execute("git", [...identity, ...args], { cwd: directory });
    return stdout.trim();
  };
  return {
    directory,
    git,
    commit: async (files, message = "change") => {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(directory, name);
        await mkdir(path.dirname(file), { recursive: true });
        await (content === null ? rm(file) : writeFile(file, content));
      }
      await git("add", "--all");
      await git("commit", "--quiet", "--message", message);
      return git("rev-parse", "HEAD");
    },
  };
}

/** A new repository on the branch main. */
export async function newCheckout(directory: string): Promise<Checkout> {
  await mkdir(directory, { recursive: true });
  const checkout = checkoutAt(directory);
  await checkout.git("init", "--quiet", "--initial-branch=main");
  return checkout;
}
