import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ScriptedTurn, startScriptedServer } from "@apex/agent/openai-testing";
import { runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { renderJson } from "@apex/report";
import { aReport } from "@apex/report/testing";
import { expect, it, onTestFinished } from "vitest";

function home(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "apex-ask-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(path.join(directory, "report.json"), renderJson(aReport()));
  return directory;
}

async function ask(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = home()) {
  const io = recordedIo({ cwd, env: { APEX_HOME: path.join(cwd, ".apex"), ...env } });
  const code = await runCli(["ask", ...args], io);
  return { code, out: io.stdout(), err: io.stderr() };
}

const REPORT = ["--report", "report.json"];

it("answers from a report, with the places where it says so", async () => {
  const { code, out } = await ask(["why", "is", "batch", "not", "downsized?", ...REPORT]);
  expect(code).toBe(0);
  expect(out).toContain("ec2-resize leaves it alone: P99.5 of cpu is 78 %, near its size. [1]");
  expect(out).toContain("[1] /abstentions/0");
});

it("ends with 1 where the evidence says nothing, and with 3 where there is none", async () => {
  const unknown = await ask(["why is web-99 kept?", ...REPORT]);
  expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining("says nothing of web-99") });
  const none = await ask(["why is web-99 kept?"]);
  expect(none).toMatchObject({ code: 3, err: expect.stringContaining("apex optimize") });
  const broken = await ask(["why?", "--report", "other.json"], {}, withFile("other.json", "{}"));
  expect(broken).toMatchObject({ code: 3, err: expect.stringContaining("no report of Apex") });
});

function withFile(name: string, text: string): string {
  const directory = home();
  writeFileSync(path.join(directory, name), text);
  return directory;
}

const answering = (text: string, facts: readonly string[]): ScriptedTurn => ({
  kind: "reply",
  toolCalls: [{ name: "answer", arguments: { sentences: [{ text, facts }] } }],
});

it("lets a model choose the words, and nothing but the words", async () => {
  await using server = await startScriptedServer([
    answering("Its CPU is at 78 %, so it is no candidate.", ["F1"]),
    answering("It wastes $999 a month, delete it.", ["F1"]),
    { kind: "error", status: 401, error: { message: "wrong key sk-test-1234" } },
  ]);
  const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: "sk-test-1234", APEX_MODEL: "m" };
  const question = ["why is aws_instance.batch not downsized?", ...REPORT];
  const good = await ask(question, env);
  expect(good.out).toContain("Its CPU is at 78 %, so it is no candidate. [1]");
  expect(good.out).toContain("/abstentions/0");
  const invented = await ask(question, env);
  expect(invented.out).toContain("ec2-resize leaves it alone");
  expect(invented.out).not.toContain("999");
  expect(invented.err).toContain("was not used");
  const refused = await ask(question, env);
  expect(refused.code).toBe(0);
  expect(refused.out).toContain("ec2-resize leaves it alone");
  expect(refused.err).not.toContain("sk-test-1234");
});

it("asks no model with --no-model", async () => {
  await using server = await startScriptedServer([]);
  const env = { OPENAI_BASE_URL: server.baseUrl, APEX_MODEL: "m" };
  const { code, out } = await ask(["why is batch kept?", ...REPORT, "--no-model", "--format", "json"], env);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ schema: "apex.answer/v1", model: null, known: true });
  expect(server.requests).toEqual([]);
});
