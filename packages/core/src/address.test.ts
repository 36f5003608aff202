import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "./address.ts";

test.each([
  "aws_instance.web",
  'aws_instance.web["a"]',
  "aws_instance.web[0]",
  'module.net["eu-1"].module.sub[2].aws_instance.web["x.y[0]"]',
  "data.aws_ami.ubuntu",
  "module.a.data.aws_ami.ubuntu",
  'aws_instance.web["quote\\"d"]',
])("reads and prints %s unchanged", (text) => {
  const address = parseAddress(text);
  expect(address && formatAddress(address)).toBe(text);
});

test.each([
  "",
  "aws_instance",
  "module.a",
  "aws_instance.web[",
  "aws_instance.web[x]",
  "a.b.c",
  "aws_instance.web[0] ",
])("refuses %j", (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test("any key survives the round trip", () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const text = formatAddress({
        modules: [{ name: "m", key }],
        mode: "managed",
        type: "t",
        name: "n",
        key,
      });
      expect(parseAddress(text)).toEqual({
        modules: [{ name: "m", key }],
        mode: "managed",
        type: "t",
        name: "n",
        key,
      });
    }),
  );
});
