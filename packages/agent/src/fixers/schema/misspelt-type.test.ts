import { describe, expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { misspeltType } from "./misspelt-type.ts";
import { resourceOrData } from "./resource-or-data.ts";

const TEXT = { type: "string", optional: true } as const;
const REQUIRED = { type: "string", required: true } as const;

const AWS: SmallProvider = {
  resources: {
    aws_lb: {
      attributes: {
        name: TEXT,
        internal: { type: "bool", optional: true },
        tags: { type: ["map", "string"], optional: true },
      },
    },
    aws_subnet: { attributes: { vpc_id: REQUIRED, cidr_block: TEXT } },
    aws_iam_role_policy: { attributes: { name: TEXT, role: REQUIRED, policy: REQUIRED } },
    aws_s3_bucket_notification: { attributes: { bucket: REQUIRED } },
    aws_default_vpc: { attributes: { tags: { type: ["map", "string"], optional: true } } },
    aws_route_table: { attributes: { vpc_id: REQUIRED, color: TEXT } },
    aws_route_tables: { attributes: { vpc_id: REQUIRED, size: TEXT } },
  },
  data: {
    aws_lbs: { attributes: { tags: { type: ["map", "string"], optional: true } } },
    aws_ami_ids: { attributes: { owners: { type: ["list", "string"], required: true } } },
    aws_availability_zones: { attributes: { state: TEXT } },
  },
};

function ofType(text: string): string | null {
  return proposed(misspeltType, "invalid-resource-type", text, AWS);
}

function ofMode(text: string): string | null {
  return proposed(resourceOrData, "invalid-data-source", text, AWS);
}

describe("a misspelt type", () => {
  it.each([
    [
      'resource «"aws_subnte"» "a" {\n  vpc_id = "v"\n}\n',
      'resource "aws_subnet" "a" {\n  vpc_id = "v"\n}\n',
    ],
    ['resource «"aws_lbs"» "a" {\n  internal = true\n}\n', 'resource "aws_lb" "a" {\n  internal = true\n}\n'],
    ['data «"aws_availability_zoness"» "a" {\n}\n', 'data "aws_availability_zones" "a" {\n}\n'],
    [
      'resource «"terraform_dat"» "a" {\n  input = 1\n}\n',
      'resource "terraform_data" "a" {\n  input = 1\n}\n',
    ],
    // Two are near, and the body fits one.
    [
      'resource «"aws_route_tablex"» "a" {\n  vpc_id = "v"\n  size = "x"\n}\n',
      'resource "aws_route_tables" "a" {\n  vpc_id = "v"\n  size = "x"\n}\n',
    ],
  ])("%s", (text, after) => {
    expect(ofType(text)).toBe(after);
  });

  it("takes the references with it", () => {
    const text =
      'resource «"aws_subnte"» "a" {\n  vpc_id = "v"\n}\noutput "o" {\n  value = "x-${aws_subnte.a.id}-${aws_subnte.b.id}"\n}\n';
    expect(ofType(text)).toContain('"x-${aws_subnet.a.id}-${aws_subnte.b.id}"');
  });

  it.each([
    // The body does not fit, or fits something else as well.
    ['resource «"aws_subnte"» "a" {\n  cidr_block = "v"\n}\n', "unsure: aws_subnet"],
    ['resource «"aws_subnte"» "a" {\n  vpc_id = "v"\n  size = 1\n}\n', "unsure: aws_subnet"],
    ['resource «"aws_lbs"» "a" {\n  tags = {}\n}\n', "unsure: aws_lb, aws_lbs"],
    ['resource «"aws_route_tablex"» "a" {\n  vpc_id = "v"\n}\n', "unsure: aws_route_table, aws_route_tables"],
    // The name is taken.
    [
      'resource «"aws_subnte"» "a" {\n  vpc_id = "v"\n}\nresource "aws_subnet" "a" {\n  vpc_id = "w"\n}\n',
      "unsure: aws_subnet",
    ],
    ['resource «"aws_blob"» "a" {\n}\n', "unsure: aws_lb"],
    ['resource «"gcp_subnet"» "a" {\n  vpc_id = "v"\n}\n', null],
  ])("is left alone: %s", (text, after) => {
    expect(ofType(text)).toBe(after);
  });
});

describe("the other mode", () => {
  it.each([
    [
      'resource «"aws_ami_ids"» "a" {\n  owners = ["self"]\n}\noutput "o" {\n  value = aws_ami_ids.a.id\n}\n',
      'data "aws_ami_ids" "a" {\n  owners = ["self"]\n}\noutput "o" {\n  value = data.aws_ami_ids.a.id\n}\n',
    ],
    ['data «"terraform_data"» "a" {\n}\n', 'resource "terraform_data" "a" {\n}\n'],
    [
      'data «"aws_iam_role_policy"» "a" {\n  role   = "r"\n  policy = "{}"\n}\noutput "o" {\n  value = data.aws_iam_role_policy.a.id\n}\n',
      'resource "aws_iam_role_policy" "a" {\n  role   = "r"\n  policy = "{}"\n}\noutput "o" {\n  value = aws_iam_role_policy.a.id\n}\n',
    ],
  ])("%s", (text, after) => {
    expect(ofMode(text)).toBe(after);
  });

  it.each([
    // Which one, and not what it is to be: a resource would create it or overwrite it.
    [
      'data «"aws_s3_bucket_notification"» "a" {\n  bucket = "b"\n}\n',
      "unsure: resource aws_s3_bucket_notification",
    ],
    ['data «"aws_default_vpc"» "a" {\n}\n', "unsure: resource aws_default_vpc"],
    ['resource «"aws_ami_ids"» "a" {\n}\n', "unsure: data aws_ami_ids"],
    ['resource «"aws_lbs"» "a" {\n  tags = {}\n}\n', "unsure: data aws_lbs"],
    ['resource «"aws_amis"» "a" {\n}\n', null],
  ])("is left alone: %s", (text, after) => {
    expect(ofMode(text)).toBe(after);
  });
});
