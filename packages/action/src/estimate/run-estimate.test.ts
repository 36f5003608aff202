import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { ESTIMATE_SCHEMA } from "@apex/report";
import { expect, onTestFinished, test } from "vitest";
import { readActionEvent } from "../event/action-event.ts";
import { readActionInputs } from "../inputs/action-inputs.ts";
import { openActionIo } from "../runner/action-io.ts";
import { makeDirectory } from "../testing/action-run.ts";
import { startGitHub } from "../testing/start-github.ts";
import { writeReportFiles } from "./report-files.ts";
import { runEstimate } from "./run-estimate.ts";

const REPORT = {
  schema: ESTIMATE_SCHEMA,
  apexVersion: "0.1.0",
  commits: null,
  terraform: null,
  basis: "on-demand list prices",
  usageFile: null,
  projects: [
    {
      directory: "live",
      varFiles: [],
      difference: null,
      problems: [{ severity: "error", summary: "It cannot be planned" }],
      notes: [],
    },
  ],
  untouched: 0,
  missed: [],
  validation: [],
} as const;

test.each([
  ["a fork's", "acme/infrastructure-fork", true],
  ["Dependabot's, whose branch is no fork's", "acme/infrastructure", false],
])("the comment on the estimate of %s run says whose it is", async (_, headRepository, isFork) => {
  const home = await makeDirectory(onTestFinished);
  const { server, github } = await startGitHub();
  const { head } = await github.getPullRequest(1);
  const files = await writeReportFiles(home, REPORT, { pullRequest: 1, headSha: head.sha });
  const event = path.join(home, "event.json");
  const run = {
    head_sha: head.sha,
    event: "pull_request",
    head_repository: { full_name: headRepository },
    created_at: "2026-11-22T12:00:00Z",
  };
  await writeFile(event, JSON.stringify({ workflow_run: run }));
  await mkdir(path.join(home, "temp"));
  const env = {
    GITHUB_EVENT_NAME: "workflow_run",
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: "acme/infrastructure",
    RUNNER_TEMP: path.join(home, "temp"),
    INPUT_ARTIFACT: files.directory,
  };
  const io = openActionIo({
    env,
    cwd: home,
    temporary: home,
    write: () => {},
    signal: AbortSignal.timeout(10_000),
    now: () => new Date("2026-11-22T12:01:00Z"),
  });
  const inputs = readActionInputs(io);
  await runEstimate({ inputs, event: await readActionEvent(env), io, openGitHub: () => github });
  const bodies = (await github.listComments(1)).map(({ body }) => body);
  expect(bodies).toHaveLength(1);
  expect(bodies[0]?.includes("by the fork's own workflow run")).toBe(isFork);
  expect(server.violations).toEqual([]);
});
