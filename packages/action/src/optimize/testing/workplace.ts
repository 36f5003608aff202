import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readActionEvent } from "../../event/action-event.ts";
import { openGitHub } from "../../github/open-github.ts";
import { readActionInputs } from "../../inputs/action-inputs.ts";
import { openActionIo } from "../../runner/action-io.ts";
import { GitHubServer, TEST_TOKEN } from "../../testing/github-server.ts";
import { runOptimize } from "../run-optimize.ts";

/** What a run of mode `optimize` told. */
export interface Told {
  readonly log: string;
  readonly summary: string;
  /** The file of the output `report-json`. */
  readonly results: {
    readonly results: readonly {
      readonly action: {
        readonly kind: string;
        readonly key: string;
        readonly number?: number;
        readonly why?: string;
      };
      readonly obstacle?: string;
      readonly refusedReviewers?: readonly string[];
    }[];
    readonly problems: readonly { readonly directory: string; readonly message: string }[];
    readonly withheld: readonly string[];
    readonly groups: readonly { readonly key: string; readonly title: string; readonly directory: string }[];
  };
  readonly outputs: string;
  /** Why the step fails, after all that was done. */
  readonly failures: readonly string[];
  /** Where the run leaves files. */
  readonly temporary: string;
}

/** A checkout of a repository on a GitHub for tests, and the Action in it. */
export interface Workplace extends AsyncDisposable {
  readonly server: GitHubServer;
  readonly checkout: string;
  /** Runs mode `optimize` on the commit that is checked out. */
  run(inputs: Readonly<Record<string, string>>, now?: string): Promise<Told>;
  git(...args: readonly string[]): string;
  /** Calls that wrote something since the last time it was asked. */
  writes(): readonly string[];
}

const NOW = "2026-11-22T12:00:00Z";

async function told(home: string, log: string, failures: readonly string[]): Promise<Told> {
  const read = (name: string) => readFile(path.join(home, name), "utf8").catch(() => "");
  const results: unknown = JSON.parse((await read("apex-pull-requests/pull-requests.json")) || "{}");
  return {
    log,
    summary: await read("summary"),
    results: results as Told["results"],
    outputs: await read("output"),
    failures,
    temporary: home,
  };
}

/** The environment that GitHub's runner gives a scheduled run on the main branch. */
function environment(
  place: { readonly checkout: string; readonly temporary: string; readonly apiUrl: string },
  inputs: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const { checkout, temporary, apiUrl } = place;
  const given = Object.entries({ mode: "optimize", "github-token": TEST_TOKEN, ...inputs });
  return {
    ...process.env,
    GITHUB_WORKSPACE: checkout,
    GITHUB_REPOSITORY: "acme/infrastructure",
    GITHUB_EVENT_NAME: "schedule",
    GITHUB_EVENT_PATH: "",
    GITHUB_REF: "refs/heads/main",
    GITHUB_API_URL: apiUrl,
    GITHUB_OUTPUT: path.join(temporary, "output"),
    GITHUB_STEP_SUMMARY: path.join(temporary, "summary"),
    RUNNER_TEMP: temporary,
    ...Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
}

async function runOnce(
  place: Parameters<typeof environment>[0],
  inputs: Readonly<Record<string, string>>,
  now: string,
): Promise<Told> {
  await mkdir(place.temporary);
  let log = "";
  const io = openActionIo({
    env: environment(place, inputs),
    cwd: place.checkout,
    temporary: place.temporary,
    write: (text) => (log += text),
    signal: new AbortController().signal,
    now: () => new Date(now),
  });
  const event = await readActionEvent(io.env);
  const { repository, apiUrl } = event;
  const github = openGitHub({ repository, apiUrl, credentials: { kind: "token", token: TEST_TOKEN } });
  const run = { inputs: readActionInputs(io), event, io, openGitHub: () => github };
  const failures = await runOptimize(run);
  return told(place.temporary, log, failures);
}

async function writeAll(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), text);
  }
}

/** Makes a repository of some files, and those of a directory where one is given, pushed to a server's main branch. */
export async function openWorkplace(
  files: Readonly<Record<string, string>>,
  directory?: string,
): Promise<Workplace> {
  const home = await mkdtemp(path.join(tmpdir(), "apex-optimize-"));
  const checkout = path.join(home, "checkout");
  await mkdir(checkout);
  if (directory !== undefined)
    await cp(directory, checkout, { recursive: true, filter: (file) => !file.includes("node_modules") });
  await writeAll(checkout, files);
  const server = await GitHubServer.start();
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=grace", "-c", "user.email=grace@acme.example", ...args], {
      cwd: checkout,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "The fleet as it is");
  git("remote", "add", "origin", server.gitDirectory);
  git("push", "-qf", "origin", "main");
  let [runs, seen] = [0, 0];
  return {
    server,
    checkout,
    git,
    run: (inputs, now = NOW) => {
      runs += 1;
      return runOnce(
        { checkout, temporary: path.join(home, `run-${runs}`), apiUrl: server.url },
        inputs,
        now,
      );
    },
    writes: () => {
      // Who asks is asked of the other interface, which knows no GET.
      const writes = server.requests
        .slice(seen)
        .filter(({ method, operation }) => method !== "GET" && operation !== "POST /graphql");
      seen = server.requests.length;
      return writes.map(({ operation }) => operation);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
