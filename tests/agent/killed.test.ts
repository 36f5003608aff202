import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startScriptedServer } from "@apex/agent/openai-testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { ROOT } from "../run-apex.ts";

/** Two files to write, so that there is a moment between them. */
const BROKEN = {
  "stack/main.tf":
    'module "names" {\n  source = "../names"\n  prefix = "web"\n}\n\noutput "first" {\n  value = module.names.frist\n}\n',
  "names/main.tf":
    'variable "prefix" {\n  type = string\n}\n\noutput "first" {\n  value = "${var.prefx}-1"\n}\n',
} as const;

let place: string;
/** The working directory of all commands. */
let home: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), "apex-killed-"));
  home = path.join(place, "home");
  await lay();
});

afterEach(() => rm(place, { recursive: true, force: true }));

async function lay(): Promise<void> {
  for (const [file, text] of Object.entries(BROKEN)) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), text);
  }
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND = ["fix", "stack", "--format", "json"];

function environment(): Readonly<Record<string, string>> {
  return { APEX_HOME: path.join(home, ".apex"), APEX_DOCKER: "off", OPENAI_API_KEY: "sk-test" };
}

/** `apex fix stack` in this process: nothing disturbs it. */
async function fix(args: readonly string[] = ["--no-model"]): Promise<Ended> {
  const io = recordedIo({ cwd: home, env: environment(), now: () => new Date() });
  const code = await runCli([...COMMAND, ...args], io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

/** The same in a process of its own, with what it is told by `fix-until-killed.ts`. */
async function fixApart(
  told: Readonly<Record<string, string>>,
  args: readonly string[] = ["--no-model"],
): Promise<Ended & { readonly signal: NodeJS.Signals | null }> {
  const main = path.join(ROOT, "packages/cli/src/main.ts");
  const preload = path.join(import.meta.dirname, "fix-until-killed.ts");
  const child = spawn(process.execPath, ["--import", preload, main, ...COMMAND, ...args], {
    cwd: home,
    env: { ...process.env, ...environment(), ...told },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = await once(child, "close");
  return { code, signal, stdout, stderr };
}

/** Runs to its end, and gives what a kill at each durable operation on the way would have left. */
async function momentsOf(
  name: string,
): Promise<{ readonly ended: Ended; readonly moments: readonly string[] }> {
  const kept = path.join(place, name);
  const ended = await fixApart({ KEEP_IN: kept });
  requireDone(ended);
  const count = (await readdir(kept)).length;
  return { ended, moments: Array.from({ length: count }, (_, index) => path.join(kept, String(index + 1))) };
}

async function backTo(moment: string): Promise<void> {
  await rm(home, { recursive: true });
  await cp(moment, home, { recursive: true });
}

/** Throws with what the command said. */
function requireDone({ code, stderr }: Ended): void {
  if (code !== 0) throw new Error(`apex fix ended with ${code}: ${stderr}`);
}

/** The files that are there, by name; what Apex staged and did not remove would be among them. */
async function files(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const directory of ["stack", "names"]) {
    for (const name of await readdir(path.join(home, directory))) {
      found[`${directory}/${name}`] = await readFile(path.join(home, directory, name), "utf8");
    }
  }
  return found;
}

const FIXED = {
  "stack/main.tf": BROKEN["stack/main.tf"].replace("frist", "first"),
  "names/main.tf": BROKEN["names/main.tf"].replace("prefx", "prefix"),
};

/** What is the same however often a run was killed. */
function lasting({ stdout }: Ended): object {
  const { outcome, problems, repairs, diff, isWritten, used } = JSON.parse(stdout);
  const { ms: _ms, ...rest } = used;
  return { outcome, problems, repairs, diff, isWritten, used: rest };
}

/** What is in the one transcript that there may be. */
async function kindsKept(): Promise<readonly string[]> {
  const directory = path.join(home, ".apex/transcripts");
  const [transcript = "", ...others] = (await readdir(directory)).filter((name) => name.endsWith(".jsonl"));
  expect(others).toEqual([]);
  const lines = (await readFile(path.join(directory, transcript), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line).kind);
}

/** Whether the texts to write are still kept. */
async function textsKept(): Promise<boolean> {
  const names = await readdir(path.join(home, ".apex/transcripts"));
  return names.some((name) => name.endsWith(".pending"));
}

/** How many of the two files are fixed. */
async function fixedFiles(): Promise<number> {
  const now = await files();
  return Object.entries(FIXED).filter(([file, text]) => now[file] === text).length;
}

// A start takes some two seconds of a processor, and each test has several.
const TIMEOUT_MS = 300_000;

test(
  "killed anywhere, while it writes too, a repair ends as an undisturbed one when it is started again",
  async () => {
    const first = await momentsOf("first");
    expect(await files()).toEqual(FIXED);
    expect(first.moments.length).toBeGreaterThan(8);
    const { used } = JSON.parse(first.ended.stdout);
    const halfWritten: string[] = [];
    const states = new Set<number>();

    async function goOnFrom(moment: string): Promise<void> {
      await backTo(moment);
      const fixed = await fixedFiles();
      states.add(fixed);
      if (fixed === 1) halfWritten.push(moment);
      const wasWritten = (await kindsKept()).includes("written");
      // All may have been done but the report of it: then nothing is broken, and that is a run of its own.
      const isDone = wasWritten && !(await textsKept());
      const next = await fix();
      requireDone(next);
      const kinds = isDone ? [] : await kindsKept();
      const ends = wasWritten ? ["ended", "written", "written"] : ["ended", "written"];
      expect({
        moment,
        files: await files(),
        report: isDone ? JSON.parse(next.stdout).outcome : lasting(next),
        ends: kinds.filter((kind) => kind === "ended" || kind === "written"),
        events: kinds.filter((kind) => kind === "event").length,
      }).toEqual({
        moment,
        files: FIXED,
        report: isDone ? { kind: "nothing-broken" } : lasting(first.ended),
        ends: isDone ? [] : ends,
        // No check was made twice: each that was made is in there.
        events: isDone ? 0 : used.checks,
      });
    }

    for (const moment of first.moments) await goOnFrom(moment);
    // All moments were met: nothing written, one file of two, both.
    expect(states).toEqual(new Set([0, 1, 2]));
    // A dry run does not write what is left, not even then.
    await backTo(halfWritten[0] ?? "");
    const half = await files();
    expect(await fix(["--no-model", "--dry-run"])).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining("run apex fix without --dry-run"),
    });
    expect(await files()).toEqual(half);
    // Killed again, while it finished what the killed one had begun to write.
    const again = await momentsOf("again");
    expect(lasting(again.ended)).toEqual(lasting(first.ended));
    for (const moment of again.moments) await goOnFrom(moment);
  },
  TIMEOUT_MS,
);

test(
  "what a model has answered is not asked for again",
  async () => {
    await using server = await startScriptedServer([
      {
        kind: "reply",
        toolCalls: [
          {
            name: "propose_edit",
            arguments: {
              edits: [
                { path: "main.tf", old_text: "length(local.zone_list)", new_text: "length(local.zones)" },
              ],
              reason: "The list is called zones.",
            },
          },
        ],
      },
    ]);
    await writeFile(
      path.join(home, "stack/main.tf"),
      'locals {\n  zones = ["a", "b"]\n}\n\noutput "count" {\n  value = length(local.zone_list)\n}\n',
    );
    const asked = ["--model", "scripted", "--base-url", server.baseUrl];
    // The first is killed before it asks, the others when they have the answer.
    for (const killAt of ["4", "5", "3"]) {
      expect((await fixApart({ KILL_AT: killAt }, asked)).signal).toBe("SIGKILL");
    }
    requireDone(await fix(asked));
    expect(await readFile(path.join(home, "stack/main.tf"), "utf8")).toContain("length(local.zones)");
    expect(server.requests).toHaveLength(1);
  },
  TIMEOUT_MS,
);
