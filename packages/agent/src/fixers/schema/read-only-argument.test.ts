import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { readOnlyArgument } from "./read-only-argument.ts";

const TELLS = { type: "string", computed: true } as const;
const TEXT = { type: "string", optional: true } as const;
const AWS: SmallProvider = {
  resources: {
    aws_vpc: {
      attributes: {
        arn: TELLS,
        id: TELLS,
        public_ip: TELLS,
        encrypted: { type: "bool", computed: true },
        cidr_block: { type: "string", required: true },
      },
    },
    aws_rule: { attributes: { arn: TELLS, role_arn: TEXT } },
  },
};

function of(body: string, rest = "", type = "aws_vpc"): string | null {
  const text = `resource "${type}" "a" {\n${body}\n}\n${rest}`;
  return proposed(readOnlyArgument, "read-only-argument", text, AWS);
}

it("takes the line out", () => {
  expect(of('  «arn» = "x" # why\n  cidr_block = "c"')).toBe(
    'resource "aws_vpc" "a" {\n  cidr_block = "c"\n}\n',
  );
});

it.each([
  // Something that exists is meant, or something is wished.
  ['  «id» = "vpc-1"\n  cidr_block = "c"'],
  ['  «public_ip» = "1.2.3.4"\n  cidr_block = "c"'],
  ['  «encrypted» = true\n  cidr_block = "c"'],
  // It comes from somewhere, or a required argument is missing.
  ['  «arn» = var.arn\n  cidr_block = "c"'],
  ['  «arn» = "x"'],
])("leaves alone %s", (body) => {
  expect(of(body)).toBe("unsure: ");
});

it("leaves alone what is read, and what another argument may be", () => {
  const output = 'output "o" {\n  value = aws_vpc.a.arn\n}\n';
  expect(of('  «arn» = "x"\n  cidr_block = "c"', output)).toBe("unsure: ");
  expect(of('  «arn» = "x"', "", "aws_rule")).toBe("unsure: ");
});
