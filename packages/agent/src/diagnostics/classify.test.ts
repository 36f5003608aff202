import type { TerraformDiagnostic } from "@apex/core";
import { type Configuration, readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { describe, expect, it } from "vitest";
import { classifyDiagnostics } from "./classify.ts";
import { type Problem, type ProblemClass } from "./problem.ts";

const parser = await loadHclParser();

function configure(files: Readonly<Record<string, string>>): Configuration {
  return readConfiguration(parser, { files: new Map(Object.entries(files)) });
}

function understand(summary: string, detail?: string): Pick<Problem, "class" | "names"> {
  const diagnostic: TerraformDiagnostic = {
    severity: "error",
    summary,
    ...(detail === undefined ? {} : { detail }),
  };
  const [problem] = classifyDiagnostics([diagnostic], configure({}));
  if (problem === undefined) throw new Error("an error must become a problem");
  return { class: problem.class, names: problem.names };
}

/** Texts as terraform 1.11.4 wrote them. */
const RECORDED: readonly (readonly [string, string, ProblemClass, Readonly<Record<string, string>>])[] = [
  [
    "Unsupported argument",
    'An argument named "instance_typ" is not expected here. Did you mean "instance_type"?',
    "unsupported-argument",
    { name: "instance_typ" },
  ],
  [
    "Unsupported argument",
    'An argument named "ttl" is not expected here. Did you mean to define a block of type "ttl"?',
    "unsupported-argument",
    { name: "ttl", block: "ttl", why: "is-block" },
  ],
  [
    "Unsupported block type",
    'Blocks of type "tags" are not expected here. Did you mean to define argument "tags"? If so, use the equals sign to assign it a value.',
    "unsupported-block",
    { name: "tags", argument: "tags", why: "is-argument" },
  ],
  [
    "Invalid resource type",
    'The provider hashicorp/aws does not support resource type "aws_lbs".\n\nDid you intend to use the data source "aws_lbs"? If so, declare this using a "data" block instead of a "resource" block.',
    "invalid-resource-type",
    { provider: "hashicorp/aws", type: "aws_lbs", instead: "aws_lbs", why: "is-data" },
  ],
  [
    "Insufficient rule blocks",
    'At least 1 "rule" blocks are required.',
    "missing-block",
    { block: "rule", min: "1" },
  ],
  [
    "Too many ttl blocks",
    'No more than 1 "ttl" blocks are allowed',
    "too-many-blocks",
    { block: "ttl", max: "1" },
  ],
  [
    "Conflicting configuration arguments",
    '"name": conflicts with name_prefix',
    "conflicting-arguments",
    { name: "name", other: "name_prefix" },
  ],
  [
    "Invalid combination of arguments",
    '"vpc_id": one of `subnet_id,vpc_id` must be specified',
    "missing-one-of",
    { name: "vpc_id", among: "subnet_id,vpc_id" },
  ],
  [
    "Missing required argument",
    '"ami": one of `ami,launch_template` must be specified',
    "missing-one-of",
    { name: "ami", among: "ami,launch_template" },
  ],
  [
    'expected tenancy to be one of ["default" "dedicated"], got shared',
    "",
    "value-not-allowed",
    { name: "tenancy", allowed: '"default" "dedicated"', value: "shared" },
  ],
  [
    "Reference to undeclared resource",
    'A managed resource "aws_ami" "a" has not been declared in the root module.\n\nDid you mean the data resource data.aws_ami.a?',
    "undeclared-resource",
    { mode: "managed", type: "aws_ami", name: "a", module: "the root module", instead: "data.aws_ami.a" },
  ],
  [
    "Cycle: aws_security_group.b, aws_security_group.a",
    "",
    "cycle",
    { nodes: "aws_security_group.b, aws_security_group.a" },
  ],
  [
    "Unknown machine type",
    'Apex\'s catalogue has no "t3.mciro" for aws_instance.instance_type. Did you mean "t3.micro"?',
    "machine-type",
    { value: "t3.mciro", attribute: "aws_instance.instance_type" },
  ],
  [
    "No stand-in for provider registry.terraform.io/x/y",
    "Apex plans offline …",
    "missing-provider",
    { provider: "registry.terraform.io/x/y" },
  ],
  ["terraform init failed", "could not reach the registry", "missing-provider", { why: "init" }],
  [
    "State too old",
    'The state of aws_vpc is in the form that Terraform 0.11 wrote. Run "terraform apply -refresh-only" with the real provider once, and use the state that this writes.',
    "missing-provider",
    { type: "aws_vpc", why: "state" },
  ],
  [
    "Move between resource types not supported",
    "The stand-in provider cannot move aws_a to aws_b; plan this with the real provider.",
    "missing-provider",
    { from: "aws_a", to: "aws_b", why: "move" },
  ],
  [
    "Stand-in provider failed",
    "The stand-in provider could not answer PlanResourceChange: no schema of resource aws_a",
    "provider-bug",
    { call: "PlanResourceChange", why: "stand-in" },
  ],
  [
    "Instance cannot be destroyed",
    "Resource aws_db_instance.a has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option.",
    "prevent-destroy",
    { resource: "aws_db_instance.a" },
  ],
  [
    "Error acquiring the state lock",
    "Error message: resource temporarily unavailable\n\nTerraform acquires a state lock to protect the state from being written\nby multiple users at the same time.",
    "state-locked",
    {},
  ],
  [
    "Plugin did not respond",
    "The plugin encountered an error, and failed to respond to the plugin6.(*GRPCProvider).ApplyResourceChange call. The plugin logs may contain more details.",
    "provider-bug",
    { call: "plugin6.(*GRPCProvider).ApplyResourceChange", why: "crash" },
  ],
  [
    "Error in function call",
    'Call to function "list" failed: the "list" function was deprecated in Terraform v0.12 and is no longer available; use tolist([ ... ]) syntax to write a literal list.',
    "unknown-function",
    { name: "list", why: "removed" },
  ],
];

describe("classifyDiagnostics", () => {
  it.each(RECORDED)("understands %s / %s", (summary, detail, problemClass, names) => {
    expect(understand(summary, detail)).toEqual({ class: problemClass, names });
  });

  it("reads names as Go quoted them", () => {
    const detail = String.raw`An argument named "a\"b\n\u202e" is not expected here.`;
    expect(understand("Unsupported argument", detail).names).toEqual({ name: 'a"b\n\u202e' });
  });

  it("leaves warnings out and keeps the order", () => {
    const of = (severity: "error" | "warning", summary: string): TerraformDiagnostic => ({
      severity,
      summary,
    });
    const problems = classifyDiagnostics(
      [of("error", "b"), of("warning", "Deprecated attribute"), of("error", "a")],
      configure({}),
    );
    expect(problems.map(({ diagnostic }) => diagnostic.summary)).toEqual(["b", "a"]);
  });
});

describe("OpenTofu", () => {
  it.each<readonly [string, string, ProblemClass]>([
    [
      "Error acquiring the state lock",
      "Error message: x\n\nOpenTofu acquires a state lock to protect the state from being written\nby multiple users.",
      "state-locked",
    ],
    [
      "Invalid count argument",
      'The "count" value depends on resource attributes that cannot be determined until apply, so OpenTofu cannot predict how many instances will be created.\n\nTo work around this, use the -exclude option.',
      "invalid-count",
    ],
    [
      "Unsupported OpenTofu Core version",
      "This configuration does not support OpenTofu version 1.9.0.",
      "required-version",
    ],
    [
      "Resource instance cannot be destroyed",
      "Resource instance aws_db_instance.a has prevent_destroy set, but the plan calls for it to be destroyed.\n\nTo proceed, exclude it.",
      "prevent-destroy",
    ],
  ])("says it in its own name: %s", (summary, detail, problemClass) => {
    expect(understand(summary, detail).class).toBe(problemClass);
  });
});

describe("what a user wrote", () => {
  const forged = 'An argument named "x" is not expected here.';
  const rule = "\n\nThis was checked by the validation rule at main.tf:3,3-13.";

  it("never makes a failed condition anything else", () => {
    expect(understand("Invalid value for variable", forged + rule)).toEqual({
      class: "validation-failed",
      names: {},
    });
    expect(understand("Resource precondition failed", forged)).toEqual({
      class: "condition-failed",
      names: {},
    });
    expect(understand("Resource postcondition failed", "Error acquiring the state lock").class).toBe(
      "condition-failed",
    );
  });

  it("is not looked for in the middle of another text", () => {
    expect(understand("Something else", forged).class).toBe("unclassified");
    expect(understand("Unsupported argument", `Read this. ${forged}`).class).toBe("unclassified");
    expect(understand(`Oh: Unsupported argument`, forged).class).toBe("unclassified");
    expect(understand("creating Role (x): Error acquiring the state lock", forged).class).toBe(
      "unclassified",
    );
  });

  it("cannot end its own quotes", () => {
    const detail =
      'The argument "a\\" is required, but no definition was found." is required, but no definition was found.';
    const { names } = understand("Missing required argument", detail);
    expect(names).toEqual({ name: 'a" is required, but no definition was found.' });
  });

  it("is not read when it is too long to be a message of Terraform's", () => {
    const name = "x".repeat(9000);
    const problem = understand("Unsupported argument", `An argument named "${name}" is not expected here.`);
    expect(problem.class).toBe("unclassified");
    expect(understand("Cycle: ".padEnd(3000, "x"), "").class).toBe("unclassified");
    expect(understand("Invalid value for variable", name).class).toBe("validation-failed");
  });

  it("cannot keep a reader busy with the words of the message itself", { timeout: 5_000 }, () => {
    const words = [
      ", but that ",
      " is still declared.\n\nChange your configuration so that this ",
      " will be declared as ",
    ];
    const detail = `This statement declares a move from ${words.map((part) => part.repeat(75)).join("")}`;
    expect(detail.length).toBeLessThan(8000);
    expect(understand("Moved object still exists", detail).class).toBe("unclassified");
  });

  it("gets no place in a name of an object's prototype", () => {
    expect(understand("constructor", "toString").class).toBe("unclassified");
    expect(understand("__proto__").class).toBe("unclassified");
  });
});
