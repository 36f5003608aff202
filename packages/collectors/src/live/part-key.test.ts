import { expect, test } from "vitest";
import { partKey } from "./part-key.ts";

/** As a collection takes it. */
const KEY = /^[\w./:@-]{1,300}$/;

test("names that a key may hold are the key", () => {
  expect(partKey("aws", "123456789012", "eu-west-1", "ec2-instances")).toBe(
    "aws/123456789012/eu-west-1/ec2-instances",
  );
});

test("others are made to fit, and never another's", () => {
  const long = "arn:aws:iam::123456789012:role/".padEnd(600, "x");
  const names = ["role/a+b", "role/a=b", "role/a_b", "größe/\u0000", `${long}1`, `${long}2`];
  const keys = names.map((name) => partKey("aws", name, "login"));
  expect(keys.every((key) => KEY.test(key))).toBe(true);
  expect(new Set(keys).size).toBe(names.length);
  expect(keys[2]).toBe("aws/role/a_b/login");
});
