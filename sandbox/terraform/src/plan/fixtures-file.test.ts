import { join } from "node:path";
import { expect, test } from "vitest";
import { writeFiles } from "../testing/configuration.ts";
import { readFixtures } from "./fixtures-file.ts";

test("fixtures are read, and what is none is refused with the place", async () => {
  const directory = writeFiles({
    "good.json":
      '[{"type": "aws_vpc", "match": {"id": "vpc-1"}, "attributes": {"id": "vpc-1"}}, {"type": "aws_ami", "attributes": {}}]',
    "typo.json": '[{"type": "aws_vpc", "matches": {}, "attributes": {}}]',
    "bad.json": "[",
  });
  expect(await readFixtures(join(directory, "good.json"))).toEqual([
    { type: "aws_vpc", match: { id: "vpc-1" }, attributes: { id: "vpc-1" } },
    { type: "aws_ami", match: null, attributes: {} },
  ]);
  await expect(readFixtures(join(directory, "typo.json"))).rejects.toThrow(/typo\.json: \[0\]: .*"matches"/);
  await expect(readFixtures(join(directory, "bad.json"))).rejects.toThrow(/bad\.json: not JSON/);
  await expect(readFixtures(join(directory, "gone.json"))).rejects.toThrow(/gone\.json: no such file/);
});
