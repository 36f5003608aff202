import { seededRng } from "@apex/core";
import { loadHclParser } from "@apex/generators-hcl/node";
import { expect, test } from "vitest";
import { MUTATION_KINDS, type MutationKind, mutantOf, spoilings } from "./mutate.ts";

const parser = await loadHclParser();

const TEXT = `
# "It" is what (they) call {web}.
variable "disk_size" {
  type    = number
  default = 20
}
resource "aws_instance" "web" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.web.id, "sg-1"]
  root_block_device {
    volume_size = var.disk_size
    encrypted   = true
  }
  tags = {
    team = "shop"
  }
}
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
}
resource "aws_security_group" "web" {
  name = lower("WEB")
}
`;

const BASE = { name: "sample", files: { "main.tf": TEXT } };

function spoilt(kind: MutationKind): readonly string[] {
  return spoilings(parser, kind, { file: "main.tf", text: TEXT, random: seededRng(1) });
}

test.each(MUTATION_KINDS)("%s can be done to a text, which is another one then", (kind) => {
  expect(spoilt(kind)).not.toEqual([]);
  expect(spoilt(kind)).not.toContain(TEXT);
});

test("comments stay as they are, but for whole lines", () => {
  const others = MUTATION_KINDS.filter((kind) => !kind.startsWith("line-")).flatMap(spoilt);
  expect(others.filter((text) => !text.includes('# "It" is what (they) call {web}.\n'))).toEqual([]);
});

test("a mutant is the same for the same name, seed and text, and another for another seed", () => {
  const texts = (seed: number): string => JSON.stringify(mutantOf(parser, BASE, seed));
  expect(texts(7)).toBe(texts(7));
  expect(new Set(Array.from({ length: 50 }, (_, seed) => texts(seed))).size).toBeGreaterThan(30);
});

test("several mistakes are put in one after the other", () => {
  const mutant = mutantOf(parser, BASE, 3, { mistakes: 3 });
  expect(mutant?.kinds).toHaveLength(3);
  expect(mutantOf(parser, { name: "empty", files: { "main.tf": "" } }, 3)).toBeUndefined();
});
