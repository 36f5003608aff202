import { expect, it } from "vitest";
import { proposed } from "../testing/propose.ts";
import { misspeltFunction } from "./misspelt-function.ts";

function of(expression: string): string | null {
  const text = `locals {\n  a = ${expression}\n}\n`;
  const after = proposed(misspeltFunction, "unknown-function", text, {});
  return after?.startsWith("locals") === true ? after.slice("locals {\n  a = ".length, -3) : after;
}

it.each([
  ["«jsonncode»({})", "jsonencode({})"],
  ["«jonencode»({})", "jsonencode({})"],
  ["«toSet»([1])", "toset([1])"],
  ["«to_string»(1)", "tostring(1)"],
  ['«base64_encode»("a")', 'base64encode("a")'],
  ["«len»([1])", "length([1])"],
  ['upper(«toLower»("a"))', 'upper(lower("a"))'],
  ["«toJSON»({})", "jsonencode({})"],
  ["«lenght»(var.a)", "length(var.a)"],
  ['"x-${«formt»("%s", 1)}"', '"x-${format("%s", 1)}"'],
])("%s", (text, after) => {
  expect(of(text)).toBe(after);
});

it.each([
  // The number or the types of the arguments do not fit.
  ["«len»(1, 2)", "unsure: length"],
  ['«strip»("a", "b")', "unsure: trimspace"],
  ['«uppercase»(["a"])', "unsure: upper"],
  // Digits are not slips.
  ['«sha255»("a")', /^unsure: /],
  ['«filemd6»("a")', /^unsure: /],
  // Other languages' functions with other arguments, and those of providers.
  ['«substring»("abc", 1, 2)', /^unsure: /],
  ['«default»("a", "b")', /^unsure: /],
  ['«encodeURI»("https://a/b c")', /^unsure: /],
  ['«encodeURIComponent»("b c")', /^unsure: /],
  // Terraform's sort takes numbers as texts: 10 comes before 9.
  ["«sorted»([9, 10])", /^unsure: /],
  ['«map»("a", 1)', /^unsure: /],
  ["«jsonecode»(var.a)", /^unsure: /],
])("%s is left alone", (text, after) => {
  expect(of(text)).toMatch(after);
});
