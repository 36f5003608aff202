import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { addDecimals, DAY_MS, decimal, formatInstant } from "@apex/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { type BilledStore, billedStore, type CommandResult } from "./testing.ts";

let books: BilledStore;
let tenant: string;
let tenants = 0;

/** After the bills of August and September 2026, while October's is open. */
const NOW = { now: () => new Date("2026-11-15T06:00:00Z") };
const MERGED = Date.UTC(2026, 7, 3);

beforeAll(async () => {
  books = await billedStore();
});

afterAll(() => books[Symbol.asyncDispose]());

beforeEach(async () => {
  tenant = `t-${(tenants += 1)}`;
  await books.stores.tenants.create({ id: tenant, name: tenant, tier: "early" });
  await rm(path.join(books.directory, "bills"), { recursive: true, force: true });
  await mkdir(path.join(books.directory, "bills"));
  await bill();
  await changes();
});

interface BillOptions {
  readonly file?: string;
  readonly after?: string;
  readonly resourceId?: string;
  readonly account?: string;
  /** Months without invoices. */
  readonly open?: readonly string[];
  readonly months?: readonly string[];
}

const HEADER =
  "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeDescription,PricingCategory,PricingQuantity,PricingUnit,ListUnitPrice,ProviderName,PublisherName,InvoiceIssuerName,InvoiceId,RegionId,ResourceId,ServiceCategory,ServiceName,SkuId,SkuPriceId";

/** A FOCUS bill of days at $0.20 an hour before the merge and at `after` from then on. */
async function bill(options: BillOptions = {}): Promise<void> {
  const { file = "all.csv", after = "0.1", resourceId = "i-0a1", open = ["2026-10"] } = options;
  const months = options.months ?? ["2026-07", "2026-08", "2026-09", "2026-10"];
  const lines = [HEADER];
  for (let atMs = Date.UTC(2026, 6, 1); atMs < Date.UTC(2026, 10, 1); atMs += DAY_MS) {
    const [start, end] = [formatInstant(atMs), formatInstant(atMs + DAY_MS)];
    const month = start.slice(0, 7);
    if (!months.includes(month)) continue;
    const [price, sku] = atMs <= MERGED ? ["0.2", "large"] : [after, "small"];
    const cost = String(Math.round(24 * 1_000 * Number(price)) / 1_000);
    const next = formatInstant(Date.UTC(2026, Number(month.slice(5)), 1));
    const invoice = open.includes(month) ? "" : `inv-${month}`;
    lines.push(
      [
        cost,
        cost,
        cost,
        cost,
        "USD",
        options.account ?? "111122223333",
        `${month}-01T00:00:00Z`,
        next,
        start,
        end,
        "Usage",
        "an hour",
      ]
        .concat(["Standard", "24", "Hours", price, "AWS", "AWS", "AWS", invoice, "us-east-1", resourceId])
        .concat(["Compute", "Amazon EC2", sku, `${sku}-price`])
        .join(","),
    );
  }
  await writeFile(path.join(books.directory, "bills", file), `${lines.join("\n")}\n`);
}

async function changes(...more: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const merged = {
    resourceId: "i-0a1",
    address: 'aws_instance.web["a"]',
    mergedAt: "2026-08-03T14:00:00Z",
    from: "m5.xlarge",
    to: "m5.large",
    rule: "ec2-resize",
  };
  const content = { schema: "apex.changes/v1", changes: [merged, ...more] };
  await writeFile(path.join(books.directory, "merged.yaml"), JSON.stringify(content));
}

function prove(...argv: readonly string[]): Promise<CommandResult> {
  const common = ["--tenant", tenant, "--cost", "bills/*.csv", "--changes", "merged.yaml"];
  return books.run(["billing", "savings", "prove", ...common, ...argv], NOW);
}

async function charged(): Promise<string> {
  const charges = await books.stores.billing.charges({ tenant });
  return addDecimals(...charges.map(({ amount }) => amount));
}

// 28 days of August and 30 of September at $0.10 an hour less.
const SAVED = ["67.2", "72"];
const FEES = "27.84";

describe("proving", () => {
  test("shows what final months saved, writes the evidence and its query, and charges nothing", async () => {
    const { exitCode, stdout } = await prove("--out", "evidence");
    expect(exitCode).toBe(EXIT_CODES.done);
    expect(stdout).toMatch(/2026-08 +i-0a1 +m5\.xlarge → m5\.large +67\.2 USD +13\.44 USD/);
    expect(stdout).toContain("$139.20 proven, $27.84 of it is the fee.");
    expect(stdout).toMatch(/Not proven: i-0a1, 2026-10: .*not final/);
    const files = await readdir(path.join(books.directory, "evidence"));
    const [json = "", sql = ""] = files.toSorted();
    const evidence = JSON.parse(await readFile(path.join(books.directory, "evidence", json), "utf8"));
    expect(evidence).toMatchObject({ schema: "apex.savings/v1", tenant, resourceId: "i-0a1", share: "0.2" });
    expect(await readFile(path.join(books.directory, "evidence", sql), "utf8")).toBe(evidence.query);
    expect(await books.stores.billing.savings(tenant)).toEqual([]);
    expect(await charged()).toBe("0");
  });

  test("records once, and a later delivery that says the same changes nothing", async () => {
    expect((await prove("--record")).exitCode).toBe(EXIT_CODES.done);
    expect((await books.stores.billing.savings(tenant)).map(({ savings }) => savings)).toEqual(SAVED);
    expect(await charged()).toBe(FEES);
    await books.run(["billing", "savings", "list", "--tenant", tenant, "--out", "kept"]);
    const html = await readFile(path.join(books.directory, "kept", "savings.html"), "utf8");
    expect(html).toContain("$139.20");
    const again = await prove("--record");
    expect([again.exitCode, again.stdout]).toEqual([
      EXIT_CODES.done,
      expect.stringContaining("2 proven before, and still so."),
    ]);
    expect(await charged()).toBe(FEES);
    expect((await books.stores.billing.audit()).problems).toEqual([]);
  });

  test("fees and what takes them back are on the invoice, and keep the rules of FOCUS", async () => {
    await prove("--record");
    const [august] = (await books.stores.billing.savings(tenant)).map(({ id }) => id);
    const billing = (...argv: readonly string[]) => books.run(["billing", ...argv, "--tenant", tenant], NOW);
    expect((await billing("invoice", "--issue")).stdout).toContain("$27.84 to be paid");
    await billing("savings", "dispute", august ?? "", "--reason", "traffic fell");
    await billing("savings", "decide", august ?? "", "rejected");
    await billing(
      "savings",
      "dispute",
      (await books.stores.billing.savings(tenant))[1]?.id ?? "",
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
    expect((await books.stores.billing.audit()).problems).toEqual([]);
  });

  test("a month that becomes final is charged then", async () => {
    await prove("--record");
    await bill({ open: [] });
    await prove("--record");
    expect((await books.stores.billing.savings(tenant)).map(({ month }) => month)).toEqual([
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
    expect((await books.run(["billing", "savings", "list", "--tenant", tenant])).stdout).toMatch(
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
    expect((await books.stores.billing.audit()).problems).toEqual([]);
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
    for (const { id } of await books.stores.billing.savings(tenant)) {
      await books.stores.billing.reverse(tenant, id, "replaced by another, which was not kept any more");
    }
    await bill({ after: "0.15" });
    await prove("--record");
    expect(await charged()).toBe("13.92");
    expect((await books.stores.billing.audit()).problems).toEqual([]);
  });

  test("a change that made it dearer costs nothing", async () => {
    await bill({ after: "0.3" });
    expect((await prove("--record")).stdout).toMatch(/2026-08 .* -67\.2 USD +0 USD/);
    expect(await charged()).toBe("0");
    expect(await books.stores.billing.savings(tenant)).toHaveLength(2);
  });

  test("the bill's ARN is found, and the evidence has it, as the customer's query needs it", async () => {
    const arn = "arn:aws:ec2:us-east-1:111122223333:instance/i-0a1";
    await bill({ resourceId: arn });
    await prove("--record");
    expect((await books.stores.billing.savings(tenant))[0]).toMatchObject({ resourceId: arn });
  });

  test("a report and when it was merged do as well", async () => {
    const of = { rule: "ec2-resize", address: "aws_instance.web", from: "m5.xlarge", to: "m5.large" };
    const recommendations = [
      { ...of, resourceId: "i-0a1", status: "planned" },
      { ...of, resourceId: "i-0b2", status: "not-applicable" },
    ];
    const report = { schema: "apex.report/v1", recommendations };
    await writeFile(path.join(books.directory, "report.json"), JSON.stringify(report));
    const { stdout } = await prove("--changes", "report.json", "--merged-at", "2026-08-03T14:00:00Z");
    expect(stdout).toContain("$139.20 proven");
  });
});

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
    await writeFile(path.join(books.directory, "bills", "broken.csv"), "\u0000\u0001");
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
    await writeFile(path.join(books.directory, "merged.yaml"), content);
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
    const content = await readFile(path.join(books.directory, "merged.yaml"), "utf8");
    await writeFile(path.join(books.directory, "merged.yaml"), content.replace("m5.large", "m5.small"));
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
    await writeFile(path.join(books.directory, "bills", "broken.csv"), "\u0000\u0001");
    const { exitCode, stderr } = await prove("--until", until);
    expect([exitCode, stderr]).toEqual([EXIT_CODES.wrongUse, expect.stringContaining(message)]);
  });

  test("what was kept before and is no evidence of ours", async () => {
    await books.stores.billing.replaceSavings(
      [],
      {
        tenant,
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
    const [first] = await books.stores.billing.savings(tenant);
    expect(first?.id).toBe("sav-1");
    const { exitCode, stderr } = await prove("--record");
    expect([exitCode, stderr]).toEqual([
      EXIT_CODES.badInput,
      expect.stringContaining("the evidence of sav-1 cannot be read"),
    ]);
  });
});

describe("a dispute", () => {
  const savings = (...argv: readonly string[]) =>
    books.run(["billing", "savings", ...argv, "--tenant", tenant], NOW);

  test("takes the fee back; rejected, it is charged again; upheld, it is not", async () => {
    await prove("--record");
    const [august, september] = (await books.stores.billing.savings(tenant)).map(({ id }) => id);
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
    expect((await books.stores.billing.audit()).problems).toEqual([]);
  });

  test("keeps a corrected bill from charging what it took back", async () => {
    await prove("--record");
    const [august] = (await books.stores.billing.savings(tenant)).map(({ id }) => id);
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
    const [august] = (await books.stores.billing.savings(tenant)).map(({ id }) => id);
    const argv = ["billing", "reverse", august ?? "", "--tenant", tenant, "--reason", "traffic fell"];
    const { exitCode, stderr } = await books.run(argv, NOW);
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
    const [first] = (await books.stores.billing.savings(tenant)).filter(({ id }) => !id.endsWith("-2"));
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
