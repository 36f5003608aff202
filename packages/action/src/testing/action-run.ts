import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** The file that GitHub runs. */
const BUNDLE = path.resolve(import.meta.dirname, "../../dist/index.js");

/** How GitHub would run the Action. */
export interface ActionRequest {
  /** The checkout. */
  readonly workspace: string;
  /** "pull_request". */
  readonly event: string;
  readonly payload: unknown;
  /** As under `with:`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly apiUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a run of the Action left. */
export interface ActionResult {
  readonly exitCode: number;
  /** What the log shows: stdout and stderr. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
}

/** Reads GitHub's environment file: `name<<delimiter`, the value's lines, the delimiter. */
function readOutputs(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const match = /^([\w-]+)<<(.+)$/.exec(lines[index] ?? "");
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const end = lines.indexOf(match[2], index + 1);
    outputs[match[1]] = lines.slice(index + 1, end).join("\n");
    index = end;
  }
  return outputs;
}

/** A temporary directory of one test. */
export async function makeDirectory(onEnd: (clean: () => Promise<void>) => void): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "apex-action-"));
  onEnd(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs the bundle with the environment of GitHub's runner, and nothing else of this process but the PATH. */
export async function runBundle(home: string, request: ActionRequest): Promise<ActionResult> {
  const place = await mkdtemp(path.join(home, "run-"));
  const temp = path.join(place, "temp");
  await mkdir(temp);
  const files = {
    payload: `${place}/event.json`,
    outputs: `${place}/output`,
    summary: `${place}/summary.md`,
  };
  await writeFile(files.payload, JSON.stringify(request.payload));
  await Promise.all([writeFile(files.outputs, ""), writeFile(files.summary, "")]);
  const inputs = { "github-token": "ghs_test", ...request.inputs };
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: place,
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: request.event,
    GITHUB_EVENT_PATH: files.payload,
    GITHUB_REPOSITORY: "acme/infrastructure",
    GITHUB_WORKSPACE: request.workspace,
    GITHUB_OUTPUT: files.outputs,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_API_URL: request.apiUrl ?? "http://127.0.0.1:9",
    RUNNER_TEMP: temp,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...request.env,
  };
  const ran = await new Promise<{ readonly exitCode: number; readonly log: string }>((resolve) => {
    execFile(process.execPath, [BUNDLE], { cwd: request.workspace, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, log: `${stdout}${stderr}` });
    });
  });
  return {
    ...ran,
    outputs: readOutputs(await readFile(files.outputs, "utf8")),
    summary: await readFile(files.summary, "utf8"),
    temp,
  };
}
