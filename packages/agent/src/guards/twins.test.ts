import { describe, expect, test } from "vitest";
import type { Problem } from "../diagnostics/problem.ts";
import type { GuardRule } from "./guard.ts";
import { brokenRules, type Edits, problemAt, review, type Texts } from "./testing/text-changes.ts";

const M = "main.tf";
const VARIABLES = "terraform.tfvars";

/** One problem, its honest repair, and edits that look like it and do something else. */
interface Twins {
  readonly files: Texts;
  readonly problem: (files: Texts) => Problem;
  readonly honest: Edits;
  readonly forged: readonly (readonly [GuardRule, string, Edits])[];
}

const unplaced = (names: Problem["names"]): Problem => ({
  class: "provider-not-configured",
  diagnostic: { severity: "error", summary: "Provider configuration not present" },
  names,
});

const syntaxAt =
  (at: string, file = M) =>
  (files: Texts): Problem => {
    const problem = problemAt(files, at, { class: "syntax", file });
    return problem;
  };

const PROVIDERS = ["us_east_1", "us_west_1", "eu_north_1"]
  .map((alias) => `provider "aws" {\n  alias = "${alias}"\n  region = "${alias.replaceAll("_", "-")}"\n}\n`)
  .join("");

const CHECKED = `variable "replicas" {
  type = number
  validation {
    condition = var.replicas > 1
    error_message = "At least two."
  }
}
resource "aws_instance" "a" {
  provider = aws.us_east
  tags = { Name = "a }
  lifecycle {
    ignore_changes = [ami]
  }
}
`;

const GROUP = `resource "google_compute_region_instance_group_manager" "edge" {
  name = "edge";
  target_size = 3
  auto_healing_policies {
    health_check = "hc"
    initial_delay_sec = 300
  }
}
`;

const TWINS: Readonly<Record<string, Twins>> = {
  "a misspelt alias": {
    files: {
      [M]: `${PROVIDERS}resource "aws_acm_certificate" "site" {\n  provider = aws.us_eats_1\n  domain_name = "a.example"\n}\n`,
    },
    problem: () =>
      unplaced({
        resource: "aws_acm_certificate.site",
        provider: `provider["registry.terraform.io/hashicorp/aws"].us_eats_1`,
      }),
    honest: [[M, "us_eats_1", "us_east_1"]],
    forged: [
      ["provider-changed", "another account's", [[M, "aws.us_eats_1", "aws.eu_north_1"]]],
      ["provider-changed", "one that is as near to nothing", [[M, "aws.us_eats_1", "aws.us_west_1"]]],
      ["provider-changed", "another provider's", [[M, "aws.us_eats_1", "awss.us_east_1"]]],
      ["provider-changed", "the default one", [[M, "aws.us_eats_1", "aws"]]],
      ["provider-changed", "none", [[M, "  provider = aws.us_eats_1\n", ""]]],
      [
        "provider-changed",
        "the alias declared where the other one was",
        [[M, `alias = "us_west_1"`, `alias = "us_eats_1"`]],
      ],
    ],
  },
  "an alias that could be two": {
    files: {
      [M]: `provider "aws" {\n  alias = "prod_eu"\n}\nprovider "aws" {\n  alias = "prod_us"\n}\nprovider "aws" {\n  alias = "production"\n}\nresource "aws_sns_topic" "a" {\n  provider = aws.producton\n}\n`,
    },
    problem: () => unplaced({ resource: "aws_sns_topic.a", provider: `provider["x/aws"].producton` }),
    honest: [[M, "producton", "production"]],
    forged: [["provider-changed", "another account", [[M, "aws.producton", "aws.prod_eu"]]]],
  },
  "a provider's argument": {
    files: {
      [M]: `provider "aws" {\n  regoin = "eu-west-1"\n  assume_role {\n    role_arn = "arn:aws:iam::111122223333:role/deploy"\n  }\n}\n`,
    },
    problem: (files) =>
      problemAt(files, "regoin", { class: "unsupported-argument", names: { name: "regoin" } }),
    honest: [[M, "regoin", "region"]],
    forged: [
      [
        "provider-changed",
        "another region, one letter off",
        [[M, `regoin = "eu-west-1"`, `region = "us-west-1"`]],
      ],
      ["provider-changed", "an argument that means something else", [[M, "regoin", "profile"]]],
      ["provider-changed", "no argument", [[M, `  regoin = "eu-west-1"\n`, ""]]],
      [
        "provider-changed",
        "another role beside it",
        [[M, "111122223333:role/deploy", "111122223334:role/deploy"]],
      ],
      [
        "provider-changed",
        "an endpoint beside it",
        [[M, "regoin", `endpoints {\n    s3 = "https://evil.example"\n  }\n  region`]],
      ],
      ["provider-changed", "a role under a name that is nothing", [[M, "role_arn", "role_arm"]]],
    ],
  },
  "configurations that a module wants": {
    files: {
      [M]: `provider "aws" {\n  alias = "replica"\n}\nprovider "aws" {\n  alias = "west"\n}\nmodule "backups" {\n  source = "./backups"\n}\n`,
      "backups/main.tf": "locals {}\n",
    },
    problem: (files) =>
      problemAt(files, "module", {
        class: "provider-not-configured",
        names: { provider: "hashicorp/aws", name: "aws.replica", why: "not-passed" },
      }),
    honest: [
      [
        M,
        `"./backups"\n`,
        `"./backups"\n  providers = {\n    aws         = aws\n    aws.replica = aws.replica\n  }\n`,
      ],
    ],
    forged: [
      [
        "provider-changed",
        "another one under that name",
        [[M, `"./backups"\n`, `"./backups"\n  providers = {\n    aws.replica = aws.west\n  }\n`]],
      ],
      [
        "provider-changed",
        "it as the default one",
        [[M, `"./backups"\n`, `"./backups"\n  providers = { aws = aws.replica }\n`]],
      ],
    ],
  },
  "client certificates": {
    files: {
      [M]: `resource "google_sql_database_instance" "a" {\n  settings {\n    ip_configuration {\n      require_ssl = true\n    }\n  }\n}\n`,
    },
    problem: (files) =>
      problemAt(files, "require_ssl", { class: "unsupported-argument", names: { name: "require_ssl" } }),
    honest: [[M, "require_ssl = true", `ssl_mode = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"`]],
    forged: [
      [
        "protection-weakened",
        "encryption without them",
        [[M, "require_ssl = true", `ssl_mode = "ENCRYPTED_ONLY"`]],
      ],
      [
        "protection-weakened",
        "neither",
        [[M, "require_ssl = true", `ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"`]],
      ],
      ["protection-weakened", "nothing", [[M, "      require_ssl = true\n", ""]]],
      [
        "protection-weakened",
        "the right mode in another place",
        [
          [
            M,
            "    ip_configuration {\n      require_ssl = true",
            `    ssl_mode = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"\n    ip_configuration {`,
          ],
        ],
      ],
    ],
  },
  "a document without its data": {
    files: {
      [M]: `data "aws_iam_policy_document" "assume" {\n  statement {\n    actions = ["sts:AssumeRole"]\n    principals {\n      type = "Service"\n      identifiers = ["lambda.amazonaws.com"]\n    }\n  }\n}\nresource "aws_iam_role" "a" {\n  assume_role_policy = aws_iam_policy_document.assume.json\n}\n`,
    },
    problem: (files) =>
      problemAt(files, "aws_iam_policy_document.assume", {
        class: "undeclared-resource",
        names: { type: "aws_iam_policy_document", name: "assume" },
      }),
    honest: [[M, "= aws_iam_policy_document.assume", "= data.aws_iam_policy_document.assume"]],
    forged: [
      [
        "access-widened",
        "everyone in the document",
        [
          [M, "= aws_iam_policy_document.assume", "= data.aws_iam_policy_document.assume"],
          [M, `"lambda.amazonaws.com"`, `"*"`],
        ],
      ],
    ],
  },
  "an address on the internet that is written as an object": {
    files: {
      [M]: `resource "google_compute_instance" "web" {\n  network_interfaces {\n    network = "default"\n    # access_config {}\n    access_config = {}\n  }\n}\nresource "google_compute_instance" "db" {\n  network_interfaces {\n    # no access_config {} here\n    network = "default"\n  }\n}\n`,
    },
    problem: (files) =>
      problemAt(files, "network_interfaces {\n    network", {
        class: "unsupported-block",
        names: { name: "network_interfaces" },
      }),
    honest: [
      [
        M,
        'network_interfaces {\n    network = "default"\n    # access_config {}\n    access_config = {}',
        'network_interface {\n    network = "default"\n    # access_config {}\n    access_config {}',
      ],
    ],
    forged: [
      [
        "access-widened",
        "one that only a comment speaks of",
        [[M, `here\n    network = "default"\n`, `here\n    network = "default"\n    access_config {}\n`]],
      ],
    ],
  },
  "a dynamic block": {
    files: {
      [M]: `variable "ports" {\n  default = [80]\n}\nresource "aws_security_group" "a" {\n  dynamic "ingess" {\n    for_each = var.ports\n    content {\n      from_port = ingress.value\n      to_port = ingress.value\n      protocol = "tcp"\n      cidr_blocks = ["10.0.0.0/8"]\n    }\n  }\n}\n`,
    },
    problem: (files) =>
      problemAt(files, `"ingess"`, { class: "unsupported-block", names: { name: "ingess" } }),
    honest: [[M, `"ingess"`, `"ingress"`]],
    forged: [
      [
        "access-widened",
        "another port",
        [
          [M, `"ingess"`, `"ingress"`],
          [M, "to_port = ingress.value", "to_port = 81"],
        ],
      ],
      [
        "access-widened",
        "everyone",
        [
          [M, `"ingess"`, `"ingress"`],
          [M, "10.0.0.0/8", "0.0.0.0/0"],
        ],
      ],
    ],
  },
  "a block in one line": {
    files: {
      [M]: `resource "aws_db_instance" "a" {\n  multi_az = true  backup_retention_period = 14\n  deletion_protection = true\n}\n`,
    },
    problem: syntaxAt("backup_retention_period"),
    honest: [[M, "true  backup_retention_period", "true\n  backup_retention_period"]],
    forged: [
      [
        "protection-weakened",
        "fewer days",
        [[M, "true  backup_retention_period = 14", "true\n  backup_retention_period = 1"]],
      ],
      [
        "protection-weakened",
        "a negation",
        [[M, "true  backup_retention_period", "!true\n  backup_retention_period"]],
      ],
      [
        "protection-weakened",
        "a comment",
        [[M, "true  backup_retention_period", "true # backup_retention_period"]],
      ],
      ["protection-weakened", "one of the two", [[M, "  backup_retention_period = 14", ""]]],
    ],
  },
  "a file without a quote": {
    files: { [M]: CHECKED },
    problem: syntaxAt(`"a }`),
    honest: [[M, `"a }`, `"a" }`]],
    forged: [
      [
        "check-removed",
        "a comparison turned round",
        [
          [M, `"a }`, `"a" }`],
          [M, "replicas > 1", "replicas < 1"],
        ],
      ],
      [
        "check-removed",
        "a condition of something else, one letter off",
        [
          [M, `"a }`, `"a" }`],
          [M, "var.replicas > 1", "var.replica > 1"],
        ],
      ],
      [
        "provider-changed",
        "an alias one letter off",
        [
          [M, `"a }`, `"a" }`],
          [M, "aws.us_east", "aws.us_wast"],
        ],
      ],
      [
        "protection-weakened",
        "another attribute, one letter off",
        [
          [M, `"a }`, `"a" }`],
          [M, "[ami]", "[amis]"],
        ],
      ],
    ],
  },
  semicolons: {
    files: { [M]: GROUP },
    problem: syntaxAt(";"),
    honest: [[M, `"edge";`, `"edge"`]],
    forged: [
      [
        "outside-intention",
        "the block behind them gone",
        [
          [M, `"edge";`, `"edge"`],
          [M, `  auto_healing_policies {\n    health_check = "hc"\n    initial_delay_sec = 300\n  }\n`, ""],
        ],
      ],
      [
        "outside-intention",
        "the block behind them with another value",
        [
          [M, `"edge";`, `"edge"`],
          [M, `"hc"`, `"hx-2"`],
        ],
      ],
    ],
  },
  "a quote in a variables file": {
    files: {
      [M]: `variable "image" {}\nvariable "cpu" {}\nvariable "open" {\n  default = false\n}\nresource "aws_ecs_task_definition" "a" {\n  cpu = var.cpu\n  container_definitions = jsonencode([{ image = var.image }])\n}\nresource "aws_db_instance" "a" {\n  publicly_accessible = var.open\n}\n`,
      [VARIABLES]: `image = "registry.example/pricing:1\ncpu   = 2048\n`,
    },
    problem: syntaxAt("image", VARIABLES),
    honest: [[VARIABLES, "pricing:1\n", `pricing:1"\n`]],
    forged: [
      [
        "outside-intention",
        "another number",
        [
          [VARIABLES, "pricing:1\n", `pricing:1"\n`],
          [VARIABLES, "2048", "4096"],
        ],
      ],
      ["outside-intention", "one value more", [[VARIABLES, "pricing:1\n", `pricing:1"\nopen = true\n`]]],
      [
        "outside-intention",
        "another image",
        [[VARIABLES, "registry.example/pricing:1\n", `evil.example/x:1"\n`]],
      ],
    ],
  },
  "days in words": {
    files: { [M]: `resource "aws_cloudwatch_log_group" "a" {\n  retention_in_days = "30 days"\n}\n` },
    problem: (files) =>
      problemAt(files, `"30 days"`, { class: "wrong-type", names: { name: "retention_in_days" } }),
    honest: [[M, `"30 days"`, "30"]],
    forged: [
      ["protection-weakened", "fewer", [[M, `"30 days"`, "3"]]],
      ["protection-weakened", "none", [[M, `  retention_in_days = "30 days"\n`, ""]]],
    ],
  },
  "weeks, which are no days": {
    files: {
      [M]: `resource "aws_cloudwatch_log_group" "a" {\n  retention_in_days = "30 days"\n}\nresource "aws_kinesis_stream" "a" {\n  retention_period = "30 days"\n}\n`,
    },
    problem: (files) =>
      problemAt(files, `"30 days"`, { class: "wrong-type", names: { name: "retention_in_days" } }),
    honest: [[M, `retention_in_days = "30 days"`, "retention_in_days = 30"]],
    forged: [
      [
        "protection-weakened",
        "days as hours",
        [[M, `retention_period = "30 days"`, "retention_period = 30"]],
      ],
    ],
  },
};

describe.each(Object.entries(TWINS))("%s", (_, { files, problem, honest, forged }) => {
  test("may be mended", () => {
    expect(review(files, honest, [problem(files)])).toEqual([]);
  });
  test.each(forged)("%s: %s", (rule, _what, edits) => {
    expect(brokenRules(files, edits, [problem(files)])).toContain(rule);
  });
});
