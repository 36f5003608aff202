import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { startScriptedServer } from "@apex/agent/openai-testing";
import { addMonths, type Invoice } from "@apex/billing";
import { addDecimals, compareDecimals } from "@apex/core";
import { renderJson } from "@apex/report";
import { aReport } from "@apex/report/testing";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { booksOfFile, monthOfTests } from "./testing.ts";

const { books, aTenant } = booksOfFile();

/** The month that the database's clock makes charges in, and instants after it. */
const MONTH = await monthOfTests();
const NEXT = `${addMonths(MONTH, 1)}-02T06:00:00Z`;
const afterTheMonth = { now: () => new Date(NEXT) };

function charges(tenant: string) {
  return books().stores.billing.charges({ tenant });
}

describe("usage", () => {
  test("is what runs used and cost, with the base and the margin, open and invoiced, and what was free", async () => {
    const tenant = await aTenant("usage", {
      "u-1": { seconds: 3_600 },
      "u-2": { seconds: 60, ending: { kind: "failed", message: "no disk", mayConverge: false } },
    });
    const { exitCode, stdout } = await books().run(["billing", "usage", "--tenant", tenant, "--json"]);
    expect(exitCode).toBe(EXIT_CODES.done);
    const usage = JSON.parse(stdout);
    const total = addDecimals(...(await charges(tenant)).map(({ amount }) => amount));
    expect(usage).toMatchObject({
      schema: "apex.usage/v1",
      totals: [{ amount: total, open: total, invoiced: "0", subjects: 1 }],
      subjects: [{ subject: "u-1", vcpuHours: "1", gibHours: "1" }],
      free: [{ subject: "u-2", target: "aws_instance.u-2", reason: expect.stringContaining("It is free") }],
      tier: "enterprise",
      thisMonth: { runsBegun: 2, runsRunning: 0 },
    });
    const [{ base, margin }] = usage.totals;
    expect(compareDecimals(addDecimals(base, margin), total)).toBe(0);
  });

  test("has what the model of a repair took, at its prices and half of it on top", async () => {
    const tenant = await aTenant("repair", {});
    const directory = path.join(books().directory, "repair");
    await mkdir(directory);
    // No fixer knows which bucket is meant: the model is asked.
    const main =
      'resource "aws_s3_bucket" "logs" {}\noutput "id" {\n  value = aws_s3_bucket.archive_2019.id\n}\n';
    await writeFile(path.join(directory, "main.tf"), main);
    const edits = [{ path: "main.tf", old_text: "archive_2019", new_text: "logs" }];
    const usage = { prompt_tokens: 2_000_000, completion_tokens: 100_000 };
    await using server = await startScriptedServer([
      {
        kind: "reply",
        toolCalls: [{ name: "propose_edit", arguments: { edits, reason: "There is one bucket." } }],
        usage,
      },
    ]);
    const env = {
      OPENAI_BASE_URL: server.baseUrl,
      APEX_MODEL: "m-1",
      APEX_MODEL_PRICE_INPUT: "0.15",
      APEX_MODEL_PRICE_OUTPUT: "0.60",
    };
    const argv = [
      "fix",
      directory,
      "--tenant",
      tenant,
      "--quiet",
      "--max-tokens",
      "9999999",
      "--format",
      "json",
    ];
    const { exitCode, stdout, stderr } = await books().run(argv, { env });
    expect(exitCode).toBe(EXIT_CODES.done);
    const { runId } = JSON.parse(stdout);
    expect(stderr).toContain(`On the bill of ${tenant}: $0.54 for what the model took, as ${runId}.`);
    const { stdout: billed } = await books().run(["billing", "usage", "--tenant", tenant, "--json"]);
    expect(JSON.parse(billed)).toMatchObject({
      totals: [{ amount: "0.54", base: "0.36", margin: "0.18" }],
      subjects: [{ subject: runId, kind: "repair", modelTokens: "2100000" }],
      uncharged: [],
    });
  });

  test("has what a model took whose every turn failed", async () => {
    const tenant = await aTenant("repair-failed", {});
    const directory = path.join(books().directory, "repair-failed");
    await mkdir(directory);
    const main =
      'resource "aws_s3_bucket" "logs" {}\noutput "id" {\n  value = aws_s3_bucket.archive_2019.id\n}\n';
    await writeFile(path.join(directory, "main.tf"), main);
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 0 };
    const broken = {
      kind: "raw" as const,
      type: "text/event-stream",
      body: `data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
    };
    await using server = await startScriptedServer([broken, broken]);
    const env = { OPENAI_BASE_URL: server.baseUrl, APEX_MODEL: "m-1" };
    const prices = { APEX_MODEL_PRICE_INPUT: "0.15", APEX_MODEL_PRICE_OUTPUT: "0.60" };
    const argv = ["fix", directory, "--tenant", tenant, "--quiet", "--max-tokens", "9999999"];
    const { exitCode, stderr } = await books().run(argv, { env: { ...env, ...prices } });
    expect(exitCode).toBe(EXIT_CODES.planRefused);
    expect(stderr).toContain(`On the bill of ${tenant}: $0.45 for what the model took`);
  });

  test("has what a model took for repairs of an optimization, and for the words of an answer", async () => {
    const tenant = await aTenant("asked", {});
    const directory = path.join(books().directory, "asked");
    await mkdir(directory);
    const main =
      'resource "aws_s3_bucket" "logs" {}\noutput "id" {\n  value = aws_s3_bucket.archive_2019.id\n}\n';
    await writeFile(path.join(directory, "main.tf"), main);
    await writeFile(
      path.join(directory, "state.json"),
      '{"format_version":"1.0","values":{"root_module":{}}}',
    );
    const report = renderJson(aReport());
    await writeFile(path.join(directory, "report.json"), report);
    const edits = [{ path: "main.tf", old_text: "archive_2019", new_text: "logs" }];
    const usage = { prompt_tokens: 1_000, completion_tokens: 10 };
    const sentences = [{ text: "Its CPU is at 78 %.", facts: ["F1"] }];
    await using server = await startScriptedServer([
      {
        kind: "reply",
        toolCalls: [{ name: "propose_edit", arguments: { edits, reason: "There is one bucket." } }],
        usage,
      },
      { kind: "reply", toolCalls: [{ name: "answer", arguments: { sentences } }], usage },
    ]);
    const env = {
      OPENAI_BASE_URL: server.baseUrl,
      APEX_MODEL: "m-1",
      APEX_MODEL_PRICE_INPUT: "1000",
      APEX_MODEL_PRICE_OUTPUT: "10000",
    };
    const cwd = directory;
    const home = { APEX_HOME: path.join(books().directory, "home") };
    const optimized = await books().run(
      ["optimize", "--terraform", ".", "--state", "state.json", "--fix", "--tenant", tenant],
      { env: { ...env, ...home }, cwd },
    );
    expect(optimized.stderr).toMatch(/On the bill of \S+: \$1\.65 for what the model took, as fix-\w+\./);
    const answered = await books().run(
      ["ask", "why is aws_instance.batch not downsized?", "--report", "report.json", "--tenant", tenant],
      { env: { ...env, ...home }, cwd },
    );
    expect(answered.stderr).toMatch(/On the bill of \S+: \$1\.65 for what the model took, as ask-\w+\./);
    const { stdout } = await books().run(["billing", "usage", "--tenant", tenant, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      totals: [{ amount: "3.3", base: "2.2" }],
      subjects: [{ kind: "repair" }, { kind: "answer" }],
    });
    expect(server.requests).toHaveLength(2);
  });

  test("for people says what of the tier is used", async () => {
    const tenant = await aTenant("usage-text", { "ut-1": { seconds: 3_600 } });
    await books().stores.tenants.setTier(tenant, "early");
    const { stdout } = await books().run(["billing", "usage", "--tenant", tenant]);
    expect(stdout).toMatch(/runs this month +1 +1,000/);
    expect(stdout).toMatch(/vCPU-hours this month +1\.00 +400/);
    expect(
      (await books().run(["billing", "usage", "--tenant", tenant, "--month", "2020-02"])).stdout,
    ).toContain("Nothing was charged");
  });
});

describe("an invoice", () => {
  test("is a preview until it is asked for, which uses no number", async () => {
    const tenant = await aTenant("preview", { "p-1": { seconds: 3_600 } });
    const argv = ["billing", "invoice", "--tenant", tenant, "--month", MONTH, "--format", "json"];
    const first = await books().run(argv, afterTheMonth);
    expect(first.exitCode).toBe(EXIT_CODES.done);
    expect(first.stderr).toContain("a preview: no number is used");
    expect(JSON.parse(first.stdout)).toMatchObject([
      {
        schema: "apex.invoice/v1",
        number: `PREVIEW-${MONTH}`,
        buyer: { name: "preview & Söhne" },
        terms: [expect.stringContaining("nothing is to be paid by it")],
      },
    ]);
    expect((await books().run(argv, afterTheMonth)).stdout).toBe(first.stdout);
    expect(await books().stores.billing.invoices(tenant)).toEqual([]);
  });

  test("is issued once, is what the preview said, and is shown again as it was", async () => {
    const tenant = await aTenant("issued", { "i-1": { seconds: 3_600 }, "i-2": { seconds: 7 } });
    const argv = ["billing", "invoice", "--tenant", tenant, "--format", "json", "--month", MONTH];
    const [preview] = JSON.parse((await books().run(argv, afterTheMonth)).stdout) as [Invoice];
    const issued = await books().run([...argv, "--issue", "--out", "bills"], afterTheMonth);
    expect(issued.exitCode).toBe(EXIT_CODES.done);
    const [invoice] = JSON.parse(issued.stdout) as [Invoice];
    expect(invoice.number).toMatch(/^APX-\d{4}-\d{6}$/);
    expect([invoice.total, invoice.lines]).toEqual([preview.total, preview.lines]);
    expect((await readdir(path.join(books().directory, "bills"))).toSorted()).toEqual([
      `invoice-${invoice.number}.html`,
      `invoice-${invoice.number}.json`,
    ]);
    const again = await books().run([...argv, "--issue"], afterTheMonth);
    expect(again.exitCode).toBe(EXIT_CODES.nothingToDo);
    expect(again.stderr).toContain(`${MONTH} was billed by ${invoice.number}`);
    const shown = ["billing", "invoice", "--tenant", tenant, "--number", invoice.number, "--format", "json"];
    expect((await books().run(shown)).stdout).toBe(issued.stdout);
    const list = await books().run(["billing", "list", "--tenant", tenant]);
    expect(list.stdout).toContain(invoice.number);
  });

  test("of two at the same time is one", async () => {
    const tenant = await aTenant("twice", { "t-1": { seconds: 3_600 } });
    const argv = ["billing", "invoice", "--tenant", tenant, "--month", MONTH, "--issue"];
    const codes = await Promise.all([1, 2].map(() => books().run(argv, afterTheMonth)));
    expect(new Set(codes.map(({ exitCode }) => exitCode))).toEqual(
      new Set([EXIT_CODES.done, EXIT_CODES.nothingToDo]),
    );
    expect(await books().stores.billing.invoices(tenant)).toHaveLength(1);
  });

  test("of a month that is not over is refused, unless it is until now; the rest is on the next one", async () => {
    const tenant = await aTenant("early", { "e-1": { seconds: 3_600 } });
    const argv = ["billing", "invoice", "--tenant", tenant, "--month", MONTH, "--issue"];
    const refused = await books().run(argv);
    expect(refused.exitCode).toBe(EXIT_CODES.wrongUse);
    expect(refused.stderr).toContain("is not over");
    expect((await books().run([...argv, "--until", "now"])).exitCode).toBe(EXIT_CODES.done);
    await books().endRuns(tenant, { "e-2": { seconds: 60 } });
    expect((await books().run(argv, afterTheMonth)).exitCode).toBe(EXIT_CODES.done);
    const [first, second] = await books().stores.billing.invoices(tenant);
    // No two invoices say that they are of the same days.
    expect(Date.parse(second?.period.start ?? "")).toBe(Date.parse(first?.period.end ?? ""));
    expect(second?.lines.flatMap((line) => line.charges)).toEqual(expect.not.arrayContaining(["e-1/vcpu"]));
  });

  test.each([
    [["--month", "2026-13"], EXIT_CODES.wrongUse, "is no month"],
    [["--month", "9999-01"], EXIT_CODES.wrongUse, "has not begun"],
    [["--month", "9999-12"], EXIT_CODES.wrongUse, "is no month"],
    [["--month", "2020-01", "--until", "now"], EXIT_CODES.wrongUse, "is over"],
    [["--number", "APX-1", "--issue"], EXIT_CODES.wrongUse, "cannot be used with"],
    [["--number", "APX-2026-999999"], EXIT_CODES.badInput, "has no invoice"],
    [["--month", "2020-01", "--issue"], EXIT_CODES.nothingToDo, "nothing to bill"],
    [["--tenant", "nobody"], EXIT_CODES.badInput, 'there is no tenant "nobody"'],
    [["--tenant", "'; DROP TABLE apex.charges; --"], EXIT_CODES.badInput, "there is no tenant"],
    [["--parties", "none.yaml"], EXIT_CODES.badInput, "none.yaml does not exist"],
  ])("%j says what is wrong", async (argv, code, message) => {
    const { exitCode, stderr } = await books().run(["billing", "invoice", ...argv]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });

  test("of nothing is an empty list for programs", async () => {
    const argv = ["billing", "invoice", "--month", "2020-01", "--issue", "--format", "json"];
    expect(await books().run(argv)).toMatchObject({ exitCode: EXIT_CODES.nothingToDo, stdout: "[]\n" });
  });

  test("names who issues it and who pays, whatever characters they have", async () => {
    const tenant = await aTenant("parties", { "pa-1": { seconds: 3_600 } });
    const buyer = { name: "<script>alert(1)</script>\u001b[2J", address: ["=1+1"], taxId: "VAT DE1" };
    const parties = { schema: "apex.parties/v1", seller: { name: "Apex GmbH" }, buyers: { [tenant]: buyer } };
    await writeFile(path.join(books().directory, "parties.json"), JSON.stringify(parties));
    const argv = ["billing", "invoice", "--tenant", tenant, "--month", MONTH, "--parties", "parties.json"];
    const html = (await books().run([...argv, "--format", "html"], afterTheMonth)).stdout;
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script>");
    expect((await books().run(argv, afterTheMonth)).stdout).not.toContain("\u001b");
    await writeFile(
      path.join(books().directory, "parties.json"),
      '{"schema": "apex.parties/v1", "seler": 1}',
    );
    const broken = await books().run(argv, afterTheMonth);
    expect([broken.exitCode, broken.stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining("seller"),
    ]);
  });

  test("is not issued for a place that it cannot be written to", async () => {
    const tenant = await aTenant("unwritable", { "w-1": { seconds: 3_600 } });
    await writeFile(path.join(books().directory, "a-file"), "");
    const argv = [
      "billing",
      "invoice",
      "--tenant",
      tenant,
      "--month",
      MONTH,
      "--issue",
      "--out",
      "a-file/bills",
    ];
    expect((await books().run(argv, afterTheMonth)).exitCode).toBe(EXIT_CODES.badInput);
    expect(await books().stores.billing.invoices(tenant)).toEqual([]);
  });
});

describe("a reversal", () => {
  test("takes a run's charges back with a reason that is kept, and twice is once", async () => {
    const tenant = await aTenant("reverse", { "r-1": { seconds: 3_600 } });
    const argv = ["billing", "reverse", "r-1", "--tenant", tenant, "--reason", "wrong\u0000 log"];
    expect((await books().run(argv)).exitCode).toBe(EXIT_CODES.done);
    const kept = await charges(tenant);
    expect(addDecimals(...kept.map(({ amount }) => amount))).toBe("0");
    expect(kept.flatMap(({ reversalReason }) => reversalReason ?? [])).toContain("wrong log");
    const usage = await books().run(["billing", "usage", "--tenant", tenant]);
    expect(usage.stdout).toMatch(/Taken back: .*r-1\/vcpu\/reversal: wrong log/);
    const again = await books().run(argv);
    expect(again.exitCode).toBe(EXIT_CODES.nothingToDo);
    expect(again.stderr).toContain("no charge that is not taken back already");
  });

  test("needs a reason", async () => {
    expect((await books().run(["billing", "reverse", "r-1"])).exitCode).toBe(EXIT_CODES.wrongUse);
    expect((await books().run(["billing", "reverse", "r-1", "--reason", " "])).exitCode).toBe(
      EXIT_CODES.badInput,
    );
  });
});

test("what others named cannot write into the terminal, the page or the sheet", async () => {
  const evil = "=cmd|'\u001b[2J<script>";
  const tenant = "evil";
  await books().stores.tenants.create({ id: tenant, name: evil, tier: "enterprise" });
  await books().endRuns(tenant, {
    "ev-1": { seconds: 60, target: evil },
    "ev-2": { seconds: 60, target: evil, ending: { kind: "failed", message: evil, mayConverge: false } },
  });
  const argv = ["--tenant", tenant, "--month", MONTH];
  const results = [
    await books().run(["billing", "usage", ...argv]),
    await books().run(["billing", "invoice", ...argv, "--format", "html"], afterTheMonth),
    await books().run(["billing", "export", ...argv, "--out", "evil.csv"]),
    await books().run(["billing", "reverse", "ev-1", "--tenant", tenant, "--reason", evil]),
    await books().run(["billing", "reverse", "ev-1", "--tenant", tenant, "--reason", evil]),
  ];
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 1]);
  const said = results.map(({ stdout, stderr }) => stdout + stderr).join("");
  expect(said).not.toContain("\u001b");
  expect(results[1]?.stdout).not.toContain("<script>");
  expect(await readFile(path.join(books().directory, "evil.csv"), "utf8")).not.toMatch(/(^|,)=cmd/m);
});

test("the books are right, and rates are published", async () => {
  const audit = await books().run(["billing", "audit"]);
  expect([audit.exitCode, audit.stdout]).toEqual([
    EXIT_CODES.done,
    expect.stringMatching(/^\d+ charges, balance 0: nothing wrong\.\n$/),
  ]);
  expect((await books().run(["billing", "rates"])).stdout).toMatch(
    /charged by now\n.*base.*price.*plus 50 % of it/s,
  );
});
