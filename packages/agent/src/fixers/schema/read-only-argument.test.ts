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
        endpoint: TELLS,
        create_time: TELLS,
        expire_time: TELLS,
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
  'endpoint» = "search-1.eu-west-1.es.amazonaws.com',
  'endpoint» = "https://app-1.a.run.app/',
  'create_time» = "2024-01-01T00:00:00Z',
])("takes out «%s", (line) => {
  expect(of(`  «${line}"\n  cidr_block = "c"`)).toBe('resource "aws_vpc" "a" {\n  cidr_block = "c"\n}\n');
});

it.each([
  // Something that exists is meant, or something is wished.
  ['  «id» = "vpc-1"\n  cidr_block = "c"'],
  ['  «public_ip» = "1.2.3.4"\n  cidr_block = "c"'],
  ['  «encrypted» = true\n  cidr_block = "c"'],
  ['  «endpoint» = "search.example.com"\n  cidr_block = "c"'],
  ['  «endpoint» = "amazonaws.com.example.com"\n  cidr_block = "c"'],
  ['  «expire_time» = "2030-01-01T00:00:00Z"\n  cidr_block = "c"'],
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
