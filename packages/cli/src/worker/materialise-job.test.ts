import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InputFileStore } from "@apex/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepConfiguration } from "../campaign/keep-configuration.ts";
import { inputKeeper, keepNamed } from "../campaign/keep-inputs.ts";
import { renderJob, type ValidationJob } from "../campaign/validation-job.ts";
import { inputCache } from "./input-cache.ts";
import { materialiseJob } from "./materialise-job.ts";
import { memoryInputFiles } from "./testing/memory-input-files.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-job-"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  const file = path.join(home, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const progress = { detail: () => undefined };

/** Keeps a configuration with all that may lie beside one, and returns the job. */
async function kept(store: InputFileStore): Promise<{ job: ValidationJob; said: readonly string[] }> {
  await write("project/.git/config", "secret");
  await write(
    "project/infra/main.tf",
    [
      'module "m" {\n  source = "../modules/m"\n}\n',
      "locals {\n  tags = { env = var.env }\n}\n",
      'data "terraform_remote_state" "network" {\n  backend = "local"\n',
      '  config = { path = "network/terraform.tfstate" }\n}\n',
    ].join(""),
  );
  await write("project/infra/user-data.sh", "echo hello");
  await write("project/infra/prod.tfvars", "size = 1\n");
  await write("project/infra/.env", "TOKEN=1");
  await write("project/infra/key.pem", "private");
  await write("project/infra/tfplan", "a saved plan");
  await write("project/infra/plan.out", "another");
  await write("project/infra/credentials.tfrc.json", "{}");
  await write("project/infra/terraform.tfstate", "{}");
  await write("project/infra/network/terraform.tfstate", "{}");
  await write("project/infra/.terraform/terraform.tfstate", "{}");
  await write(
    "project/modules/m/main.tf",
    `resource "x" "y" {\n  key = file("\${path.module}/named.pem")\n}\n`,
  );
  await write("project/modules/m/named.pem", "public");
  await write("outside.txt", "not the project's");
  await symlink("/etc/hostname", path.join(home, "project/infra/elsewhere.txt"));
  const scratch = path.join(home, "scratch");
  await mkdir(scratch);
  const keeper = inputKeeper(store, "acme", { scratch, progress });
  const configuration = await keepConfiguration(keeper, {
    directory: path.join(home, "project/infra"),
    varFiles: [path.join(home, "project/infra/prod.tfvars")],
    scratch,
  });
  const logs = [await write("logs/a/web.log", "1"), await write("logs/b/web.log", "2")];
  const job: ValidationJob = {
    schema: "apex.validation-job/v1",
    apexVersion: "0.1.0",
    target: "x.y",
    configuration: configuration.configuration,
    change: [{ path: configuration.placeOf("prod.tfvars"), sha256: await keeper.keepText("size = 2\n") }],
    state: await keeper.keepText("the state"),
    metrics: await keepNamed(keeper, [await write("m.json", "[]")], home),
    workload: { files: await keepNamed(keeper, logs, "/elsewhere"), busiest: 60 },
    minutes: 5,
  };
  return { job, said: configuration.diagnostics.map(({ summary }) => summary) };
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

describe("a job on another machine", () => {
  test("has the files that Terraform needs, where they were to each other, and no others", async () => {
    const store = memoryInputFiles();
    const { job, said } = await kept(store);
    const run = path.join(home, "run");
    const cache = inputCache(store, path.join(home, "cache"));
    const files = await materialiseJob(job, { cache, tenant: "acme" }, run);
    expect(await filesBelow(path.join(run, "configuration"))).toEqual([
      "infra/main.tf",
      "infra/network/terraform.tfstate",
      "infra/prod.tfvars",
      "infra/user-data.sh",
      "modules/m/main.tf",
      "modules/m/named.pem",
    ]);
    expect(files.terraformDirectory).toBe(path.join(run, "configuration/infra"));
    expect(files.varFiles).toEqual([path.join(run, "configuration/infra/prod.tfvars")]);
    expect(await readFile(files.varFiles[0] ?? "", "utf8")).toBe("size = 1\n");
    expect([...files.overlay]).toEqual([["prod.tfvars", "size = 2\n"]]);
    expect(await readFile(files.stateFile, "utf8")).toBe("the state");
    for (const name of [".env", "key.pem", "tfplan", "plan.out", "credentials.tfrc.json"]) {
      expect(said.join("\n")).toContain(`infra/${name} stays here: it may hold a secret`);
    }
    expect(said.join("\n")).toContain("infra/network/terraform.tfstate is sent to the workers");
    expect(said.join("\n")).toContain("infra/terraform.tfstate stays here: it is a state");
    expect(said.join("\n")).toContain("the link leads out of the project");
  });

  test("has logs of one name beside each other", async () => {
    const store = memoryInputFiles();
    const { job } = await kept(store);
    const cache = inputCache(store, path.join(home, "cache"));
    const { logFiles, logFolder } = await materialiseJob(
      job,
      { cache, tenant: "acme" },
      path.join(home, "r"),
    );
    expect(logFiles.map((file) => path.relative(logFolder, file))).toEqual(["web.log", "2/web.log"]);
    expect(await Promise.all(logFiles.map((file) => readFile(file, "utf8")))).toEqual(["1", "2"]);
  });

  test("is fetched once for all runs, and not with another tenant's rights", async () => {
    const store = memoryInputFiles();
    const { job } = await kept(store);
    const cache = inputCache(store, path.join(home, "cache"));
    await materialiseJob(job, { cache, tenant: "acme" }, path.join(home, "first"));
    const count = store.fetched.length;
    // The database prunes by that: what no job names is nobody's.
    expect(store.fetched.filter((sha256) => !renderJob(job).includes(sha256))).toEqual([]);
    await materialiseJob(job, { cache, tenant: "acme" }, path.join(home, "second"));
    expect(store.fetched).toHaveLength(count);
    await expect(
      materialiseJob(job, { cache, tenant: "other" }, path.join(home, "third")),
    ).rejects.toMatchObject({ kind: "not-found" });
  });

  test("never lies outside of its run's directory", async () => {
    const store = memoryInputFiles();
    const { job } = await kept(store);
    const cache = inputCache(store, path.join(home, "cache"));
    const evil = { ...job, metrics: [{ path: "../../evil", sha256: job.state }] };
    await expect(
      materialiseJob(evil, { cache, tenant: "acme" }, path.join(home, "run")),
    ).rejects.toMatchObject({ kind: "invalid" });
  });
});

test("a file may be named as another one's copy would be", async () => {
  const store = memoryInputFiles();
  const cache = inputCache(store, path.join(home, "cache"));
  const [part, whole] = [path.join(home, "web.log.part"), path.join(home, "web.log")];
  await cache.place("acme", await store.put("acme", await write("f-1", "first")), part);
  await cache.place("acme", await store.put("acme", await write("f-2", "second")), whole);
  expect([await readFile(part, "utf8"), await readFile(whole, "utf8")]).toEqual(["first", "second"]);
});

test("the cache keeps what was used last, within its bound", async () => {
  const store = memoryInputFiles();
  const sums: string[] = [];
  for (const text of ["aaaa", "bbbb", "cccc"]) {
    sums.push(await store.put("acme", await write(`f-${text}`, text)));
  }
  const cache = inputCache(store, path.join(home, "cache"), 8);
  const [a = "", b = "", c = ""] = sums;
  const place = path.join(home, "placed");
  for (const [age, sum] of [a, b, c].entries()) {
    await cache.place("acme", sum, place);
    await utimes(path.join(home, "cache/acme", sum), age, age);
  }
  await cache.place("acme", a, place);
  await cache.prune();
  expect(await filesBelow(path.join(home, "cache"))).toEqual([`acme/${a}`, `acme/${c}`].toSorted());
  // What is gone is fetched again.
  await cache.place("acme", b, place);
  expect(await readFile(place, "utf8")).toBe("bbbb");
});
