import { type GuardRule, type PlanFacts, planFacts, reviewPlan, type Violation } from "@apex/agent";
import { beforeAll, describe, expect, test } from "vitest";
import { diagnose, type Files, worldOf } from "./diagnose.ts";

/** A resource instance of a state, with what its provider would tell of it. */
function stateText(
  instances: readonly (readonly [type: string, name: string, attributes: object, key?: number])[],
): string {
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "guards",
    outputs: {},
    resources: instances.map(([type, name, attributes, key]) => ({
      mode: "managed",
      type,
      name,
      provider: `provider["registry.terraform.io/hashicorp/aws"]`,
      instances: [{ schema_version: 0, attributes, ...(key === undefined ? {} : { index_key: key }) }],
    })),
  });
}

async function planned(files: Files, state?: string): Promise<PlanFacts> {
  const { plan, diagnostics } = await diagnose(files, state);
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return planFacts(plan);
}

/** Rules by address. */
function byAddress(violations: readonly Violation[]): Readonly<Record<string, readonly GuardRule[]>> {
  return Object.fromEntries(
    [...Map.groupBy(violations, ({ address }) => address ?? "")].map(([address, found]) => [
      address,
      [...new Set(found.map(({ rule }) => rule))].toSorted(),
    ]),
  );
}

function group(name: string, rule: string): string {
  return `resource "aws_security_group" "${name}" {\n  ingress {\n${rule}\n  }\n}\n`;
}

const SSH = `from_port = 22\nto_port = 22\nprotocol = "tcp"\n`;

/** By resource name: how it was written, and as what it is planned. */
const WIDENED: Readonly<Record<string, readonly [string, string]>> = {
  everyone: [
    group("everyone", `${SSH}cidr_blocks = ["10.0.0.0/8"]`),
    group("everyone", `${SSH}cidr_blocks = ["0.0.0.0/0"]`),
  ],
  halves: [
    group("halves", `${SSH}cidr_blocks = ["10.0.0.0/8"]`),
    group("halves", `${SSH}cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]`),
  ],
  ports: [
    group("ports", `${SSH}cidr_blocks = ["10.0.0.0/8"]`),
    group("ports", `from_port = 0\nto_port = 65535\nprotocol = "tcp"\ncidr_blocks = ["10.0.0.0/8"]`),
  ],
  six: [
    group("six", `${SSH}cidr_blocks = ["0.0.0.0/0"]`),
    group("six", `${SSH}cidr_blocks = ["0.0.0.0/0"]\nipv6_cidr_blocks = ["::/0"]`),
  ],
  swapped: [
    `${group("swapped", `${SSH}cidr_blocks = ["10.0.0.0/8"]`).trimEnd().slice(0, -1)}  egress {\nfrom_port = 0\nto_port = 0\nprotocol = "-1"\ncidr_blocks = ["0.0.0.0/0"]\n}\n}\n`,
    `${group("swapped", `from_port = 0\nto_port = 0\nprotocol = "-1"\ncidr_blocks = ["0.0.0.0/0"]`).trimEnd().slice(0, -1)}  egress {\n${SSH}cidr_blocks = ["10.0.0.0/8"]\n}\n}\n`,
  ],
  action: [
    policy("action", `Action = "s3:GetObject", Resource = "*"`),
    policy("action", `Action = "s3:*", Resource = "*"`),
  ],
  denial: [
    policy(
      "denial",
      `Action = "s3:*", Resource = "*" }, { Effect = "Deny", Action = "s3:DeleteObject", Resource = "*"`,
    ),
    policy("denial", `Action = "s3:*", Resource = "*"`),
  ],
  condition: [
    policy(
      "condition",
      `Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }`,
    ),
    policy("condition", `Action = "s3:*", Resource = "*"`),
  ],
  other: [
    policy("other", `Action = "s3:*", Resource = "*"`),
    policy("other", `NotAction = "iam:*", Resource = "*"`),
  ],
};

function policy(name: string, statement: string): string {
  return `resource "aws_iam_role_policy" "${name}" {\n  role = "r"\n  policy = jsonencode({ Statement = [{ Effect = "Allow", ${statement} }] })\n}\n`;
}

/** The twins that must pass. */
const NARROWED: Readonly<Record<string, readonly [string, string]>> = {
  fewer: [
    group("fewer", `${SSH}cidr_blocks = ["10.0.0.0/8"]`),
    group("fewer", `${SSH}cidr_blocks = ["10.1.0.0/16"]`),
  ],
  same: [
    group("same", `${SSH}cidr_blocks = ["0.0.0.0/0"]`),
    group("same", `${SSH}cidr_blocks = ["0.0.0.0/0"]`),
  ],
  misspelt: [
    group("misspelt", `${SSH}cidr_bloks = ["192.0.2.0/24"]`),
    group("misspelt", `${SSH}cidr_blocks = ["192.0.2.0/24"]`),
  ],
  describe: [
    policy("describe", `Action = "ec2:*", Resource = "*"`),
    policy("describe", `Action = "ec2:Describe*", Resource = "*"`),
  ],
  listed: [
    policy("listed", `Action = ["s3:*"], Resource = ["*"]`),
    policy("listed", `Action = "s3:Get*", Resource = "arn:aws:s3:::a/*"`),
  ],
};

describe("without a plan before the edit, what is planned is held against what the files show", () => {
  const all = { ...WIDENED, ...NARROWED };
  let found: Readonly<Record<string, readonly GuardRule[]>> = {};
  beforeAll(async () => {
    const [before, after] = [0, 1].map((at) => ({
      "main.tf": Object.values(all)
        .map((texts) => texts[at])
        .join(""),
    }));
    const { world } = { world: await worldOf(before ?? {}) };
    const plan = await planned(after ?? {});
    found = byAddress(reviewPlan({ baseline: null, plan, original: world.configuration }));
  });

  const addressOf = (name: string, [text]: readonly [string, string]): string =>
    `${/"(aws_\w+)"/.exec(text)?.[1]}.${name}`;

  test.each(Object.entries(WIDENED))("%s is wider", (name, texts) => {
    expect(found[addressOf(name, texts)]).toEqual(["access-widened"]);
  });

  test.each(Object.entries(NARROWED))("%s is not wider", (name, texts) => {
    expect(found[addressOf(name, texts)]).toBeUndefined();
  });
});

describe("of what exists, nothing is destroyed", () => {
  const BEFORE: Files = {
    "main.tf": `
resource "aws_db_instance" "kept" {
  identifier     = "kept"
  instance_class = "db.t3.small"
  engine         = "postgres"
}
resource "aws_db_instance" "moved" {
  identifier     = "moved"
  instance_class = "db.t3.small"
}
resource "aws_s3_bucket" "gone" {
  bucket = "gone"
}
resource "aws_sqs_queue" "safe" {
  name = "safe"
  lifecycle {
    prevent_destroy = true
  }
}
resource "aws_cloudwatch_metric_alarm" "dropped" {
  alarm_name          = "dropped"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
}
resource "aws_iam_user" "many" {
  count = 2
  name  = "many-\${count.index}"
}
resource "aws_iam_user" "forgotten" {
  name = "forgotten"
}
resource "aws_iam_group" "renamed" {
  name = "renamed"
}
`,
  };
  const STATE = stateText([
    [
      "aws_db_instance",
      "kept",
      { id: "kept", identifier: "kept", instance_class: "db.t3.small", engine: "postgres" },
    ],
    ["aws_db_instance", "moved", { id: "moved", identifier: "moved", instance_class: "db.t3.small" }],
    ["aws_s3_bucket", "gone", { id: "gone", bucket: "gone" }],
    ["aws_sqs_queue", "safe", { id: "safe", name: "safe" }],
    [
      "aws_cloudwatch_metric_alarm",
      "dropped",
      {
        id: "dropped",
        alarm_name: "dropped",
        comparison_operator: "GreaterThanThreshold",
        evaluation_periods: 1,
      },
    ],
    ["aws_iam_user", "forgotten", { id: "forgotten", name: "forgotten" }],
    ["aws_iam_group", "renamed", { id: "renamed", name: "renamed" }],
    ["aws_iam_user", "unwanted", { id: "unwanted", name: "unwanted" }],
  ]);
  const text = BEFORE["main.tf"] ?? "";
  const AFTER: Files = {
    "main.tf": [
      text
        .replace(/resource "aws_s3_bucket" "gone" \{[^]*?\n\}\n/, "")
        .replace(/resource "aws_sqs_queue" "safe" \{[^]*?\n\}\n/, "")
        .replace(/resource "aws_cloudwatch_metric_alarm" "dropped" \{[^]*?\n\}\n/, "")
        .replace(/resource "aws_iam_user" "forgotten" \{[^]*?\n\}\n/, "")
        .replace(`identifier     = "moved"`, `identifier     = "other"`)
        .replace(`"aws_iam_group" "renamed"`, `"aws_iam_group" "fresh"`)
        .replace('db.t3.small"\n  engine', 'db.t3.medium"\n  engine'),
      `removed {\n  from = aws_iam_user.forgotten\n  lifecycle {\n    destroy = false\n  }\n}\n`,
    ].join(""),
  };
  let before: PlanFacts = { resources: [] };
  let after: PlanFacts = { resources: [] };
  beforeAll(async () => {
    before = await planned(BEFORE, STATE);
    after = await planned(AFTER, STATE);
  });

  test("without a plan before the edit", async () => {
    const original = (await worldOf(BEFORE)).configuration;
    const found = byAddress(reviewPlan({ baseline: null, plan: after, original }));
    expect(found).toEqual({
      "aws_db_instance.moved": ["stateful-destroyed"],
      "aws_s3_bucket.gone": ["stateful-destroyed"],
      "aws_sqs_queue.safe": ["prevent-destroy", "stateful-destroyed"],
      "aws_cloudwatch_metric_alarm.dropped": ["resource-destroyed"],
      "aws_iam_user.forgotten": ["resource-destroyed"],
      "aws_iam_group.renamed": ["resource-destroyed"],
    });
  });

  test("with one, what it destroyed already is its owner's wish unless it holds data, and every other action is one too many", async () => {
    const original = (await worldOf(BEFORE)).configuration;
    expect(reviewPlan({ baseline: before, plan: before, original })).toEqual([]);
    const found = byAddress(reviewPlan({ baseline: before, plan: after, original }));
    expect(found["aws_iam_user.unwanted"]).toBeUndefined();
    expect(found["aws_db_instance.kept"]).toEqual(["outside-intention"]);
    expect(found["aws_iam_group.fresh"]).toEqual(["outside-intention"]);
    expect(found["aws_s3_bucket.gone"]).toEqual(["stateful-destroyed"]);
  });
});

test.each([
  ["a colon", 'role    = "roles/viewer"', 'role: "roles/viewer"'],
  [
    "a comma",
    "member  = data.google_storage_project_service_account.a.member",
    "member  = data.google_storage_project_service_account.a.member,",
  ],
  ["a missing brace", '"google_project_iam_member" "a" {', '"google_project_iam_member" "a"'],
])("%s hides nothing of what the original opens", async (_, right, wrong) => {
  const text = `data "google_storage_project_service_account" "a" {\n  project = "p"\n}\nresource "google_project_iam_member" "a" {\n  project = "p"\n  role    = "roles/viewer"\n  member  = data.google_storage_project_service_account.a.member\n}\n`;
  const { configuration: original } = await worldOf({ "main.tf": text.replace(right, wrong) });
  const plan = await planned({ "main.tf": text });
  expect(reviewPlan({ baseline: null, plan, original })).toEqual([]);
  const another = await planned({ "main.tf": text.replace("roles/viewer", "roles/storage.admin") });
  expect(byAddress(reviewPlan({ baseline: null, plan: another, original }))).toEqual({
    "google_project_iam_member.a": ["access-widened"],
  });
});

test("facts hold no values, and are the same for the same plan", async () => {
  const files: Files = {
    "main.tf": `resource "aws_db_instance" "a" {\n  instance_class = "db.t3.small"\n  password = "hunter2-hunter2"\n}\noutput "x" {\n  value = aws_db_instance.a.instance_class\n}\n`,
  };
  const [first, second] = [await planned(files), await planned(files)];
  expect(first).toEqual(second);
  expect(JSON.stringify(first)).not.toMatch(/hunter2|t3\.small/);
  expect(Object.keys(first.outputs ?? {})).toEqual(["x"]);
});
