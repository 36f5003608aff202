/**
 * Hostile configurations against the place in which Terraform runs: those that Apex lets through to Terraform, and programs
 * that really run inside, started by a Terraform of which nothing was taken away.
 */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { IsolatedCommandResult, IsolatedCommands } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import {
  type DockerEngine,
  dockerIsolation,
  ensureImages,
  type IsolationLimits,
  openDocker,
} from "@apex/sandbox-docker";
import { openPlanner, type Planner } from "@apex/sandbox-terraform";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";

const RUN_ID = `test-hostile-terraform-${process.pid}`;
const MIB = 1024 * 1024;
const IMAGE_TIMEOUT_MS = 180_000;
const TEST_TIMEOUT_MS = 120_000;
const SECRET = "host-secret-3f1c9a";
const ROOT = join(import.meta.dirname, "../..");
/** Small, so that a bomb goes off soon and harms nobody. */
const LIMITS: Partial<IsolationLimits> = {
  memoryBytes: 512 * MIB,
  cpus: 1,
  pids: 64,
  scratchBytes: 32 * MIB,
  outputBytesMax: 4 * MIB,
};

/** What a program inside reports of itself, as JSON in scratch. */
type Report = Readonly<Record<string, unknown>>;

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });

dockerDescribe("a hostile configuration", () => {
  let engine: DockerEngine;
  let image: string;
  let temporary: string;
  /** A directory of the host's with a secret in it, that no configuration was given. */
  let outside: string;
  const environmentBefore = process.env["TMPDIR"];
  const cache = mkdtempSync(join(tmpdir(), "apex-test-cache-"));

  const containers = () =>
    engine.docker.listContainers({ all: true, filters: { label: [`apex.run=${RUN_ID}`] } });

  beforeAll(async () => {
    engine = await openDocker();
    const recipe = {
      twinDirectory: join(ROOT, "sandbox/twin/src"),
      terraform: "terraform",
      cacheDirectory: cache,
    };
    image = (await ensureImages(engine, recipe)).terraform;
  }, IMAGE_TIMEOUT_MS);

  afterAll(async () => {
    for (const { Id } of await containers()) {
      await engine.docker
        .getContainer(Id)
        .remove({ force: true })
        .catch(() => {});
    }
    rmSync(cache, { recursive: true, force: true });
  });

  beforeEach(() => {
    temporary = realpathSync(mkdtempSync(join(environmentBefore ?? tmpdir(), "apex-test-")));
    outside = join(temporary, "outside");
    mkdirSync(join(temporary, "planner"));
    mkdirSync(outside);
    writeFileSync(join(outside, "secret.txt"), SECRET);
    process.env["TMPDIR"] = join(temporary, "planner");
  });

  /** Whatever was tried: the secret is as it was, and nothing of the attempt is left. */
  afterEach(async () => {
    if (environmentBefore === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = environmentBefore;
    assert.deepEqual(readdirSync(outside), ["secret.txt"]);
    assert.equal(readFileSync(join(outside, "secret.txt"), "utf8"), SECRET);
    assert.deepEqual(readdirSync(join(temporary, "planner")), []);
    assert.deepEqual(await containers(), []);
    rmSync(temporary, { recursive: true, force: true });
  });

  function isolation(limits: Partial<IsolationLimits> = {}) {
    return dockerIsolation(engine, { image, runId: RUN_ID, limits: { ...LIMITS, ...limits } });
  }

  function write(directory: string, files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return directory;
  }

  const project = (files: Readonly<Record<string, string>>) => write(join(temporary, "project"), files);

  async function planner(
    options: { readonly timeoutMs?: number; readonly limits?: Partial<IsolationLimits> } = {},
  ): Promise<Planner> {
    const { timeoutMs = TEST_TIMEOUT_MS, limits = {} } = options;
    return openPlanner({ isolation: isolation(limits), timeoutMs });
  }

  async function withPlanner<T>(work: (planner: Planner) => Promise<T>, options = {}): Promise<T> {
    const opened = await planner(options);
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }

  test("cannot read files of the host, wherever its paths lead", async () => {
    const secret = join(outside, "secret.txt");
    const paths = [
      secret,
      "/etc/shadow",
      `../../../../../../../..${secret}`,
      `../outside/secret.txt`,
      "~/.ssh/id_rsa",
    ];
    for (const [index, path] of paths.entries()) {
      const main = `output "x" {\n  value = file(${JSON.stringify(path)})\n}\noutput "there" {\n  value = fileexists(${JSON.stringify(path)})\n}\n`;
      const directory = write(join(temporary, "project", String(index)), { "main.tf": main });
      const result = await withPlanner((opened) => opened.plan({ directory }));
      expect(result.plan).toBeNull();
      expect(JSON.stringify(result)).not.toContain(SECRET);
      expect(result.diagnostics[0]?.detail).toMatch(/not visible in the sandbox/);
      rmSync(directory, { recursive: true });
    }
  });

  test("cannot bring files of the host along, by modules, by links, or by links in modules", async () => {
    const directory = project({
      "main.tf": `
module "climbs" {
  source = "../outside"
}
module "linked" {
  source = "./modules/linked"
}
module "through" {
  source = "./link/deeper"
}
output "x" {
  value = [fileset("\${path.module}", "**"), fileset("\${path.module}/modules/linked", "**")]
}
`,
      "modules/linked/main.tf":
        'output "x" {\n  value = try(file("${path.module}/secret.txt"), "nothing")\n}\n',
    });
    mkdirSync(join(outside, "deeper"));
    symlinkSync(join(outside, "secret.txt"), join(directory, "modules/linked/secret.txt"));
    symlinkSync(outside, join(directory, "link"));
    const result = await withPlanner((opened) => opened.plan({ directory }));
    rmSync(join(outside, "deeper"), { recursive: true });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    const notes = result.notes.join("\n");
    expect(notes).toMatch(/outside was left out: it lies outside of the project/);
    expect(notes).toMatch(/link\/deeper was left out: it lies outside of the project/);
    expect(notes).toMatch(/secret\.txt was left out: the link leads out of the project/);
  });

  test("cannot have modules taken from the host by a list of installed ones, nor by evaluated sources", async () => {
    const secret = 'output "x" {\n  value = file("${path.module}/secret.txt")\n}\n';
    writeFileSync(join(outside, "main.tf"), secret);
    const call = 'module "x" {\n  source  = "ns/x/aws"\n  version = "1.0.0"\n}\n';
    const output = 'output "x" {\n  value = module.x.x\n}\n';
    const entry = { Key: "x", Source: "registry.terraform.io/ns/x/aws", Version: "1.0.0" };
    const climb = `${"../".repeat(40)}${outside.slice(1)}`;
    for (const [index, Dir] of [outside, "../outside", climb].entries()) {
      const directory = write(join(temporary, "project", String(index)), {
        "main.tf": call + output,
        ".terraform/modules/modules.json": JSON.stringify({ Modules: [{ ...entry, Dir }] }),
      });
      const result = await withPlanner((opened) => opened.plan({ directory }));
      expect(result.plan).toBeNull();
      expect(JSON.stringify(result)).not.toContain(SECRET);
    }
    const linked = write(join(temporary, "project", "linked"), { "main.tf": call + output });
    symlinkSync(outside, join(linked, ".terraform"));
    mkdirSync(join(outside, "modules/x"), { recursive: true });
    writeFileSync(join(outside, "modules/x/main.tf"), `output "x" {\n  value = "${SECRET}"\n}\n`);
    const list = JSON.stringify({ Modules: [{ ...entry, Dir: ".terraform/modules/x" }] });
    writeFileSync(join(outside, "modules/modules.json"), list);
    const evaluated = write(join(temporary, "project", "evaluated"), {
      "main.tf": `locals {\n  d = "${outside}"\n}\nmodule "x" {\n  source = local.d\n}\n${output}`,
    });
    for (const directory of [linked, evaluated]) {
      const result = await withPlanner((opened) => opened.plan({ directory }));
      expect(result.plan).toBeNull();
      expect(JSON.stringify(result)).not.toContain(SECRET);
    }
    rmSync(join(outside, "modules"), { recursive: true });
    rmSync(join(outside, "main.tf"));
  });

  test("gets placeholders for its external programs, and its provisioners are taken away", async () => {
    const directory = project({
      "main.tf": `
data "external" "x" {
  program = ["/usr/local/bin/node", "-e", "require('fs').writeFileSync('/scratch/ran', '')"]
}
resource "terraform_data" "x" {
  input = data.external.x.result
  provisioner "local-exec" {
    interpreter = ["/usr/local/bin/node", "-e"]
    command     = "process.exit(3)"
  }
  provisioner "remote-exec" {
    inline = ["true"]
    connection {
      host = "198.18.0.1"
    }
  }
}
`,
    });
    const result = await withPlanner((opened) => opened.apply({ directory }));
    expect(result.diagnostics).toEqual([]);
    expect(result.resources?.map(({ address }) => address)).toEqual(["data.external.x", "terraform_data.x"]);
    expect(result.notes.join("\n")).toMatch(/Provisioners do not run/);
  });

  test("that never ends is ended by the time limit", async () => {
    const range = "range(1000)";
    const main = `output "x" {\n  value = length([for a in ${range} : length([for b in ${range} : length([for c in ${range} : a * b * c])])])\n}\n`;
    const directory = project({ "main.tf": main });
    const running = withPlanner((opened) => opened.plan({ directory }), { timeoutMs: 5_000 });
    await expect(running).rejects.toThrow(/did not end within 5 s|of memory and was killed/);
  });

  test("that needs more memory than it may have is killed, and that is said", async () => {
    const doubled = Array.from(
      { length: 40 },
      (_, index) => `  l${index + 1} = "\${local.l${index}}\${local.l${index}}"`,
    );
    const directory = project({
      "main.tf": `locals {\n  l0 = "0123456789abcdef"\n${doubled.join("\n")}\n}\noutput "x" {\n  value = length(local.l40)\n}\n`,
    });
    const limits = { memoryBytes: 256 * MIB };
    const running = withPlanner((opened) => opened.plan({ directory }), { limits });
    await expect(running).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("256 MiB of memory"),
    });
  });

  /** Applies in the place with everything that Terraform can do, as if nothing of the configuration were looked at. */
  async function unguarded(
    main: string,
    options: {
      readonly limits?: Partial<IsolationLimits>;
      readonly timeoutMs?: number;
      readonly inside?: (directory: string) => Promise<void>;
    } = {},
  ): Promise<{ readonly result: IsolatedCommandResult; readonly report: Report | null }> {
    const home = join(temporary, "home");
    const directory = join(home, "inside");
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    chmodSync(home, 0o700);
    write(directory, { "main.tf": main });
    await options.inside?.(directory);
    const place = await isolation(options.limits).open({ directory });
    try {
      const run = (...args: string[]) => terraform(place, directory, args, options.timeoutMs);
      expect((await run("init", "-input=false")).exitCode).toBe(0);
      const result = await run(
        "apply",
        "-auto-approve",
        "-input=false",
        "-lock=false",
        `-state=${place.scratch}/out.tfstate`,
      );
      return { result, report: await reportOf(place) };
    } finally {
      await place.close();
      rmSync(home, { recursive: true, force: true });
    }
  }

  function terraform(
    place: IsolatedCommands,
    cwd: string,
    args: readonly string[],
    timeoutMs = TEST_TIMEOUT_MS,
  ) {
    const env = {
      CHECKPOINT_DISABLE: "1",
      TF_DATA_DIR: `${place.scratch}/data`,
      TMPDIR: place.scratch,
      HOME: place.scratch,
    };
    return place.run({ args: ["terraform", ...args], cwd, env, timeoutMs });
  }

  async function reportOf(place: IsolatedCommands): Promise<Report | null> {
    const code = `process.stdout.write(require("node:fs").readFileSync("${place.scratch}/report.json", "utf8"))`;
    const read = await place.run({
      args: ["node", "-e", code],
      cwd: "/",
      env: {},
      timeoutMs: TEST_TIMEOUT_MS,
    });
    return read.exitCode === 0 ? (JSON.parse(read.stdout) as Report) : null;
  }

  /** A resource whose provisioner runs JavaScript in Node: `report(value)` writes what it found. */
  function executing(code: string): string {
    const program = `
const fs = require("node:fs"), net = require("node:net"), os = require("node:os"), path = require("node:path"), cp = require("node:child_process");
const attempt = (f) => { try { return f() } catch (error) { return error.code ?? String(error) } };
const report = (value) => fs.writeFileSync("/scratch/report.json", JSON.stringify(value));
const reached = (options) => new Promise((resolve) => {
  const socket = net.connect({ timeout: 2000, ...options }, () => { resolve("connected"); socket.destroy() });
  socket.on("timeout", () => { resolve("ETIMEDOUT"); socket.destroy() });
  socket.on("error", (error) => resolve(error.code));
});
(async () => { ${code} })();`;
    const text = JSON.stringify(program).replaceAll("${", "$${");
    return `resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    interpreter = ["/usr/local/bin/node", "-e"]\n    command     = ${text}\n  }\n}\n`;
  }

  /** How an attack on resources ended: with its place, with a failed command, or with so many processes started. */
  async function endOf(running: ReturnType<typeof unguarded>): Promise<string> {
    const outcome = await running.catch((error: Error) => error);
    if (outcome instanceof Error) {
      const isContained = /did not end|of memory|ended while|in the sandbox/.test(outcome.message);
      return isContained ? `stopped: ${outcome.message}` : `unexpected: ${outcome.message}`;
    }
    if (outcome.report === null) return outcome.result.exitCode === 0 ? "succeeded" : "failed";
    return `${String(outcome.report["started"])} processes`;
  }

  test("finds no shell that would run its commands", async () => {
    const main = `resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = "touch /scratch/report.json; cat /etc/passwd"\n  }\n}\n`;
    const { result, report } = await unguarded(main);
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain("local-exec does not run in the sandbox");
    expect(report).toBeNull();
  });

  test("that executes programs sees no network", async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    onTestFinished(() => void server.close());
    let calls = 0;
    server.on("connection", () => calls++);
    const { port } = server.address() as AddressInfo;
    const bridge = (await engine.docker.getNetwork("bridge").inspect()) as {
      readonly IPAM?: { readonly Config?: readonly { readonly Gateway?: string }[] };
    };
    const gateway = bridge.IPAM?.Config?.[0]?.Gateway ?? "172.17.0.1";
    const { report } = await unguarded(
      executing(`
const hosts = ["127.0.0.1", "${gateway}", "198.18.0.1"];
report({
  interfaces: Object.keys(os.networkInterfaces()),
  reached: await Promise.all(hosts.map((host) => reached({ host, port: ${port} }))),
  resolved: await require("node:dns").promises.lookup("example.com").then(() => "found", (error) => error.code),
});`),
    );
    expect(report?.["interfaces"]).toEqual(["lo"]);
    expect(report?.["reached"]).toEqual([
      "ECONNREFUSED",
      expect.stringMatching(/^E(?:NETUNREACH|HOSTUNREACH)$/),
      expect.stringMatching(/^E(?:NETUNREACH|HOSTUNREACH)$/),
    ]);
    expect(report?.["resolved"]).not.toBe("found");
    expect(calls).toBe(0);
  });

  test("that executes programs sees no file, process or socket of the host, and writes nowhere but to scratch", async () => {
    const secret = join(outside, "secret.txt");
    const { report } = await unguarded(
      executing(`
const written = [];
const walk = (directory, depth) => {
  const file = path.join(directory, ".apex-attempt");
  if (attempt(() => fs.writeFileSync(file, "") ?? "written") === "written") { written.push(directory); fs.rmSync(file); }
  if (depth > 6 || directory === "/proc" || directory === "/sys") return;
  const entries = attempt(() => fs.readdirSync(directory, { withFileTypes: true }));
  for (const entry of Array.isArray(entries) ? entries : []) if (entry.isDirectory()) walk(path.join(directory, entry.name), depth + 1);
};
walk("/", 0);
const status = fs.readFileSync("/proc/self/status", "utf8");
const field = (name) => new RegExp("^" + name + ":\\\\s*(.*)$", "m").exec(status)?.[1];
report({
  written,
  secret: attempt(() => fs.readFileSync(${JSON.stringify(secret)}, "utf8")),
  shadow: attempt(() => fs.readFileSync("/etc/shadow", "utf8")),
  beside: attempt(() => fs.readdirSync(${JSON.stringify(join(temporary, "home"))})),
  over: attempt(() => fs.writeFileSync(process.cwd() + "/main.tf", "")),
  engine: await reached({ path: "/var/run/docker.sock" }),
  outsideSocket: await reached({ path: ${JSON.stringify(join(temporary, "outside.sock"))} }),
  ownSocket: await reached({ path: process.cwd() + "/own.sock" }),
  root: attempt(() => process.setuid(0)),
  killed: attempt(() => process.kill(${process.pid}, 0)),
  processes: fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).length,
  user: [process.getuid(), process.getgid()],
  capabilities: [field("CapEff"), field("CapPrm"), field("CapBnd")],
  noNewPrivileges: field("NoNewPrivs"),
  environment: Object.keys(process.env).filter((name) => /TOKEN|SECRET|AWS|GOOGLE|SSH/.test(name)),
  devices: attempt(() => fs.readdirSync("/dev").filter((name) => /^(?:sd|vd|nvme|mem|kmsg|kvm|fuse)/.test(name))),
  kernel: attempt(() => fs.writeFileSync("/proc/sys/kernel/core_pattern", "|/x")),
});`),
      {
        inside: async (directory) => {
          for (const path of [join(directory, "own.sock"), join(temporary, "outside.sock")]) {
            const server = createServer((socket) => socket.end());
            await new Promise<void>((resolve) => server.listen(path, resolve));
            chmodSync(path, 0o666);
            onTestFinished(() => void server.close());
          }
        },
      },
    );
    expect(JSON.stringify(report)).not.toContain(SECRET);
    expect(report).toMatchObject({
      secret: "ENOENT",
      shadow: "ENOENT",
      beside: ["inside"],
      over: "EROFS",
      engine: "ENOENT",
      outsideSocket: "ENOENT",
      ownSocket: "connected",
      root: "EPERM",
      killed: "ESRCH",
      user: [65532, 65532],
      capabilities: ["0000000000000000", "0000000000000000", "0000000000000000"],
      noNewPrivileges: "1",
      environment: [],
      devices: [],
      kernel: expect.stringMatching(/^E(?:ROFS|ACCES|PERM)$/),
    });
    const written = (report?.["written"] ?? []) as readonly string[];
    const elsewhere = written.filter((place) => !place.startsWith("/scratch"));
    expect(written).toContain("/scratch");
    expect(elsewhere).toEqual([]);
    expect(report?.["processes"]).toBeLessThan(10);
  });

  test("that fills the disk fills its scratch", async () => {
    const { report } = await unguarded(
      executing(`
let bytes = 0;
const block = Buffer.alloc(${MIB});
const file = fs.openSync("/scratch/fill", "w");
const ended = attempt(() => { for (;;) bytes += fs.writeSync(file, block) });
fs.closeSync(file); fs.rmSync("/scratch/fill");
report({ ended, bytes });`),
    );
    expect(report?.["ended"]).toBe("ENOSPC");
    expect(report?.["bytes"]).toBeLessThanOrEqual(32 * MIB);
  });

  test("that forks without end ends at its limit of processes", async () => {
    const running = unguarded(
      executing(`
const failures = new Set();
const children = [];
for (let count = 0; count < 1000 && failures.size === 0; count++) {
  const child = cp.spawn("/usr/local/bin/node", ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true });
  child.on("error", (error) => failures.add(error.code));
  children.push(child);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
for (const child of children) child.kill("SIGKILL");
await new Promise((resolve) => setTimeout(resolve, 500));
report({ started: children.length, failures: [...failures] });`),
      { timeoutMs: 30_000 },
    );
    // The bomb may take away the threads that Terraform itself needs, or its memory: then the whole place goes.
    expect(await endOf(running)).toMatch(/^(?:stopped|failed|[0-9]{1,2} processes)/);
  });

  test("that takes all memory loses the program or everything", async () => {
    const running = unguarded(
      executing("const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1));"),
    );
    expect(await endOf(running)).toMatch(/^(?:stopped|failed)/);
  });

  test("that prints without end is stopped", async () => {
    const running = unguarded(
      executing(
        `const line = "x".repeat(60) + "\\n"; const write = () => { while (process.stdout.write(line.repeat(500))); process.stdout.once("drain", write) }; write();`,
      ),
    );
    await expect(running).rejects.toMatchObject({
      kind: "invalid",
      message: "terraform apply printed too much.",
    });
  });

  test("that sleeps for ever is stopped with everything that it started", async () => {
    const running = unguarded(
      executing(
        `cp.spawn("/usr/local/bin/node", ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "inherit" }).unref(); setInterval(() => {}, 1000);`,
      ),
      { timeoutMs: 5_000 },
    );
    await expect(running).rejects.toThrow("terraform apply did not end within 5 s");
  });
});
