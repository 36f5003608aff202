import { decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { aValidation } from "../validation/testing.ts";
import { reportedValidation } from "../validation/reported-validation.ts";
import type { EstimateReport } from "./estimate-report.ts";
import { renderEstimateMarkdown } from "./render-estimate.ts";
import type { EstimateFlavour } from "./markdown-flavour.ts";
import { anEstimateOf, differenceOf, hours, project, resource } from "./testing.ts";

function comment(changes: Partial<EstimateReport>, flavour: EstimateFlavour = "github"): string {
  return renderEstimateMarkdown(anEstimateOf(changes), {
    flavour,
    tag: "",
    validAt: "2026-11-22T10:00:00Z",
  });
}

/** The comment's sentence. */
function sentenceOf(...resources: readonly ReturnType<typeof resource>[]): string {
  return /^### Apex: (.*)$/m.exec(comment({ projects: [project(resources)] }))?.[1] ?? "";
}

/** The cells of the table's rows, without its head. */
function rowsOf(changes: Partial<EstimateReport>): string[][] {
  const lines = comment(changes, "plain").split("\n");
  const table = lines.slice(lines.findIndex((line) => line.startsWith("| ---")) + 1);
  const rows = table.slice(0, table.indexOf(""));
  return rows.map((line) => line.slice(2, -2).split(" | "));
}

const same = resource("a.same", { before: "10", after: "10" });

test.each([
  [
    [resource("a.b", { before: "70.08", after: "111.28" }), same],
    "adds $41.20 a month ($494 a year): 1 of 2 resources changes",
  ],
  [
    [resource("a.b", { before: "400", after: "87.6" }), resource("a.c", { after: "1" }), same],
    "saves $311.40 a month ($3,737 a year): 2 of 3 resources change",
  ],
  [[resource("a.b", { after: "2500.5" })], "adds $2,500 a month ($30,006 a year): 1 of 1 resource changes"],
  [[resource("a.b", { after: "0.004" })], "adds $0.0040 a month ($0.05 a year): 1 of 1 resource changes"],
  [[same], "no change in cost: none of 1 resource changes"],
  [
    [resource("a.b", { after: "5" }), resource("a.c", { after: null })],
    "adds at least $5.00 a month ($60 a year): 2 of 2 resources change, 1 of them not or only partly priced",
  ],
  [
    [resource("a.b", { before: "5" }), resource("a.c", { after: null })],
    "saves at most $5.00 a month ($60 a year): 2 of 2 resources change, 1 of them not or only partly priced",
  ],
  [
    [resource("a.b", { before: "5" }), resource("a.c", { before: null })],
    "saves at least $5.00 a month ($60 a year): 2 of 2 resources change, 1 of them not or only partly priced",
  ],
  [
    [resource("a.b", { after: "5" }), resource("a.c", { before: "0", after: null })],
    "the change in cost is unknown: what has a price adds $5.00 a month ($60 a year): 2 of 2 resources change, 1 of them not or only partly priced",
  ],
  [
    [resource("a.c", { after: null })],
    "costs no less than before (what comes or grows has no price): 1 of 1 resource changes, 1 of them not or only partly priced",
  ],
] as const)(
  "one sentence says what it does to the cost, and how sure that is (%#)",
  (resources, expected) => {
    expect(sentenceOf(...resources)).toBe(expected);
  },
);

describe("the table", () => {
  test.each([
    ["whole dollars where they tell enough", "70", "140", ["$70", "$140", "+$70"]],
    ["cents below ten dollars", "7", "140", ["$7.00", "$140.00", "+$133.00"]],
    ["cents where the sides would look equal", "70.2", "70.4", ["$70.20", "$70.40", "+$0.20"]],
    ["cents where the difference would look wrong", "10.4", "21.5", ["$10.40", "$21.50", "+$11.10"]],
    ["more digits where cents would look equal", "3.001", "3.002", ["$3.001", "$3.002", "+$0.0010"]],
  ])("shows %s", (_name, before, after, expected) => {
    const [row = []] = rowsOf({ projects: [project([resource("a.b", { before, after })])] });
    expect(row.slice(2)).toEqual(expected);
  });

  test("never shows what is unknown as nothing, nor a side that is not there as free", () => {
    const rows = rowsOf({
      projects: [
        project([
          resource("a.gone", { before: "50" }),
          resource("a.odd", { before: "20", after: null }),
          resource("a.part", { after: "30", unpriced: "its disk" }, { mayBeMore: true }),
        ]),
      ],
    });
    expect(rows.map((row) => row.slice(2))).toEqual([
      ["$50", "—", "−$50"],
      ["—", "at least $30", "at least +$30"],
      ["$20", "unknown", "unknown"],
      ["**$70**", "**at least $30**", "**unknown**"],
    ]);
  });

  test("has the biggest first, those alike as one, and the rest as one row", () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      resource(`aws_instance.n${index}`, { after: String(100 + index) }),
    );
    const alike = ["a", "b", "c"].map((key) =>
      resource(`module.m["${key}"].aws_instance.web[0]`, { before: "100", after: "400" }),
    );
    const quiet = resource("a.free", { before: "0", after: "0" }, { kind: "changed" });
    const changes = { projects: [project([...many, ...alike, quiet, resource("a.odd", { after: null })])] };
    const rows = rowsOf(changes);
    expect(rows).toHaveLength(22);
    expect(rows[0]?.[0]).toBe("module.m&#91;&#42;&#93;.aws_instance.web&#91;&#42;&#93; × 3");
    expect(rows[0]?.slice(2)).toEqual(["$300", "$1,200", "+$900"]);
    expect(rows[1]?.[0]).toBe("aws_instance.n24");
    expect(rows[20]).toEqual(["… and 7 more, 1 not priced", "", "", "", "at least +$615"]);
    expect(comment(changes)).toContain("\n1 more resource changes at the same cost.\n");
  });

  test("names the configuration where there are several, and adds no currencies", () => {
    const euro = [resource("a.c", { after: "50" })];
    const rows = rowsOf({
      projects: [
        project([resource("a.b", { after: "5" })], { varFiles: ["envs/prod/big.tfvars"] }),
        project(euro, { directory: ".", difference: differenceOf(euro, { currency: "EUR" }) }),
      ],
    });
    expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([
      ["repository root", "+50 EUR"],
      ["envs/prod with big.tfvars", "+$5.00"],
      ["", "**unknown**"],
    ]);
  });

  test("says what is added, replaced or moved", () => {
    const web = { path: "instance_type", from: null, to: "m5.large" };
    const rows = rowsOf({
      projects: [
        project([
          resource("a.new", { after: "90" }),
          resource("a.b", { before: "50", after: "70" }, { kind: "replaced", attributes: [web, web, web] }),
          resource("a.c", { before: "50", after: "60" }, { previousAddress: "a.old", attributes: [web] }),
        ]),
      ],
    });
    expect(rows.map((row) => row[1])).toEqual([
      "added: Instance usage (90)",
      "replaced: instance_type not set → m5.large, instance_type not set → m5.large, 1 more",
      "instance_type not set → m5.large, moved from a.old",
      "",
    ]);
  });
});

test("a configuration that cannot be planned is told with the reason, and the rest is estimated", () => {
  const error = {
    severity: "error",
    summary: "Unsupported argument",
    detail: "Remove it",
    file: "envs/test/main.tf",
    line: 3,
  } as const;
  const failed = project(null, { directory: "envs/test", problems: [error, error, error, error] });
  const one = comment({ projects: [failed] });
  expect(one).toContain("### Apex: the change in cost is unknown: the configuration could not be planned\n");
  expect(one).toContain("  - Unsupported argument (<code>envs/test/main.tf&#58;3</code>): Remove it\n");
  expect(one).toContain("  - and 1 more message\n");
  const both = comment({ projects: [project([resource("a.b", { after: "5" })]), failed] });
  expect(both).toContain(
    "### Apex: adds $5.00 a month ($60 a year): 1 of 1 resource changes; 1 of 2 configurations could not be planned\n",
  );
  expect(both).toContain("**unknown**");
  const many = comment({ projects: Array.from({ length: 9 }, () => failed) });
  expect(many).toContain("all 9 configurations could not be planned");
  expect(many.match(/Unsupported argument/g)).toHaveLength(15);
  expect(many).toContain("- and 4 more configurations");
});

test("at most five recommendations are listed, those that save most", () => {
  const missed = Array.from({ length: 7 }, (_, index) => ({
    address: `a.n${index}`,
    directory: "envs/prod",
    change: "m5.large → m5.medium",
    summary: "Never busy",
    monthlySavings: decimal(index),
    currency: "USD",
  }));
  const markdown = comment({ missed });
  expect([...markdown.matchAll(/saves \$(\d)/g)].map(([, amount]) => amount)).toEqual([
    "6",
    "5",
    "4",
    "3",
    "2",
  ]);
  expect(markdown).toContain("- and 1 more\n");
});

test("line items show both sides with quantity and unit price, and use at its unit price", () => {
  const data = hours("Data processed", "0", {
    unit: "GB",
    quantity: null,
    monthlyCost: null,
    unitPrice: decimal("0.045"),
    usageBased: true,
  });
  const nat = resource(
    "aws_nat_gateway.a",
    { before: "32.85", after: "65.7" },
    {
      lineItems: [
        {
          kind: "changed",
          before: hours("NAT gateway", "32.85"),
          after: hours("NAT gateway", "65.7", { quantity: decimal("1460") }),
          delta: decimal("32.85"),
        },
        { kind: "same", before: data, after: data, delta: null },
      ],
    },
  );
  const lines = comment({ projects: [project([nat, resource("a.odd", { after: null })])] }).split("\n");
  const start = lines.indexOf("```diff");
  expect(lines.slice(start + 1, lines.indexOf("```", start))).toEqual([
    "@@ aws_nat_gateway.a (changed) @@",
    "-   NAT gateway     730 hours × $0.096    $32.85",
    "+   NAT gateway     1,460 hours × $0.096  $65.70",
    "    Data processed  $0.045 per GB         by use",
    "@@ a.odd (added) @@",
    "!   not priced: no price for this machine type",
  ]);
});

test("a fork's estimate says whose it is", () => {
  const options = { flavour: "github", tag: "", validAt: "2026-11-22T10:00:00Z" } as const;
  expect(renderEstimateMarkdown(anEstimateOf(), { ...options, isFromFork: true })).toContain(
    "estimated by the fork's own workflow run, which its author controls",
  );
  expect(renderEstimateMarkdown(anEstimateOf(), options)).not.toContain("fork");
});

describe.each(["github", "gitlab", "plain"] as const)("for %s", (flavour) => {
  const changes = {
    projects: [
      project(
        [
          resource(
            'aws_instance.web["a"]',
            { before: "70.08", after: "111.28" },
            {
              attributes: [{ path: "instance_type", from: "m5.large", to: "(known after apply)" }],
            },
          ),
          resource("aws_instance.odd", { after: null }),
        ],
        { notes: ["Replacement is not checked by the stand-in"] },
      ),
    ],
    usageFile: "infracost-usage.yml",
    validation: [reportedValidation(aValidation())],
  };

  test("the comment is the golden one", async () => {
    await expect(comment(changes, flavour)).toMatchFileSnapshot(`../../golden/estimate-${flavour}.txt`);
  });

  test("the plot is drawn where the host draws it", () => {
    const markdown = comment(changes, flavour);
    expect(markdown.includes("```mermaid")).toBe(flavour !== "plain");
    expect(markdown.includes("| Latency | p50 | p90 | p95 | p99 |")).toBe(flavour === "plain");
    expect(/<[a-z]/.test(markdown)).toBe(flavour !== "plain");
  });
});
