import { afterAll, expect, test } from "vitest";
import { planner } from "../../agent/diagnose.ts";
import { differences, type Meaning, understand } from "./meaning.ts";

afterAll(async () => (await planner()).close());

const BASE = `
variable "size" {
  type    = number
  default = 10
}
resource "aws_subnet" "a" {
  vpc_id     = "vpc-1"
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "b" {
  vpc_id     = "vpc-1"
  cidr_block = "10.0.2.0/24"
}
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = var.size
  # Holds the ledger.
  lifecycle {
    prevent_destroy = true
  }
}
resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.a.id
}
output "subnet" {
  value = aws_subnet.a.id
}
`;

async function meaningOf(text: string, assigned = ""): Promise<Meaning> {
  const understood = await understand({ "main.tf": text, "terraform.tfvars": assigned }, null);
  if (understood.kind === "fails") throw new Error(understood.diagnostics[0]?.summary ?? "fails");
  return understood.meaning;
}

test("layout and comments mean nothing; references, outputs, lifecycles and defaults do", async () => {
  const base = await meaningOf(BASE);
  const places = async (text: string, assigned?: string): Promise<string[]> =>
    differences(base, await meaningOf(text, assigned)).map((line) => line.slice(0, line.indexOf(":")));

  const laidOut = BASE.replace("  # Holds the ledger.\n", "").replace("size              =", "size =");
  expect(await places(laidOut)).toEqual([]);
  // Both subnets are to be created: a plan shows "known after apply" for either.
  expect(await places(BASE.replace("subnet_id     = aws_subnet.a", "subnet_id     = aws_subnet.b"))).toEqual([
    "applied aws_instance.web",
    "plan aws_instance.web",
  ]);
  expect(await places(BASE.replace("value = aws_subnet.a.id", "value = aws_subnet.b.id"))).toEqual([
    "output subnet",
  ]);
  expect(await places(BASE.replace("prevent_destroy = true", ""))).toEqual([
    "text resource aws_ebs_volume data lifecycle",
  ]);
  expect(await places(BASE.replace("default = 10", "default = 20"), "size = 10")).toEqual([
    "text variable size.default",
  ]);
});

test("which of equal instances was applied first means nothing; which of them is referred to does", async () => {
  const instances = (key: string): string => `
resource "aws_eip" "nat" {
  for_each = toset(["a", "b", "c", "d", "e", "f"])
}
output "all" {
  value = values(aws_eip.nat)[*].id
}
output "one" {
  value = aws_eip.nat["${key}"].id
}
`;
  const base = await meaningOf(instances("a"));
  expect(differences(base, await meaningOf(instances("a")))).toEqual([]);
  expect(differences(base, await meaningOf(instances("b")))).toEqual([expect.stringMatching(/^output one:/)]);
});

test("what does not plan says why", async () => {
  const understood = await understand({ "main.tf": 'output "x" {\n  value = var.none\n}\n' }, null);
  expect(understood).toMatchObject({
    kind: "fails",
    diagnostics: [{ summary: "Reference to undeclared input variable" }],
  });
});
