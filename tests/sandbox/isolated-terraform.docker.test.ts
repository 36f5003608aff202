/** Terraform in a container says what Terraform on this machine says. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CommandIsolation, IsolatedCommand } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { type DockerEngine, dockerIsolation, ensureImages, openDocker } from "@apex/sandbox-docker";
import { openPlanner, type Planner, type PlanRequest } from "@apex/sandbox-terraform";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";

const RUN_ID = `test-isolated-terraform-${process.pid}`;
const ROOT = join(import.meta.dirname, "../..");
const ACME = join(ROOT, "examples/acme");
const TIMEOUT_MS = 180_000;

vi.setConfig({ testTimeout: TIMEOUT_MS });

dockerDescribe("Terraform in a container", () => {
  const cacheDirectory = mkdtempSync(join(tmpdir(), "apex-test-cache-"));
  let engine: DockerEngine;
  let isolation: CommandIsolation;
  let onHost: Planner;
  let isolated: Planner;
  const commands: IsolatedCommand[] = [];

  beforeAll(async () => {
    engine = await openDocker();
    const twinDirectory = join(ROOT, "sandbox/twin/src");
    const images = await ensureImages(engine, { twinDirectory, terraform: "terraform", cacheDirectory });
    const docker = dockerIsolation(engine, { image: images.terraform, runId: RUN_ID });
    isolation = {
      name: docker.name,
      open: async (request) => {
        const place = await docker.open(request);
        const run: typeof place.run = (command) => {
          commands.push(command);
          return place.run(command);
        };
        return { ...place, run };
      },
    };
    onHost = await openPlanner();
    isolated = await openPlanner({ isolation });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await onHost?.close();
    await isolated?.close();
    rmSync(cacheDirectory, { recursive: true, force: true });
    const filters = { label: [`apex.run=${RUN_ID}`] };
    const left = await engine.docker.listContainers({ all: true, filters });
    for (const { Id } of left) await engine.docker.getContainer(Id).remove({ force: true });
    assert.deepEqual(left, []);
  });

  function files(texts: Readonly<Record<string, string>>): string {
    const directory = mkdtempSync(join(tmpdir(), "apex-test-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return directory;
  }

  const acme: PlanRequest = {
    directory: join(ACME, "terraform"),
    stateFile: join(ACME, "terraform.tfstate"),
    varFiles: [join(ACME, "terraform/envs/prod.tfvars")],
  };

  test("plans the example as Terraform on this machine does, from a state and from nothing", async () => {
    const { stateFile: _none, ...fromNothing } = acme;
    const [known, knownInside] = [await onHost.plan(acme), await isolated.plan(acme)];
    expect(knownInside.plan?.resources.length).toBeGreaterThan(80);
    expect(knownInside).toEqual(known);
    const [host, inside] = [await onHost.plan(fromNothing), await isolated.plan(fromNothing)];
    expect(inside.changes.length).toBeGreaterThan(80);
    expect(inside).toEqual(host);
  });

  test("applies the example alike, in commands that run longer than Terraform waits for a dead provider", async () => {
    const [host, inside] = [await onHost.apply(acme), await isolated.apply(acme)];
    const sorted = (resources: typeof host.resources) =>
      resources?.toSorted((a, b) => (a.address < b.address ? -1 : 1));
    expect(inside.diagnostics).toEqual([]);
    expect(sorted(inside.resources)).toEqual(sorted(host.resources));
    // Terraform asks once a second whether the provider's process lives.
    const slow = files({
      "main.tf": `provider "aws" {\n  region = "eu-west-1"\n}\nresource "aws_instance" "web" {\n  count         = 100\n  ami           = "ami-1"\n  instance_type = "m5.large"\n}\nlocals {\n  spent = sum([for a in range(1000) : length([for b in range(1000) : a * b])])\n}\noutput "spent" {\n  value = local.spent + length(aws_instance.web)\n}\n`,
    });
    const result = await isolated.apply({ directory: slow });
    expect(result.diagnostics).toEqual([]);
    expect(result.resources).toHaveLength(100);
  });

  test("reports the version that ran, and asks for it once", async () => {
    const planner = await openPlanner({ isolation });
    const directory = files({ "main.tf": "" });
    commands.length = 0;
    const results = [await planner.plan({ directory }), await planner.validate({ directory })];
    await planner.close();
    expect(results.map(({ terraformVersion }) => terraformVersion)).toEqual(
      results.map(() => expect.stringMatching(/^\d+\.\d+\.\d+/)),
    );
    expect(commands.map(({ args }) => args[1])).toEqual([
      "version",
      "init",
      "plan",
      "show",
      "init",
      "validate",
    ]);
  });

  test("reads files that only their owner may read, modules that were installed, and several configurations at once", async () => {
    const module = 'output "x" {\n  value = file("${path.module}/x.txt")\n}\n';
    const directory = files({
      "main.tf":
        'module "m" {\n  source = "acme/m/aws"\n}\nresource "terraform_data" "x" {\n  input = module.m.x\n}\n',
      ".terraform/modules/m/main.tf": module,
      ".terraform/modules/m/x.txt": "from the module",
      ".terraform/modules/modules.json": JSON.stringify({
        Modules: [
          { Key: "", Source: "", Dir: "." },
          {
            Key: "m",
            Source: "registry.terraform.io/acme/m/aws",
            Version: "1.0.0",
            Dir: ".terraform/modules/m",
          },
        ],
      }),
      "terraform.tfstate": JSON.stringify({
        version: 4,
        serial: 1,
        lineage: "x",
        outputs: {},
        resources: [],
      }),
    });
    for (const name of ["main.tf", "terraform.tfstate", ".terraform/modules/m/x.txt"]) {
      chmodSync(join(directory, name), 0o600);
    }
    const results = await Promise.all([1, 2, 3].map(() => isolated.apply({ directory })));
    for (const { diagnostics, resources } of results) {
      expect(diagnostics).toEqual([]);
      expect(resources?.map(({ values }) => values["output"])).toEqual(["from the module"]);
    }
  });

  test("an abort in the middle leaves no container", async () => {
    const controller = new AbortController();
    const running = isolated.plan({
      ...acme,
      signal: controller.signal,
      onProgress: ({ kind }) => kind === "initialised" && controller.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
    const filters = { label: [`apex.run=${RUN_ID}`] };
    expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
  });
});
