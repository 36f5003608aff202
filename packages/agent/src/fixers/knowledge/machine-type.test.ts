import { machineType, machineTypeNames } from "@apex/catalog";
import { describe, expect, it } from "vitest";
import { replacementIn } from "./machine-replacement.ts";
import { machineTypeName } from "./machine-type.ts";
import { fixedBy, type TestFiles } from "./testing.ts";

const machineTypes = {
  "aws_instance.instance_type": machineTypeNames("aws"),
  "google_compute_instance.machine_type": machineTypeNames("gcp"),
};

const ATTRIBUTES = { aws: "aws_instance.instance_type", google: "google_compute_instance.machine_type" };

/** What the stand-in says of a machine type; `at` is the piece of main.tf that it points at. */
function unknown(cloud: keyof typeof ATTRIBUTES, value: string, at = `"${value}"`) {
  const [type = ""] = ATTRIBUTES[cloud].split(".");
  return {
    class: "machine-type",
    names: { value, attribute: ATTRIBUTES[cloud] },
    at,
    address: `${type}.a`,
  } as const;
}

function machine(cloud: keyof typeof ATTRIBUTES, value: string): string {
  const [type, attribute] = ATTRIBUTES[cloud].split(".");
  return `resource "${type}" "a" {\n  ${attribute} = "${value}"\n}\n`;
}

function fix(files: TestFiles, problem: Parameters<typeof fixedBy>[2], region?: string): string | null {
  return fixedBy(machineTypeName, files, problem, {
    machineTypes,
    ...(region === undefined ? {} : { region }),
  });
}

describe("a misspelt type", () => {
  it.each([
    ["aws", "t3.mircro", "t3.micro"],
    ["aws", "T3.Micro", "t3.micro"],
    ["aws", "m5.xlarg", "m5.xlarge"],
    ["aws", "c6i_large", "c6i.large"],
    ["aws", "r5.lrage", "r5.large"],
    ["google", "n2-standar-4", "n2-standard-4"],
    ["google", "N2-Standard-4", "n2-standard-4"],
    ["google", "e2_standard-2", "e2-standard-2"],
  ] as const)("of %s: %s is %s", (cloud, written, meant) => {
    expect(fix(machine(cloud, written), unknown(cloud, written))).toBe(machine(cloud, meant));
  });

  it.each(["m5.xxlarge", "m9.large", "t3.mini", "m5.5xlarge", "t3.huge", "m5"])(
    "%s may be several",
    (written) => {
      expect(fix(machine("aws", written), unknown("aws", written))).toMatch(/^unsure: /);
    },
  );

  it("keeps the URL around it", () => {
    const url = "https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/n2-standar-4";
    expect(fix(machine("google", url), unknown("google", url))).toBe(
      machine("google", url.replace("standar-", "standard-")),
    );
  });

  it("is written where it is decided", () => {
    const use =
      'variable "size" {}\nresource "aws_instance" "a" {\n  count         = 2\n  instance_type = var.size\n}\n';
    const problem = unknown("aws", "t3.mircro", "var.size");
    const files = { "main.tf": use, "terraform.tfvars": 'size = "t3.mircro"\n' };
    expect(fix(files, { ...problem, shown: "terraform.tfvars" })).toBe('size = "t3.micro"\n');
    const tagged = use.replace("var.size\n", "var.size\n  tags = { Size = var.size }\n");
    expect(fix({ ...files, "main.tf": tagged }, { ...problem, shown: "terraform.tfvars" })).toBe(
      'size = "t3.micro"\n',
    );
    const named = `${use}resource "aws_s3_bucket" "b" {\n  bucket = var.size\n}\n`;
    expect(fix({ ...files, "main.tf": named }, problem)).toMatch(/^unsure: .*aws_s3_bucket\.b#bucket/);
    const joined = `${use.replace("var.size", '"t3.${var.size}"')}`;
    const parts = { "main.tf": joined, "terraform.tfvars": 'size = "mircro"\n' };
    expect(fix(parts, { ...problem, at: "var.size" })).toMatch(/^unsure: .*put together/);
  });
});

describe("a type that the region does not have", () => {
  const text = machine("aws", "c7g.medium");
  const told = (names: Readonly<Record<string, string>>) =>
    ({
      class: "machine-type",
      names: { value: "c7g.medium", ...names },
      at: '"c7g.medium"',
      address: "aws_instance.a",
    }) as const;

  it("becomes the cheapest with at least as much", () => {
    const found = replacementIn("aws", "c7g.medium", "eu-west-1");
    const name = found.kind === "one" ? found.name : "none";
    expect(fix(text, told({ zone: "eu-west-1c" }))).toBe(machine("aws", name));
    const [need, one] = [machineType("aws", "c7g.medium"), machineType("aws", name)];
    expect(one).toMatchObject({ architecture: need?.architecture, isBurstable: false });
    expect(one?.vcpu).toBeGreaterThanOrEqual(need?.vcpu ?? Infinity);
    expect(one?.memoryGib).toBeGreaterThanOrEqual(need?.memoryGib ?? Infinity);
    expect(one?.coremark).toBeGreaterThanOrEqual(need?.coremark ?? Infinity);
  });

  it("stays where the region is not known, sells it, or has no prices", () => {
    expect(fix(text, told({}))).toMatch(/^unsure: in which region/);
    expect(fix(text, told({}), "us-east-1")).toMatch(/^unsure: .*is sold in us-east-1: another zone/);
    expect(fix(text, told({}), "ap-south-2")).toMatch(/^unsure: what ap-south-2 sells is not known/);
  });
});
