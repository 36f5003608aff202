import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { FEES, NOW, savingsOfFile } from "./savings-testing.ts";

const { books, tenant, bill, prove, charged } = savingsOfFile();

// Of August and September.
const SAVED = ["67.2", "72"];

describe("proving", () => {
  test("shows what final months saved, writes the evidence and its query, and charges nothing", async () => {
    const { exitCode, stdout } = await prove("--out", "evidence");
    expect(exitCode).toBe(EXIT_CODES.done);
    expect(stdout).toMatch(/2026-08 +i-0a1 +m5\.xlarge → m5\.large +67\.2 USD +13\.44 USD/);
    expect(stdout).toContain("$139.20 proven, $27.84 of it is the fee.");
    expect(stdout).toMatch(/Not proven: i-0a1, 2026-10: .*not final/);
    const files = await readdir(path.join(books().directory, "evidence"));
    const [json = "", sql = ""] = files.toSorted();
    const evidence = JSON.parse(await readFile(path.join(books().directory, "evidence", json), "utf8"));
    expect(evidence).toMatchObject({
      schema: "apex.savings/v1",
      tenant: tenant(),
      resourceId: "i-0a1",
      share: "0.2",
    });
    expect(await readFile(path.join(books().directory, "evidence", sql), "utf8")).toBe(evidence.query);
    expect(await books().stores.billing.savings(tenant())).toEqual([]);
    expect(await charged()).toBe("0");
  });

  test("records once, and a later delivery that says the same changes nothing", async () => {
    expect((await prove("--record")).exitCode).toBe(EXIT_CODES.done);
    expect((await books().stores.billing.savings(tenant())).map(({ savings }) => savings)).toEqual(SAVED);
    expect(await charged()).toBe(FEES);
    await books().run(["billing", "savings", "list", "--tenant", tenant(), "--out", "kept"]);
    const html = await readFile(path.join(books().directory, "kept", "savings.html"), "utf8");
    expect(html).toContain("$139.20");
    const again = await prove("--record");
    expect([again.exitCode, again.stdout]).toEqual([
      EXIT_CODES.done,
      expect.stringContaining("2 proven before, and still so."),
    ]);
    expect(await charged()).toBe(FEES);
    expect((await books().stores.billing.audit()).problems).toEqual([]);
  });

  test("fees and what takes them back are on the invoice, and keep the rules of FOCUS", async () => {
    await prove("--record");
    const [august] = (await books().stores.billing.savings(tenant())).map(({ id }) => id);
    const billing = (...argv: readonly string[]) =>
      books().run(["billing", ...argv, "--tenant", tenant()], NOW);
    expect((await billing("invoice", "--issue")).stdout).toContain("$27.84 to be paid");
    await billing("savings", "dispute", august ?? "", "--reason", "traffic fell");
    await billing("savings", "decide", august ?? "", "rejected");
    await billing(
      "savings",
      "dispute",
      (await books().stores.billing.savings(tenant()))[1]?.id ?? "",
      "--reason",
      "no",
    );
    const second = await billing("invoice", "--month", "2026-11", "--until", "now", "--issue");
    expect(second.stdout).toContain("$14.40 to be paid back");
    const exported = await billing("export", "--out", "savings.csv");
    expect([exported.exitCode, exported.stderr]).toEqual([
      EXIT_CODES.done,
      expect.stringContaining("2 invoices add up to their totals"),
    ]);
    expect((await books().stores.billing.audit()).problems).toEqual([]);
  });

  test("a month that becomes final is charged then", async () => {
    await prove("--record");
    await bill({ open: [] });
    await prove("--record");
    expect((await books().stores.billing.savings(tenant())).map(({ month }) => month)).toEqual([
      "2026-08",
      "2026-09",
      "2026-10",
    ]);
  });

  test("a bill that was corrected takes the fee back and charges the right one", async () => {
    await prove("--record");
    await bill({ after: "0.15" });
    const { stdout } = await prove("--record");
    expect(stdout).toMatch(/sav-[0-9a-f]+-2 +2026-08/);
    expect(await charged()).toBe("13.92");
    expect((await books().run(["billing", "savings", "list", "--tenant", tenant()])).stdout).toMatch(
      /-2 +2026-08 .* charged/,
    );
    expect((await prove("--record")).stdout).toContain("2 proven before, and still so.");
    expect(await charged()).toBe("13.92");
  });

  test.each([
    ["of a month", { months: ["2026-07", "2026-08", "2026-10"] }, "13.44"],
    ["at all", { months: [] }, "0"],
  ])("a bill that has the resource no more %s takes the fee back", async (_, left, fee) => {
    await prove("--record");
    await bill({ file: "other.csv", resourceId: "i-other" });
    await bill(left);
    await prove("--record");
    expect(await charged()).toBe(fee);
    expect((await books().stores.billing.audit()).problems).toEqual([]);
    await bill();
    await prove("--record");
    expect(await charged()).toBe(FEES);
  });

  test("the bill of another account takes nothing back", async () => {
    await prove("--record");
    await bill({ account: "999900001111", resourceId: "i-other" });
    const { stdout } = await prove("--record");
    expect(stdout).toContain("Nothing of i-0a1 was billed by Hours in 2026-08");
    expect(await charged()).toBe(FEES);
  });

  test("bills that do not have a month at all take nothing back", async () => {
    await prove("--record");
    await bill({ months: ["2026-07", "2026-08"] });
    await prove("--record", "--until", "2026-10");
    expect(await charged()).toBe(FEES);
  });

  test("a correction that was cut off after it took the fee back is completed by the next one", async () => {
    await prove("--record");
    for (const { id } of await books().stores.billing.savings(tenant())) {
      await books().stores.billing.reverse(tenant(), id, "replaced by another, which was not kept any more");
    }
    await bill({ after: "0.15" });
    await prove("--record");
    expect(await charged()).toBe("13.92");
    expect((await books().stores.billing.audit()).problems).toEqual([]);
  });

  test("a change that made it dearer costs nothing", async () => {
    await bill({ after: "0.3" });
    expect((await prove("--record")).stdout).toMatch(/2026-08 .* -67\.2 USD +0 USD/);
    expect(await charged()).toBe("0");
    expect(await books().stores.billing.savings(tenant())).toHaveLength(2);
  });

  test("the bill's ARN is found, and the evidence has it, as the customer's query needs it", async () => {
    const arn = "arn:aws:ec2:us-east-1:111122223333:instance/i-0a1";
    await bill({ resourceId: arn });
    await prove("--record");
    expect((await books().stores.billing.savings(tenant()))[0]).toMatchObject({ resourceId: arn });
  });

  test("a report and when it was merged do as well", async () => {
    const of = { rule: "ec2-resize", address: "aws_instance.web", from: "m5.xlarge", to: "m5.large" };
    const recommendations = [
      { ...of, resourceId: "i-0a1", status: "planned" },
      { ...of, resourceId: "i-0b2", status: "not-applicable" },
    ];
    const report = { schema: "apex.report/v1", recommendations };
    await writeFile(path.join(books().directory, "report.json"), JSON.stringify(report));
    const { stdout } = await prove("--changes", "report.json", "--merged-at", "2026-08-03T14:00:00Z");
    expect(stdout).toContain("$139.20 proven");
  });
});

describe("a dispute", () => {
  const savings = (...argv: readonly string[]) =>
    books().run(["billing", "savings", ...argv, "--tenant", tenant()], NOW);

  test("takes the fee back; rejected, it is charged again; upheld, it is not", async () => {
    await prove("--record");
    const [august, september] = (await books().stores.billing.savings(tenant())).map(({ id }) => id);
    expect((await savings("dispute", august ?? "", "--reason", "traffic\u001b fell")).exitCode).toBe(
      EXIT_CODES.done,
    );
    expect(await charged()).toBe("14.4");
    expect((await savings("list")).stdout).toMatch(/sav-[0-9a-f]+ +2026-08 .* disputed\n/);
    await savings("decide", august ?? "", "rejected");
    expect(await charged()).toBe(FEES);
    await savings("dispute", september ?? "", "--reason", "it was us");
    await savings("decide", september ?? "", "upheld");
    expect(await charged()).toBe("13.44");
    expect((await savings("list")).stdout).toMatch(/2026-09 .* upheld\n/);
    expect((await books().stores.billing.audit()).problems).toEqual([]);
  });

  test("keeps a corrected bill from charging what it took back", async () => {
    await prove("--record");
    const [august] = (await books().stores.billing.savings(tenant())).map(({ id }) => id);
    await savings("dispute", august ?? "", "--reason", "traffic fell");
    await bill({ after: "0.15" });
    const { exitCode, stderr, stdout } = await prove("--record");
    expect(stderr).toMatch(/-2 is not recorded: sav-[0-9a-f]+, which it corrects, is disputed/);
    expect(stdout).toMatch(/2026-08 .*not recorded/);
    expect(exitCode).toBe(EXIT_CODES.nothingToDo);
    const json = await prove("--record", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      held: [expect.stringMatching(/^sav-[0-9a-f]+-2 is not recorded/)],
    });
    expect(json.exitCode).toBe(EXIT_CODES.nothingToDo);
    // September's alone, corrected.
    expect(await charged()).toBe("7.2");
  });

  test("is how a fee is taken back: by hand, the next bill would charge it again", async () => {
    await prove("--record");
    const [august] = (await books().stores.billing.savings(tenant())).map(({ id }) => id);
    const argv = ["billing", "reverse", august ?? "", "--tenant", tenant(), "--reason", "traffic fell"];
    const { exitCode, stderr } = await books().run(argv, NOW);
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining(`apex billing savings dispute ${august}`),
    ]);
    expect(await charged()).toBe(FEES);
  });

  test("of a replaced proof cannot be rejected: its fee would stand beside the new one", async () => {
    await prove("--record");
    await bill({ after: "0.15" });
    await prove("--record");
    const [first] = (await books().stores.billing.savings(tenant())).filter(({ id }) => !id.endsWith("-2"));
    const { exitCode, stderr } = await savings("decide", first?.id ?? "", "rejected");
    expect([exitCode, stderr]).toEqual([EXIT_CODES.badInput, expect.stringContaining("was replaced by")]);
  });

  test.each([
    [["dispute", "sav-none", "--reason", "x"], EXIT_CODES.badInput],
    [["dispute", "sav-none", "--reason", " "], EXIT_CODES.badInput],
    [["dispute", "sav-none"], EXIT_CODES.wrongUse],
    [["decide", "sav-none", "upheld"], EXIT_CODES.badInput],
    [["decide", "sav-none", "maybe"], EXIT_CODES.wrongUse],
  ])("%j is refused", async (argv, code) => {
    expect((await savings(...argv)).exitCode).toBe(code);
  });
});
