import { expect, test } from "vitest";
import { loadHclParser } from "../node.ts";
import { readWithSecondReader } from "../verify/second-reader.ts";

const parser = await loadHclParser();

test.each([
  ["a missing brace", 'a "b" {\n  c = 1\n', 1],
  ["a missing value", "a =\nb = 1\n", 2],
  ["two attributes on one line", "a = 1 b = 2\n", 1],
  ["an unclosed string", 'a = "b\nc = 1\n', 1],
  ["an unclosed heredoc", "a = <<EOT\nb\n", 1],
  ["an unclosed interpolation", 'a = "${b"\n', 1],
  ["typographic quotes", "a = “b”\n", 1],
  ["a bad escape", 'a = "\\q"\n', 1],
  ["a missing comma", "a = [1 2]\n", 1],
  ["a missing equals sign", "b {\n  a 1\n}\n", 2],
  ["JSON", '{ "a": 1 }\n', 1],
  ["an attribute set twice", "b {\n  a = 1\n  a = 2\n}\n", 3],
  ["Markdown", "```hcl\na = 1\n```\n", 1],
])("%s is an error for both readers, with file and line", (_, text, line) => {
  const [diagnostic] = parser.parse("main.tf", text).diagnostics;
  expect(diagnostic).toMatchObject({ severity: "error", source: { file: "main.tf" } });
  expect(diagnostic?.source?.line).toBeGreaterThanOrEqual(1);
  expect(diagnostic?.source?.line).toBeLessThanOrEqual(line + 2);
  expect(readWithSecondReader(text)).toBeUndefined();
});

test.each([
  ["an empty file", ""],
  ["a mark alone", "\uFEFF"],
  ["comments alone", "# a\n// b\n/* c */"],
  ["numbers with exponents", "a = 1e3\nb = 1E-2\nc = 1.5e+3\n"],
  ["markers that are escaped after themselves", 'a = "$$${b} %%%{c}"\n'],
  ["names with dashes and Unicode", "a-b = 1\nñ_日本 = 2\n"],
  ["tabs and CRLF", "\ta\t=\t1\r\n\tb {\r\n\t}\r\n"],
  ["a heredoc that holds braces and markers", "a = <<-EOT\n  } ${b} EOT\n  %{ if c }x%{ endif }\n  EOT\n"],
  ["line breaks in brackets", "a = [\n  1,\n  # c\n  2,\n]\nb = f(\n  1\n)\nc = (\n  1 +\n  2\n)\n"],
])("%s is no error for both readers", (_, text) => {
  expect(parser.parse("main.tf", text).diagnostics).toEqual([]);
  expect(readWithSecondReader(text)).toBeDefined();
});

test("functions of providers are read, which the second reader is too old for", () => {
  expect(parser.parse("main.tf", "a = provider::aws::arn_parse(b)\n").diagnostics).toEqual([]);
});

test("what stands around an error stays usable", () => {
  const text =
    'variable "a" {\n  default = 1\n}\nvariable "b" {\n  default = [1 2]\n}\nvariable "c" {\n  default = 3\n}\n';
  const { body, diagnostics } = parser.parse("main.tf", text);
  expect(diagnostics).not.toEqual([]);
  expect(body.blocks.map((block) => block.labels[0])).toEqual(expect.arrayContaining(["a", "c"]));
});

test("places are UTF-16 offsets, a byte order mark included", () => {
  const text = '\uFEFF# é🎉\na = "🎉" # 日本\nb = "x"\n';
  const { body } = parser.parse("main.tf", text);
  const [first, second] = body.attributes.map(({ value }) => text.slice(value.start, value.end));
  expect([first, second]).toEqual(['"🎉"', '"x"']);
});

test("a file beyond the limit is not read", () => {
  const [diagnostic] = parser.parse("main.tf", " ".repeat(8_000_001)).diagnostics;
  expect(diagnostic).toMatchObject({ code: "file-too-long" });
});
