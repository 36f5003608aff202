import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AgentEvent } from "@apex/agent";
import { startScriptedServer } from "@apex/agent/openai-testing";
import { runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { expect, it, onTestFinished } from "vitest";

/** Terraform reads it, a fixer is certain of one mistake, and only a model may guess the other. */
const BROKEN = `resource "aws_instance" "web" {
  ami           = "ami-12345678"
  instance_typ  = "m5.large"
  hostname_of   = "db-password-hunter2hunter2"
}
`;

it("tells what a repair does as the events of agents: checks, thoughts, and the model's words as they come", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "apex-events-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  writeFileSync(path.join(home, "main.tf"), BROKEN);
  const words = "The argument hostname_of does not exist in this type. ".repeat(8);
  await using server = await startScriptedServer([
    {
      kind: "reply",
      text: words,
      toolCalls: [{ name: "give_up", arguments: { reason: "Nobody knows what was meant." } }],
    },
  ]);
  const env = {
    APEX_HOME: path.join(home, ".apex"),
    APEX_DOCKER: "off",
    OPENAI_BASE_URL: server.baseUrl,
    APEX_MODEL: "m",
  };
  const io = recordedIo({ cwd: home, env, now: () => new Date() });
  expect(await runCli(["fix", ".", "--events", "events.jsonl"], io)).toBe(4);
  const events = readFileSync(path.join(home, "events.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): AgentEvent => JSON.parse(line));
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const transcript = readdirSync(path.join(home, ".apex/transcripts")).find((name) =>
    name.endsWith(".jsonl"),
  );
  expect(new Set(events.map(({ run_id }) => `${run_id}.jsonl`))).toEqual(new Set([transcript]));
  const tools = events.flatMap((event) =>
    event.type === "tool_completed" ? [`${event.data.tool}: ${event.data.summary}`] : [],
  );
  expect(tools).toEqual([
    "terraform.plan: 2 errors",
    "terraform.plan: 1 error",
    "model.ask: 1 call, 100 tokens in, 20 out",
  ]);
  const thoughts = events.flatMap((event) => (event.type === "agent_thinking" ? [event.data.text] : []));
  expect(thoughts).toContainEqual(expect.stringMatching(/^Found 2 problems: Unsupported argument/));
  expect(thoughts).toContainEqual(
    expect.stringMatching(/^misspelt-argument edits: instance_typ is instance_type/),
  );
  expect(thoughts.filter((text) => text.includes("argument hostname_of does")).length).toBeGreaterThan(1);
  expect(events.at(-2)).toMatchObject({
    agent: "correction",
    data: { status: "blocked", summary: "Nobody knows what was meant." },
  });
  expect(events.at(-1)).toMatchObject({ agent: "supervisor", data: { status: "blocked" } });
  expect(readFileSync(path.join(home, "main.tf"), "utf8")).toBe(BROKEN);
});

it("says at once when the events have no place", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "apex-events-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  writeFileSync(path.join(home, "main.tf"), BROKEN);
  const io = recordedIo({ cwd: home, env: { APEX_HOME: path.join(home, ".apex"), APEX_DOCKER: "off" } });
  expect(await runCli(["fix", ".", "--events", "no/such/place"], io)).toBe(3);
  expect(io.stderr()).toContain("--events no/such/place cannot be written");
});
