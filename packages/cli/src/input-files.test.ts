import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { expandInputs } from "./input-files.ts";

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), "apex-inputs-"));
});

afterEach(() => rm(cwd, { recursive: true, force: true }));

async function put(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
    await writeFile(path.join(cwd, name), "");
  }
}

const expand = async (...patterns: readonly string[]) =>
  (await expandInputs("--cost", patterns, cwd)).map((file) => path.relative(cwd, file));

test("a directory whose name looks like a pattern is a directory", async () => {
  await put("apex (copy)/a.csv", "[x]/a.csv", "{a,b}/a.csv", "ünï dir/a.csv");
  expect(await expand("apex (copy)/*.csv")).toEqual(["apex (copy)/a.csv"]);
  expect(await expand(path.join(cwd, "apex (copy)/*.csv"))).toEqual(["apex (copy)/a.csv"]);
  expect(await expand("[x]/*", "{a,b}/*", "ünï dir/*")).toEqual([
    "[x]/a.csv",
    "{a,b}/a.csv",
    "ünï dir/a.csv",
  ]);
});

test("a file that exists under the very name is meant, not what the name would match", async () => {
  await put("c[1].csv", "c1.csv", "star*.csv", "stars.csv", "-dash.csv");
  expect(await expand("c[1].csv")).toEqual(["c[1].csv"]);
  expect(await expand("star*.csv")).toEqual(["star*.csv"]);
  expect(await expand("-dash.csv")).toEqual(["-dash.csv"]);
});

test("patterns reach above the working directory and give each file once, sorted", async () => {
  await put("b.csv", "a.csv", "sub/c.csv");
  expect(await expand(`../${path.basename(cwd)}/**/*.csv`, "a.csv")).toEqual(["a.csv", "b.csv", "sub/c.csv"]);
});

test("a directory instead of a file says how to name the files in it", async () => {
  await put("bills/a.csv");
  await expect(expand("bills")).rejects.toThrow(
    "is a directory; name the files in it, for example 'bills/*'",
  );
});

test.each(["", "nothing/*.csv", "*.csv", "bills/a.csv/b"])(
  "%j matches nothing and is an error",
  async (pattern) => {
    await put("bills/a.csv");
    await expect(expand(pattern)).rejects.toThrow("matches no file");
  },
);
