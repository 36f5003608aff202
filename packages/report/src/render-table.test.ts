import { decimal } from "@apex/core";
import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { renderTable } from "./render-table.ts";
import { anOutcome, aReport } from "./testing.ts";
import { fitColumns, wrapColumns } from "./visible-text.ts";

const report = aReport({
  outcomes: [
    anOutcome(),
    anOutcome({
      id: "b",
      address: "aws_ebs_volume.scratch_data_for_the_training_cluster[12]",
      action: "snapshot-and-delete",
      from: "gp3 500 GiB",
      to: "snapshot",
      risk: 0,
      restartRequired: false,
      monthlySavings: { list: decimal("40"), net: null, currency: "USD", realised: "after-hold" },
    }),
    anOutcome({ id: "c", address: null }, { status: "not-applicable", reason: "it is not under Terraform" }),
  ],
});

test.each([60, 80, 120])("at %i columns", async (width) => {
  await expect(renderTable(report, { width, colour: false })).toMatchFileSnapshot(
    `../golden/table-${width}.txt`,
  );
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.stringMatching(/^[a-z0-9_.[\]"]{1,200}$/),
  fc.constantFrom(
    "\u001b[2J\u001b[31mred",
    "漢字".repeat(60),
    "👨‍👩‍👧‍👦".repeat(20),
    "a\nb\tc\rd",
    "\u202etxt.exe",
    "",
  ),
);

test("no line is wider than the terminal and no control character gets through", () => {
  fc.assert(
    fc.property(hostile, hostile, fc.integer({ min: 40, max: 160 }), (name, words, width) => {
      const text = renderTable(
        aReport({
          outcomes: [anOutcome({ address: name, from: words, to: name, unknowns: [words] })],
          abstentions: [{ rule: words, resourceId: name, address: null, reason: words }],
          diagnostics: [{ severity: "error", code: "x", summary: words, detail: name, address: name }],
        }),
        { width, colour: false },
      );
      for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      // oxlint-disable-next-line no-control-regex -- the rule is about them
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }),
  );
});

test("colour adds codes and nothing else", () => {
  const plain = renderTable(report, { width: 100, colour: false });
  const coloured = renderTable(report, { width: 100, colour: true });
  expect(coloured).not.toBe(plain);
  // oxlint-disable-next-line no-control-regex -- ANSI codes are what is taken away
  const bare = coloured.replace(/\u001b\[\d+m/g, "");
  const trimmed = bare.split("\n").map((line) => line.trimEnd());
  expect(trimmed.join("\n")).toBe(plain);
});

test.each([0, -5, Number.NaN, 1e9])("an impossible width of %d still gives a page", (width) => {
  const lines = renderTable(report, { width, colour: false }).split("\n");
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(160);
});

test("a long address loses its middle, not its ends", () => {
  expect(fitColumns('module.workers["eu"].aws_instance.node["a"]', 20)).toBe(
    'module.wor….node["a"]'.slice(0, 10) + "…" + '.node["a"]'.slice(-9),
  );
  expect(fitColumns("short", 20)).toBe("short");
  expect(wrapColumns("one twothree four", 5)).toEqual(["one", "twoth", "ree", "four"]);
});

test("a figure and its per cent sign stay on one line", () => {
  expect(wrapColumns("about 81 % of it", 8)).toEqual(["about", "81 % of", "it"]);
});

test("a long text is cut after its last whole line, and says so", () => {
  expect(wrapColumns("one two three four", 9, 2)).toEqual(["one two", "three …"]);
  expect(wrapColumns("one two three", 9, 2)).toEqual(["one two", "three"]);
  expect(wrapColumns("onetwothree four", 5, 1)).toEqual(["one …"]);
  for (const line of wrapColumns("漢字 漢字漢字 漢字", 7, 1))
    expect(stringWidth(line)).toBeLessThanOrEqual(7);
});

test("a reason that names its resource is not headed by the name again", () => {
  const refused = (reason: string) =>
    renderTable(
      aReport({ outcomes: [anOutcome({ address: "aws_x.y" }, { status: "not-applicable", reason })] }),
      {
        width: 100,
        colour: false,
      },
    );
  expect(refused("aws_x.y.size cannot be traced")).toContain("\n  aws_x.y.size cannot be traced\n");
  expect(refused("cannot be traced")).not.toContain("Needed");
  expect(refused("cannot be traced")).toContain("\n  aws_x.y: cannot be traced\n");
});

test("a row says what commitments leave of its saving", () => {
  const saving = { list: decimal("9"), net: decimal("0"), currency: "USD", realised: "on-merge" } as const;
  const text = (net: typeof saving.net | null) =>
    renderTable(aReport({ outcomes: [anOutcome({ monthlySavings: { ...saving, net } })] }), {
      width: 160,
      colour: false,
    });
  expect(text(decimal("0"))).toContain(" · $0.00 after commitments · ");
  expect(text(null)).toContain(" · after commitments unknown · ");
  expect(text(decimal("9"))).not.toContain("commitments ·");
});

test("notes and lists keep to two lines an entry, five entries a list, and say the same thing once", () => {
  const long = Array.from({ length: 200 }, (_, index) => `aws_x.attribute_${index}`).join(", ");
  const names = Array.from({ length: 9 }, (_, index) => `aws_instance.n[${index}]`);
  const text = renderTable(
    aReport({
      outcomes: names.map((address) =>
        anOutcome({
          id: address,
          resourceId: address,
          address,
          unknowns: ["operating system", `own ${address}`],
        }),
      ),
      abstentions: [
        ...names.map((name) => ({
          rule: "ec2-idle",
          resourceId: name,
          address: name,
          reason: "it is not idle",
        })),
        ...["a", "b"].map((rule) => ({ rule, resourceId: "i-1", address: null, reason: `reason ${rule}` })),
      ],
      plan: { providers: "real", terraformVersion: "1.2.3", changes: [], notes: [long] },
    }),
    { width: 100, colour: false },
  );
  expect(text).toContain("  9 × operating system\n");
  expect(text).toContain("No recommendation (1)\n  i-1: reason a; reason b\n");
  expect(text).toContain("… and 5 more in the JSON report");
  const note = text.split("\n").filter((line) => line.includes("aws_x.attribute"));
  expect(note).toHaveLength(2);
  expect(note[1]).toMatch(/ …$/);
});
