import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { FEES, savingsOfFile } from "./savings-testing.ts";

const { books, tenant, bill, changes, prove, charged } = savingsOfFile();

describe("is not proven from", () => {
  test("a bill without the resource", async () => {
    await bill({ resourceId: "i-other" });
    const { exitCode, stdout } = await prove();
    expect([exitCode, stdout]).toEqual([EXIT_CODES.nothingToDo, expect.stringContaining("no row of i-0a1")]);
  });

  test("two deliveries of a month", async () => {
    await bill({ file: "september.csv", months: ["2026-09"] });
    const { exitCode, stderr } = await prove();
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringMatching(/the same line of i-0a1 from 2026-09-01T00:00:00Z twice/),
    ]);
  });

  test("a bill of which a part cannot be read", async () => {
    await writeFile(path.join(books().directory, "bills", "broken.csv"), "\u0000\u0001");
    const { exitCode, stderr } = await prove("--record");
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining("proven from whole bills"),
    ]);
    expect(await charged()).toBe("0");
  });

  test.each([
    ["schema: apex.changes/v2\nchanges: []", "schema"],
    ["[", "is not YAML"],
    ['{"schema": "apex.changes/v1", "changes": []}', "changes"],
    [
      '{"schema": "apex.changes/v1", "changes": [{"resourceId": "i-1", "mergedAt": "yesterday"}]}',
      "mergedAt",
    ],
  ])("%s", async (content, message) => {
    await writeFile(path.join(books().directory, "merged.yaml"), content);
    const { exitCode, stderr } = await prove();
    expect(stderr).toContain(message);
    expect(exitCode).toBe(EXIT_CODES.badInput);
  });

  test("changes that are to come, or listed twice", async () => {
    const more = { resourceId: "i-0a1", from: "m5.xlarge", to: "m5.large", rule: "ec2-resize" };
    await changes({ ...more, mergedAt: "2026-12-01T00:00:00Z" });
    expect((await prove()).stderr).toContain("which is to come");
    await changes({ ...more, mergedAt: "2026-08-03T18:00:00Z" });
    expect((await prove()).stderr).toMatch(/has the change change-[0-9a-f]{16} twice/);
  });

  test("fewer changes than before: what one saved would be charged for another", async () => {
    await prove("--record");
    const content = await readFile(path.join(books().directory, "merged.yaml"), "utf8");
    await writeFile(path.join(books().directory, "merged.yaml"), content.replace("m5.large", "m5.small"));
    const { exitCode, stderr } = await prove("--record");
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining("list all changes of a resource"),
    ]);
    expect(await charged()).toBe(FEES);
  });

  test("bills that name the resource otherwise than before: it would be charged twice", async () => {
    await prove("--record");
    await bill({ resourceId: "arn:aws:ec2:us-east-1:111122223333:instance/i-0a1" });
    const { exitCode, stderr } = await prove("--record");
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining("give bills of the same kind as before"),
    ]);
    expect(await charged()).toBe(FEES);
  });

  test.each([
    ["2026-11", "is not over"],
    ["2026-9", "--until 2026-9 is no month"],
  ])("--until %s, which is said before any bill is read", async (until, message) => {
    await writeFile(path.join(books().directory, "bills", "broken.csv"), "\u0000\u0001");
    const { exitCode, stderr } = await prove("--until", until);
    expect([exitCode, stderr]).toEqual([EXIT_CODES.wrongUse, expect.stringContaining(message)]);
  });

  test("what was kept before and is no evidence of ours", async () => {
    await books().stores.billing.replaceSavings(
      [],
      {
        tenant: tenant(),
        id: "sav-1",
        resourceId: "i-0a1",
        address: null,
        month: "2026-08",
        savings: decimal("1"),
        currency: "USD",
        evidence: "{}",
      },
      [],
    );
    const [first] = await books().stores.billing.savings(tenant());
    expect(first?.id).toBe("sav-1");
    const { exitCode, stderr } = await prove("--record");
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining("the evidence of sav-1 cannot be read"),
    ]);
  });
});
