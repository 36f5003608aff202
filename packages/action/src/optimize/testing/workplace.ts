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
    readonly withheld: readonly string[];
    readonly groups: readonly { readonly key: string; readonly title: string }[];
  };
  readonly outputs: string;
}

/** A checkout of a repository on a GitHub for tests, and the Action in it. */
export interface Workplace extends AsyncDisposable {
  readonly server: GitHubServer;
  readonly checkout: string;
  /** Runs mode `optimize` on the commit that is checked out. */
  run(inputs: Readonly<Record<string, string>>, now?: string): Promise<Told>;
  /** Brings what is merged into the checkout. */
  pull(): void;
  git(...args: readonly string[]): string;
  /** Calls that wrote something since the last time it was asked. */
  writes(): readonly string[];
}

const NOW = "2026-11-22T12:00:00Z";

async function told(home: string, log: string): Promise<Told> {
  const read = (name: string) => readFile(path.join(home, name), "utf8").catch(() => "");
  const results: unknown = JSON.parse((await read("apex-pull-requests/pull-requests.json")) || "{}");
  return {
    log,
    summary: await read("summary"),
    results: results as Told["results"],
    outputs: await read("output"),
  };
}

/** Makes a repository of a directory's files and some more, pushed to a server's main branch. */
export async function openWorkplace(
  directory: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Workplace> {
  const home = await mkdtemp(path.join(tmpdir(), "apex-optimize-"));
  const checkout = path.join(home, "checkout");
  await cp(directory, checkout, { recursive: true, filter: (file) => !file.includes("node_modules") });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(checkout, name)), { recursive: true });
    await writeFile(path.join(checkout, name), text);
  }
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
    pull: () => {
      git("pull", "-q", "--ff-only", "origin", "main");
    },
    run: async (inputs, now = NOW) => {
      runs += 1;
      const temporary = path.join(home, `run-${runs}`);
      await mkdir(temporary);
      const given = { mode: "optimize", "github-token": TEST_TOKEN, ...inputs };
      let log = "";
      const io = openActionIo({
        env: {
          ...process.env,
          GITHUB_WORKSPACE: checkout,
          GITHUB_REPOSITORY: "acme/infrastructure",
          GITHUB_EVENT_NAME: "schedule",
          GITHUB_REF: "refs/heads/main",
          GITHUB_API_URL: server.url,
          GITHUB_OUTPUT: path.join(temporary, "output"),
          GITHUB_STEP_SUMMARY: path.join(temporary, "summary"),
          RUNNER_TEMP: temporary,
          ...Object.fromEntries(
            Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
          ),
        },
        cwd: checkout,
        temporary,
        write: (text) => (log += text),
        signal: new AbortController().signal,
        now: () => new Date(now),
      });
      const event = await readActionEvent({ ...io.env, GITHUB_EVENT_PATH: undefined });
      const github = openGitHub({
        repository: event.repository,
        apiUrl: event.apiUrl,
        credentials: { kind: "token", token: TEST_TOKEN },
      });
      await runOptimize({ inputs: readActionInputs(io), event, io, openGitHub: () => github });
      return told(temporary, log);
    },
    writes: () => {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ operation }) => operation);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
