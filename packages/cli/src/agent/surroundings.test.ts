import { readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { expect, test } from "vitest";
import { knownResources, regionOf } from "./surroundings.ts";

async function region(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  return regionOf(readConfiguration(await loadHclParser(), { files: new Map(Object.entries(files)) }));
}

const PROVIDER = 'provider "aws" {\n  region = var.region\n}\n';

test("the region is the constant of the provider that is the default, or of its variable", async () => {
  expect(await region({ "main.tf": 'provider "aws" {\n  region = "eu-west-1"\n}\n' })).toBe("eu-west-1");
  const variable = `${PROVIDER}variable "region" {\n  default = "eu-west-2"\n}\n`;
  expect(await region({ "main.tf": variable })).toBe("eu-west-2");
  expect(await region({ "main.tf": variable, "terraform.tfvars": 'region = "eu-west-3"\n' })).toBe(
    "eu-west-3",
  );
});

test("what no constant tells is not known", async () => {
  expect(await region({ "main.tf": PROVIDER })).toBeUndefined();
  expect(await region({ "main.tf": 'provider "aws" {\n  region = "${var.area}-1"\n}\n' })).toBeUndefined();
  expect(
    await region({ "main.tf": 'provider "aws" {\n  alias = "b"\n  region = "eu-west-1"\n}\n' }),
  ).toBeUndefined();
  expect(await region({ "main.tf": 'provider "aws" {\n  region = \n}\n' })).toBeUndefined();
});

test("the instances of a state have their absolute addresses", () => {
  const instance = (attributes: object, key?: string | number) => ({
    ...(key === undefined ? {} : { index_key: key }),
    attributes,
  });
  const resource = (changes: object) => ({ mode: "managed", type: "aws_vpc", name: "main", ...changes });
  const state = {
    version: 4,
    resources: [
      resource({ instances: [instance({ id: "vpc-1" })] }),
      resource({
        module: 'module.net["eu"]',
        instances: [instance({ id: "a" }, 'x"y'), instance({ id: "b" }, 1)],
      }),
      resource({ mode: "data", instances: [instance({ id: "d" })] }),
    ],
  };
  expect(knownResources(JSON.parse(JSON.stringify(state)))).toEqual([
    { address: "aws_vpc.main", mode: "managed", type: "aws_vpc", attributes: { id: "vpc-1" } },
    {
      address: 'module.net["eu"].aws_vpc.main["x\\"y"]',
      mode: "managed",
      type: "aws_vpc",
      attributes: { id: "a" },
    },
    {
      address: 'module.net["eu"].aws_vpc.main[1]',
      mode: "managed",
      type: "aws_vpc",
      attributes: { id: "b" },
    },
    { address: "data.aws_vpc.main", mode: "data", type: "aws_vpc", attributes: { id: "d" } },
  ]);
});

test.each([
  null,
  [],
  "x",
  { resources: 3 },
  { resources: [1, { type: 1 }, { mode: "managed", type: "a", name: "b c" }] },
])("what is no state holds nothing: %j", (state) => {
  expect(knownResources(state)).toEqual([]);
});
