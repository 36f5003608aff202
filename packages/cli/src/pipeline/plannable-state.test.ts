import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { reap } from "@apex/sandbox-docker";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openPlannableState, stateFromShown } from "./plannable-state.ts";

let file: string;

beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), "apex-state-test-")), "given");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(path.dirname(file), { recursive: true, force: true });
});

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 3,
  lineage: "a",
  outputs: {},
  resources: [],
};

const SHOWN_RESOURCE = {
  mode: "managed",
  type: "aws_instance",
  name: "web",
  provider_name: "registry.terraform.io/hashicorp/aws",
  schema_version: 1,
  values: { id: "i-1", instance_type: "m5.large" },
};

const SHOWN = {
  format_version: "1.0",
  terraform_version: "1.11.4",
  values: {
    root_module: {
      resources: [{ ...SHOWN_RESOURCE, address: "aws_instance.web" }],
      child_modules: [
        {
          address: 'module.pool["a"]',
          resources: [
            { ...SHOWN_RESOURCE, address: 'module.pool["a"].aws_instance.web["x"]', index: "x" },
            { ...SHOWN_RESOURCE, address: 'module.pool["a"].aws_instance.web["y"]', index: "y" },
          ],
        },
      ],
    },
  },
};

test("a plain state is planned against as it is", async () => {
  await writeFile(file, JSON.stringify(STATE));
  await using state = await openPlannableState(file);
  expect(state.path).toBe(file);
});

test.each([
  ["compressed", gzipSync(JSON.stringify(STATE))],
  ["with a byte order mark", `\uFEFF${JSON.stringify(STATE)}`],
])("a state that is %s becomes a private copy, and the copy goes", async (_, content) => {
  await writeFile(file, content);
  let copy: string;
  {
    await using state = await openPlannableState(file);
    copy = state.path;
    expect(JSON.parse(await readFile(copy, "utf8"))).toEqual(STATE);
    expect((await stat(copy)).mode & 0o077).toBe(0);
  }
  await expect(stat(path.dirname(copy))).rejects.toThrow("ENOENT");
});

const MODULE = new URL("./plannable-state.ts", import.meta.url).href;
const OPENS = `
const { openPlannableState } = await import(${JSON.stringify(MODULE)});
process.on("SIGINT", () => process.exit(130));
for (;;) {
  const state = await openPlannableState(process.argv[1]);
  process.stdout.write(".");
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 + Number(process.argv[2])));
  await state[Symbol.asyncDispose]();
}`;

/** A process with a temporary directory of its own that makes copies of a compressed state, and removes them again. */
async function opening(temporary: string, keepMs: number) {
  await writeFile(file, gzipSync(JSON.stringify({ ...STATE, outputs: { secret: "x".repeat(100_000) } })));
  await mkdir(temporary);
  const args = ["--input-type=module", "-e", OPENS, file, String(keepMs)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.stdout.resume();
  return child;
}

test("a process that exits in the midst of its work takes its copy with it", async () => {
  const temporary = path.join(path.dirname(file), "tmp");
  const child = await opening(temporary, LONG_MS);
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(await readdir(temporary)).toEqual([]);
});

/** Longer than the test: the first kill certainly finds a copy. */
const LONG_MS = 1_000_000;
const KILLS = Number(process.env["APEX_TEST_KILLS"] ?? 12);

test(`of a process that is killed at any of ${KILLS} moments the reaper leaves no copy`, {
  timeout: KILLS * 10_000,
}, async () => {
  let leftBehind = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const temporary = path.join(path.dirname(file), `tmp-${kill}`);
    const child = await opening(temporary, kill === 0 ? LONG_MS : 0);
    await pause((kill * 37) % 20);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    leftBehind += (await readdir(temporary)).length;
    vi.stubEnv("TMPDIR", temporary);
    await reap(undefined, { dryRun: false, now: Date.now() });
    vi.unstubAllEnvs();
    expect(await readdir(temporary)).toEqual([]);
  }
  expect(leftBehind).toBeGreaterThan(0);
});

test("what `terraform show -json` prints becomes the state that it shows, instances under their blocks", () => {
  const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
  const block = { mode: "managed", type: "aws_instance", name: "web", provider };
  const instance = { schema_version: 1, attributes: SHOWN_RESOURCE.values };
  const resources = [
    { ...block, instances: [instance] },
    {
      module: 'module.pool["a"]',
      ...block,
      instances: [
        { index_key: "x", ...instance },
        { index_key: "y", ...instance },
      ],
    },
  ];
  expect(stateFromShown(SHOWN)).toMatchObject({ version: 4, resources });
  const plan = { ...SHOWN, values: undefined, planned_values: {}, prior_state: { values: SHOWN.values } };
  expect(stateFromShown(JSON.parse(JSON.stringify(plan)))).toMatchObject({ resources });
});

test.each([
  ["", "cannot be read as JSON"],
  ['{"version":4', "cannot be read as JSON"],
  ["[]", "is no Terraform state"],
  ["null", "is no Terraform state"],
  ["{}", "is no Terraform state"],
  ['{"version":3}', "is a state of version 3; only 4 is read"],
])("%j is refused: it %s", async (content, reason) => {
  await writeFile(file, content);
  await expect(openPlannableState(file)).rejects.toThrow(reason);
});
