import { expect, test } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { SYNTAX_FIXERS } from "./syntax-fixers.ts";

const provider: SmallProvider = {
  resources: {
    aws_instance: {
      attributes: {
        name: { type: "string", optional: true },
        size: { type: "number", optional: true },
        monitoring: { type: "bool", optional: true },
        zones: { type: ["list", "string"], optional: true },
        tags: { type: ["map", "string"], optional: true },
        ingress: { type: ["set", ["object", { note: "string", port: "number" }]], optional: true },
      },
      block_types: {
        disk: { nesting_mode: "list", block: { attributes: { name: { type: "string" } } } },
        rule: { nesting_mode: "list", block: { attributes: { about: { type: "string", optional: true } } } },
      },
    },
  },
};

function mended(name: string, text: string): string | null {
  const fixer = SYNTAX_FIXERS.find((one) => one.name === name);
  if (fixer === undefined) throw new Error(`there is no fixer ${name}`);
  const marked = text.includes("«") ? text : `«${text[0]}»${text.slice(1)}`;
  return proposed(fixer, "syntax", marked, provider);
}

const body = (lines: string): string => `resource "aws_instance" "a" {\n${lines}\n}\n`;

test.each([
  ["markdown-fence", "```hcl\nlocals {\n  a = 1\n}\n```\n", "locals {\n  a = 1\n}\n"],
  ["markdown-fence", "~~~\nlocals {}\n", "locals {}\n"],
  ["diff-marker", "+locals {\n+  a = 1\n+}\n", "locals {\n  a = 1\n}\n"],
  ["diff-marker", "locals {\n  a = 1\n+  b = 2\n}\n", "locals {\n  a = 1\n  b = 2\n}\n"],
  ["foreign-character", "locals {\n\u00a0\u00a0a = 1\n}\n", "locals {\n  a = 1\n}\n"],
  ["foreign-character", "locals {\n  a\u200b = \ufeff1\n}\n", "locals {\n  a = 1\n}\n"],
  ["curly-quotes", "locals {\n  a = “x y”\n}\n", 'locals {\n  a = "x y"\n}\n'],
  [
    "curly-quotes",
    'locals {\n  a = "x”\n  b = [“y", “${var.z}”]\n}\n',
    'locals {\n  a = "x"\n  b = ["y", "${var.z}"]\n}\n',
  ],
  ["single-quotes", "locals {\n  a = ['x', ‘y’]\n}\n", 'locals {\n  a = ["x", "y"]\n}\n'],
  [
    "assignment-sign",
    "locals {\n  a: 1\n  b := 2\n  c => 3\n  d == 4\n}\n",
    "locals {\n  a = 1\n  b = 2\n  c = 3\n  d = 4\n}\n",
  ],
  ["assignment-sign", 'locals {\n  "a": "x",\n  b = 2;\n}\n', 'locals {\n  a = "x"\n  b = 2\n}\n'],
  [
    "missing-equals",
    body('  name "x"\n  zones   ["a"]\n  size var.s'),
    body('  name = "x"\n  zones   = ["a"]\n  size = var.s'),
  ],
  [
    "missing-equals",
    'variable «"a"» {\n  type map(string)\n}\n',
    'variable "a" {\n  type = map(string)\n}\n',
  ],
  [
    "missing-comma",
    'locals {\n  a = ["x" "y"]\n  b = [1 2 3]\n}\n',
    'locals {\n  a = ["x", "y"]\n  b = [1, 2, 3]\n}\n',
  ],
  [
    "missing-comma",
    'locals {\n  a = [\n    "x"\n    "y"\n    { b = 1 c = 2 },\n  ]\n}\n',
    'locals {\n  a = [\n    "x",\n    "y",\n    { b = 1, c = 2 },\n  ]\n}\n',
  ],
  ["missing-comma", 'locals {\n  a = join("," var.x)\n}\n', 'locals {\n  a = join(",", var.x)\n}\n'],
  ["missing-comma", "locals {\n  a = [80 443\n    500]\n}\n", "locals {\n  a = [80, 443,\n    500]\n}\n"],
  [
    "line-breaks",
    'variable "a" { type = string, default = "x" }\n',
    'variable "a" {\n  type = string\n  default = "x"\n}\n',
  ],
  ["line-breaks", "locals { a = 1; b = 2 c = 3 }\n", "locals {\n  a = 1\n  b = 2\n  c = 3\n}\n"],
  [
    "line-breaks",
    'variable "a" { type = string\n  default = "x" }\n',
    'variable "a" {\n  type = string\n  default = "x"\n}\n',
  ],
  ["brace-on-next-line", 'variable "a"\n{\n  default = 1\n}\n', 'variable "a" {\n  default = 1\n}\n'],
  [
    "missing-brace",
    'variable "a"\n  default = 1\n}\nlocals {\n  b = 2\n}\n',
    'variable "a" {\n  default = 1\n}\nlocals {\n  b = 2\n}\n',
  ],
  [
    "missing-brace",
    'resource "aws_instance" "a" # the web\n  disk {\n    name = "x"\n  }\n}\n',
    'resource "aws_instance" "a" { # the web\n  disk {\n    name = "x"\n  }\n}\n',
  ],
  ["missing-brace", body('  disk\n    name = "x"\n  }'), body('  disk {\n    name = "x"\n  }')],
  [
    "foreign-operator",
    "locals {\n  a = var.x and var.y or not var.z\n  b = 1 === 2\n  c = 1 <> 2 ? 3 : 4\n}\n",
    "locals {\n  a = var.x && var.y || !var.z\n  b = 1 == 2\n  c = 1 != 2 ? 3 : 4\n}\n",
  ],
  [
    "bare-for",
    "locals {\n  a = for x in var.y : x\n  b = for x in var.y : x => 1\n}\n",
    "locals {\n  a = [for x in var.y : x]\n  b = { for x in var.y : x => 1 }\n}\n",
  ],
  ["unterminated-string", 'locals {\n  a = "x\n  b = 2\n}\n', 'locals {\n  a = "x"\n  b = 2\n}\n'],
  [
    "unterminated-string",
    'locals {\n  a = ["x", "y]\n  b = 1\n}\n',
    'locals {\n  a = ["x", "y"]\n  b = 1\n}\n',
  ],
  ["unterminated-string", 'locals {\n  b = upper("z)\n}\n', 'locals {\n  b = upper("z")\n}\n'],
  ["unterminated-string", 'locals {\n  a = web-1"\n}\n', 'locals {\n  a = "web-1"\n}\n'],
  [
    "unterminated-string",
    'variable "env" {}\nlocals {\n  a = "x-${var.env"\n}\n',
    'variable "env" {}\nlocals {\n  a = "x-${var.env}"\n}\n',
  ],
  [
    "heredoc-end",
    "locals {\n  a = <<-EOT\n    x\n  b = 1\n}\n",
    "locals {\n  a = <<-EOT\n    x\n  EOT\n  b = 1\n}\n",
  ],
  // The marker of the script's own text stays.
  [
    "heredoc-end",
    "locals {\n  a = <<-EOT\n    cat <<-'eot' > y\n    x\n    eot\n}\n",
    "locals {\n  a = <<-EOT\n    cat <<-'eot' > y\n    x\n    eot\n  EOT\n}\n",
  ],
  ["heredoc-end", "locals {\n  a = upper(<<EOT\nx\neot)\n}\n", "locals {\n  a = upper(<<EOT\nx\nEOT\n)\n}\n"],
  [
    "unclosed-bracket",
    "locals {\n  a = 1\n\nlocals {\n  b = 2\n}\n",
    "locals {\n  a = 1\n}\n\nlocals {\n  b = 2\n}\n",
  ],
  [
    "unclosed-bracket",
    body("  disk {\n    name = 1\n\n  size = 2"),
    body("  disk {\n    name = 1\n  }\n\n  size = 2"),
  ],
  ["unclosed-bracket", "locals {\n  a = [1, 2\n  b = 3\n}\n", "locals {\n  a = [1, 2]\n  b = 3\n}\n"],
  ["unclosed-bracket", body('  zones = ["a"\n  name  = "x"'), body('  zones = ["a"]\n  name  = "x"')],
  ["unopened-brace", "locals {\n  a = 1\n}\n}\n", "locals {\n  a = 1\n}\n"],
  [
    "for-arrow",
    "locals {\n  a = { for k, v in var.x : k = v.id }\n}\n",
    "locals {\n  a = { for k, v in var.x : k => v.id }\n}\n",
  ],
  ["unclosed-bracket", "locals {\n  a = 1\n", "locals {\n  a = 1\n}\n"],
  // The end marker of a heredoc is alone on its line.
  [
    "unclosed-bracket",
    "locals {\n  a = upper(<<EOT\nx\nEOT\n  b = 1\n}\n",
    "locals {\n  a = upper(<<EOT\nx\nEOT\n  )\n  b = 1\n}\n",
  ],
  [
    "invalid-escape",
    'locals {\n  a = regex("^\\d+\\.x$", var.s)\n  b = replace(var.s, "/\\s/", "")\n}\n',
    'locals {\n  a = regex("^\\\\d+\\\\.x$", var.s)\n  b = replace(var.s, "/\\\\s/", "")\n}\n',
  ],
  [
    "shell-template",
    "locals {\n  a = <<-EOT\n    ${f%.txt} ${var.x} ${y:-1}\n  EOT\n}\n",
    "locals {\n  a = <<-EOT\n    $${f%.txt} ${var.x} $${y:-1}\n  EOT\n}\n",
  ],
  // What only a shell means by a number goes with it.
  [
    "shell-template",
    "locals {\n  a = <<-EOT\n    echo ${1} ${y:-1} $${2}\n  EOT\n}\n",
    "locals {\n  a = <<-EOT\n    echo $${1} $${y:-1} $${2}\n  EOT\n}\n",
  ],
  [
    "shell-template",
    'locals {\n  command = "mkdir ${HOME:-/root}"\n}\n',
    'locals {\n  command = "mkdir $${HOME:-/root}"\n}\n',
  ],
  [
    "shell-template",
    'locals {\n  a = "curl -w %{http_code}"\n}\n',
    'locals {\n  a = "curl -w %%{http_code}"\n}\n',
  ],
])("%s: %j", (name, text, expected) => {
  expect(mended(name, text)).toBe(expected);
});

const unsure = (text: string): boolean => text.startsWith("unsure");

const script = (name: string, text: string): string =>
  `locals {\n  a = <<-EOT\n    ${name}=1\n    echo ${text}\n  EOT\n}\n`;

test("a variable that a script sets itself is the shell's", () => {
  const fixer = SYNTAX_FIXERS.find(({ name }) => name === "shell-variable")!;
  const at = (text: string, files: Readonly<Record<string, string>> = {}): string | null =>
    proposed(fixer, "invalid-reference", text, { files });
  expect(at(script("HOST", "${«HOST»}"))).toBe(script("HOST", "$${HOST}"));
  expect(at(script("HOST", "${«HOST»} ${1}"))).toBe(script("HOST", "$${HOST} $${1}"));
  expect(at(script("OTHER", "${«HOST»}"))).toBeNull();
  expect(at(script("host", "${«host»}"))).toBeNull();
  expect(at(script("HOST", "${«HOST»}"), { "v.tf": 'variable "host" {}\n' })).toBeNull();
});

// Each of these means something else, or may: nothing is edited.
test.each([
  // Text in strings, heredocs and comments is the user's.
  ["markdown-fence", "locals {\n  a = <<-EOT\n    ```\n  EOT\n  b 1\n}\n"],
  ["diff-marker", "-locals {\n+locals {\n}\n"],
  ["diff-marker", "locals {\n  a = <<EOT\n+x\nEOT\n+ b = 1\n}\n"],
  ["foreign-character", 'locals {\n  a = "x\u00a0y"\n  b 1\n}\n'],
  ["curly-quotes", 'locals {\n  a = "say “x”"\n  # “y”\n  b 1\n}\n'],
  ["single-quotes", "locals {\n  a = '${x}'\n}\n"],
  ["single-quotes", "locals {\n  a = 'it\\'s'\n}\n"],
  // A colon in an object or a condition, a comma in brackets, a block.
  ["assignment-sign", "locals {\n  a = { b : 1 }\n  c 1\n}\n"],
  ["assignment-sign", body("  disk: {\n    name = 1\n  }\n  x 1")],
  // Not an argument of that body, or not plainly one value.
  ["missing-equals", body('  foo "x"')],
  ["missing-equals", body('  disk "x"')],
  ["missing-equals", body('  name "x" "y" {')],
  // Units, calls without parentheses, words between values.
  // A body that is missing too, one that is not indented as a body, a name that is none of a block.
  ["missing-brace", 'variable "a"\nlocals {\n  b = 2\n}\n'],
  ["missing-brace", 'variable "a"\ndefault = 1\n}\n'],
  ["missing-brace", body('  disc\n    name = "x"\n  }')],
  ["missing-comma", "locals {\n  a = [5 GB]\n}\n"],
  ["missing-comma", 'locals {\n  a = [upper "x"]\n}\n'],
  ["missing-comma", "locals {\n  a = [x and y]\n}\n"],
  ["missing-comma", 'locals {\n  a = ("x" "y")\n}\n'],
  // The comma stands in the quotes: behind them it would be a second one.
  ["missing-comma", 'locals {\n  a = ["x," "y," "z"]\n}\n'],
  ["missing-comma", 'locals {\n  a = ["x," var.y]\n  b = ["x" ",y"]\n}\n'],
  ["missing-comma", 'locals {\n  a = { b = "x," c = "y" }\n}\n'],
  // Two pieces of one string, as Python joins them; a quote that is doubled to be text.
  ["missing-comma", 'locals {\n  a = [\n    "aws s3 "\n    "ls",\n  ]\n}\n'],
  ["missing-comma", 'locals {\n  a = ["say ""hi"" now"]\n}\n'],
  // One number in groups of three digits.
  ["missing-comma", "locals {\n  a = max(10 000, 5)\n}\n"],
  ["line-breaks", "locals { a = 1, /* b */ c = 2 }\n"],
  // `not` binds looser than a comparison elsewhere.
  ["foreign-operator", "locals {\n  a = true ? not var.x == 1 : 2\n}\n"],
  // Strings are put together with `<>` elsewhere.
  ["foreign-operator", 'locals {\n  a = "x-" <> var.y\n}\n'],
  // Where it ends is not plain.
  ["unterminated-string", 'locals {\n  a = "x # y\n}\n'],
  ["unterminated-string", 'locals {\n  a = "x  \n}\n'],
  ["unterminated-string", 'locals {\n  a = ["x, y]\n}\n'],
  ["unterminated-string", 'locals {\n  a = regex("a(b), var.x)\n}\n'],
  ["unterminated-string", 'locals {\n  a = var.x"\n}\n'],
  ["unterminated-string", 'locals {\n  a = true"\n}\n'],
  ["unterminated-string", 'locals {\n  a = "x-${var.env-y"\n}\n'],
  ["heredoc-end", "locals {\n  a = <<EOT\nx\n}\n"],
  // A marker of another name, or indented too deep, would become text.
  ["heredoc-end", "locals {\n  a = <<-EOT\n    x\n    EOF\n}\n"],
  ["heredoc-end", "locals {\n  a = <<-EOT\n    x\n    END\n}\n"],
  ["heredoc-end", "locals {\n  a = <<-SCRIPT\n    x\n    SCIRPT\n  b = 1\n}\n"],
  ["heredoc-end", "locals {\n  a = <<-EOT\n    x = 1EOT\n}\n"],
  // The line break behind the marker is lost, and no argument has that name.
  ["heredoc-end", "locals {\n  a = <<-EOT\n    x\n  EOTb = 1\n}\n"],
  // Text that stands further left in one line, and goes on.
  ["heredoc-end", "locals {\n  a = <<-EOT\n    [x]\n    y = 1\n  z = 2\n    w = 3\n}\n"],
  // An empty line before the code is the text's or is not.
  ["heredoc-end", "locals {\n  a = <<-EOT\n    x\n\n  b = 1\n}\n"],
  // Another bracket in the place of the brace.
  ["unterminated-string", 'variable "env" {}\nlocals {\n  a = "x-${var.env]-y"\n}\n'],
  ["unterminated-string", 'variable "env" {}\nlocals {\n  a = "x-${var.env)"\n}\n'],
  ["unterminated-string", 'variable "list" {}\nlocals {\n  a = "x-${var.list[0]"\n}\n'],
  // The bracket may be the one that stands in the string.
  ["unclosed-bracket", 'locals {\n  a = upper("x)"\n  b = 1\n}\n'],
  ["unclosed-bracket", 'locals {\n  a = [\n    "x",\n    "y]"\n  b = 1\n}\n'],
  ["unclosed-bracket", 'locals {\n  a = concat(["x"]#, ["y"])\n}\n'],
  // A quote that became a brace; one that nothing opens.
  ["unterminated-string", 'locals {\n  a = "${join("-}, [var.x, "b"])}"\n}\n'],
  ["curly-quotes", 'locals {\n  a = ”"#1"\n}\n'],
  // The marks of a block and of an empty string, in the wrong order.
  ["assignment-sign", "locals :{\n  a = 1\n}\n"],
  ["missing-comma", 'locals {\n  a = [\n    ","\n    "b",\n  ]\n}\n'],
  ["missing-comma", "locals {\n  a = [lower(var.x.i)d]\n}\n"],
  // A string that goes on over a line's end is none, whatever follows.
  ["missing-comma", 'locals {\n  a = {\n    b = "c\n"    "k" = "l: m"\n  }\n}\n'],
  // The file ends in the middle of a line: more than a mark may be lost.
  ["unterminated-string", 'locals {\n  a = "web'],
  ["unclosed-bracket", "locals {\n  a = 1"],
  ["unclosed-bracket", "locals {\n  a = [1, 2"],
  // What follows the name may belong to the expression.
  ["unterminated-string", 'variable "x" {}\nlocals {\n  a = "${var.x == 1 ? 2 : 3"\n}\n'],
  ["unterminated-string", 'variable "x" {}\nlocals {\n  a = "n-${var.x + 1"\n}\n'],
  ["unterminated-string", 'variable "x" {}\nlocals {\n  a = "n-${var.x - 1"\n}\n'],
  ["unterminated-string", 'variable "x" {}\nlocals {\n  a = "n-${var.x/2"\n}\n'],
  // A name that goes on may be a slip of another one.
  ["unterminated-string", 'variable "env" {}\nlocals {\n  a = "x-${var.envs"\n}\n'],
  // What follows a string that was cut off may be its text.
  ["assignment-sign", body('  name = "{\n    "a": "b",\n    "c": 1\n  }"')],
  ["for-arrow", "locals {\n  a = { for k, v in var.x : k == v.id }\n}\n"],
  // Which of the braces is one too many is not plain.
  ["unopened-brace", "locals {\n  a = 1\n  }\n}\n"],
  ["unopened-brace", "locals\n  a = 1\n}\n"],
  // A list or its element: the type is not known.
  ["unclosed-bracket", body('  other = ["a"\n  name  = "x"')],
  // Not laid out, or two places fit.
  ["unclosed-bracket", "locals {\na = { b = 1\nc = 2\n}\n"],
  ["unclosed-bracket", "locals {\n  a = f(g(1, 2)\n}\n"],
  // An argument of the resource in an object that is not closed; tabs beside spaces, of which nobody knows how wide they show.
  ["unclosed-bracket", body("  tags = {\n    team = 1\n\n    monitoring = true")],
  ["unclosed-bracket", body("\tdisk {\n        name = 1\n\tsize = 2")],
  ["unclosed-bracket", 'locals {\n  a = aws_subnet.b["c".id\n}\n'],
  ["unclosed-bracket", "locals {\n  a = aws_subnet.b[each.key.id\n}\n"],
  ["unclosed-bracket", "locals {\n  a = merge(var.all, var.some.one\n}\n"],
  ["invalid-escape", 'locals {\n  a = "C:\\dir"\n}\n'],
  // A default as a shell has it, which is wanted as a value: nothing says that a shell reads it.
  ["shell-template", 'locals {\n  a = "${env:-dev}-logs"\n}\n'],
  ["shell-template", 'variable "env" {}\nlocals {\n  a = <<EOT\n${env:-dev}\nEOT\n}\n'],
  ["shell-template", 'variable "env" {}\nlocals {\n  a = "%{env}-logs"\n}\n'],
  ["shell-template", 'locals {\n  a = "%{ifx}"\n  b = "${x y}"\n  c = "%{ end }"\n}\n'],
  // A slip of a directive; a template of nobody knows what; a value of an environment that a name is to have.
  ["shell-template", 'locals {\n  a = "%{ if var.on }x%{esle}y%{ endif }"\n}\n'],
  ["shell-template", 'locals {\n  a = "%{environment}-logs"\n}\n'],
  ["shell-template", 'locals {\n  a = "${ENV:-dev}-logs"\n}\n'],
  ["shell-template", 'locals {\n  a = <<EOT\n{ "Resource": "${BUCKET:-logs}" }\nEOT\n}\n'],
  // What no fixer may decide: a merge conflict, a statement, JSON.
  ...SYNTAX_FIXERS.flatMap(({ name }): [string, string][] => [
    [name, "<<<<<<< HEAD\nlocals {\n  a = 1\n}\n=======\nlocals {\n  a = 2\n}\n>>>>>>> b\n"],
    [name, "if var.x {\n  locals {\n    a = 1\n  }\n}\n"],
    [name, '{\n  "locals": { "a": 1 }\n}\n'],
    [name, "locals {\n  a = var.x ? 1\n}\n"],
  ]),
])("%s leaves %j alone", (name, text) => {
  const result = mended(name, text);
  expect(result === null || unsure(result) ? null : result).toBeNull();
});

test.each([
  ["True", "true"],
  ["None", "null"],
  ["nil", "null"],
])("a bare %s is %s", (word, meant) => {
  const fixer = SYNTAX_FIXERS.find(({ name }) => name === "foreign-literal")!;
  expect(proposed(fixer, "invalid-reference", `locals {\n  a = [«${word}»]\n}\n`, {})).toBe(
    `locals {\n  a = [${meant}]\n}\n`,
  );
});

test("a bare yes is true where a bool is taken, and left alone elsewhere", () => {
  const fixer = SYNTAX_FIXERS.find(({ name }) => name === "foreign-literal")!;
  expect(proposed(fixer, "invalid-reference", body("  monitoring = «yes»"), provider)).toBe(
    body("  monitoring = true"),
  );
  expect(proposed(fixer, "invalid-reference", body("  name = «yes»"), provider)).toBeNull();
  expect(proposed(fixer, "invalid-reference", body("  monitoring = «maybe»"), provider)).toBeNull();
  expect(proposed(fixer, "invalid-reference", body("  monitoring = «None.x»"), provider)).toBeNull();
});

test.each([
  ['"web-" + «local.env»', '"web-${local.env}"'],
  ['«local.env» + "-" + var.b[0] + "-${x}"', '"${local.env}-${var.b[0]}-${x}"'],
  ['upper(«"a"» + f("b"))', 'upper("a${f("b")}")'],
  // Numbers may be meant to be added.
  ['«"web-"» + 1', "unsure: "],
  // Next to each other they would be a mark of a template, or escape one.
  ['«"costs $"» + var.x', "unsure: "],
  ['«"%"» + "{x}"', "unsure: "],
  ['«"1"» + var.x', null],
  ["«var.x» + var.y", null],
  ['var.x + var.y + «"a"»', null],
  // A comment would be lost.
  ['(«"a"» + # b\n    var.x)', "unsure: "],
])("%s put together is %s", (text, meant) => {
  const fixer = SYNTAX_FIXERS.find(({ name }) => name === "string-concatenation")!;
  const result = proposed(fixer, "invalid-expression", `locals {\n  a = ${text}\n}\n`, {
    names: { why: "operand" },
  });
  const file = meant === null || unsure(meant) ? meant : `locals {\n  a = ${meant}\n}\n`;
  expect(result).toBe(file);
});

test.each([
  [
    'variable "string" «"env"» {\n  default = "x"\n}\n',
    "1",
    'variable "env" {\n  type = string\n  default = "x"\n}\n',
  ],
  ['variable "string" «"env"» {\n  default = 1\n}\n', "1", "unsure: string, env"],
  [
    'variable "a" «"b"» {\n}\nlocals {\n  x = var.b\n}\n',
    "1",
    'variable "b" {\n}\nlocals {\n  x = var.b\n}\n',
  ],
  ['variable "a" «"b"» {\n}\nlocals {\n  x = [var.a, var.b]\n}\n', "1", "unsure: a, b"],
  ['output "a" «"b"» {\n}\n', "1", "unsure: a, b"],
  ['locals «"a"» {\n}\n', undefined, "locals {\n}\n"],
  ['resource "aws_instance" "a" {\n  disk «"x"» {\n  }\n}\n', undefined, "unsure: name"],
  // Any argument that takes text may be what it says, unless that is set; also where the provider has a list in the block's place.
  ['resource "aws_instance" "a" {\n  ingress «"x"» {\n  }\n}\n', undefined, "unsure: note"],
  ['resource "aws_instance" "a" {\n  rule «"x"» {\n  }\n}\n', undefined, "unsure: about"],
  [
    'resource "aws_instance" "a" {\n  rule «"x"» {\n    about = "y"\n  }\n}\n',
    undefined,
    'resource "aws_instance" "a" {\n  rule {\n    about = "y"\n  }\n}\n',
  ],
])("labels of %j", (text, count, expected) => {
  const fixer = SYNTAX_FIXERS.find(({ name }) => name === "block-labels")!;
  const names = { why: "labels", ...(count === undefined ? {} : { count }) };
  expect(proposed(fixer, "syntax", text, { ...provider, names })).toBe(expected);
});
