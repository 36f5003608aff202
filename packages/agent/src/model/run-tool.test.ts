import { applyTextEdits } from "@apex/generators-hcl";
import { expect, it } from "vitest";
import { MODEL_TOOLS } from "./model-tools.ts";
import type { ToolResult } from "./run-tool.ts";
import { called, SECRET, worldOf } from "./testing.ts";

const MAIN = `variable "size" {
  type = string
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_typ  = var.size # the type
  user_data     = "${SECRET}"
}
`;

const FILES = {
  "main.tf": MAIN,
  "modules/web/main.tf": 'variable "name" {\n  default = "x"\n}\noutput "id" {\n  value = 1\n}\n',
  "terraform.tfvars": 'size = "t3.micro"\n',
  "notes.md": "Not to be edited.\n",
};

const world = worldOf(FILES);

function textOf(result: ToolResult): string {
  if (result.kind !== "answer") throw new Error(`not an answer: ${JSON.stringify(result)}`);
  return result.text;
}

/** The files after a proposal that is taken; what is said of one that is not. */
function edited(
  edits: readonly { path: string; old_text: string; new_text: string }[],
  files = FILES,
): unknown {
  const result = called("propose_edit", { edits, reason: "because" }, worldOf(files));
  if (result.kind !== "edits") return textOf(result);
  return Object.fromEntries(applyTextEdits(new Map(Object.entries(files)), result.edits));
}

const one = (old_text: string, new_text: string, path = "main.tf") => edited([{ path, old_text, new_text }]);

it("tells a model of strict tools: all arguments required, no others allowed", () => {
  expect(MODEL_TOOLS.map(({ name }) => name)).toEqual([
    "read_file",
    "list_addresses",
    "provider_schema",
    "list_names",
    "propose_edit",
    "check",
    "give_up",
  ]);
  expect(MODEL_TOOLS[0]?.parameters).toEqual({
    type: "object",
    properties: {
      path: { type: "string", description: "Path of the file as the task names it." },
      from_line: { type: "integer", description: "First line, from 1." },
      to_line: { type: "integer", description: "Last line, included." },
    },
    required: ["path", "from_line", "to_line"],
    additionalProperties: false,
  });
});

it("reads lines as data, without secrets, and no file that is not of the configuration", () => {
  expect(textOf(called("read_file", { path: "./main.tf", from_line: 6, to_line: 99 }, world))).toBe(
    `<data n0nce "main.tf lines 6-10 of 10">
6|   ami           = "ami-1"
7|   instance_typ  = var.size # the type
8|   user_data     = "«secret-1»"
9| }
10| 
</data n0nce>`,
  );
  for (const path of ["/etc/passwd", "../main.tf", "modules/../main.tf", "main.tf\0", "__proto__", ""]) {
    const result = called("read_file", { path, from_line: 1, to_line: 2 }, world);
    expect(result).toMatchObject({ ok: false, text: expect.stringContaining("There is no such file") });
  }
  expect(called("read_file", { path: "main.tf", from_line: 5, to_line: 4 }, world)).toMatchObject({
    ok: false,
  });
  expect(called("read_file", { path: "main.tf", from_line: 50, to_line: 60 }, world)).toMatchObject({
    text: "The file has 10 lines.",
  });
});

it("names what is invisible, and cuts what is long", () => {
  const odd = worldOf({ "main.tf": `a = "x\u200By\u202E"\r\nb = "${"z".repeat(9000)}"\n` });
  const text = textOf(called("read_file", { path: "main.tf", from_line: 1, to_line: 3 }, odd));
  expect(text).toContain('1| a = "x<U+200B>y<U+202E>"\n2| b');
  expect(text).toContain("characters left out");
  const many = worldOf({ "main.tf": `${"# a line\n".repeat(5000)}` });
  const some = textOf(called("read_file", { path: "main.tf", from_line: 1, to_line: 5000 }, many));
  expect(some).toContain("lines 1-400 of 5001");
  expect(some.length).toBeLessThan(16_000);
});

it("lists addresses and names with their places", () => {
  expect(textOf(called("list_addresses", { filter: "" }, world))).toContain("aws_instance.web at main.tf:5");
  expect(textOf(called("list_addresses", { filter: "google" }, world))).toContain("None of the 1");
  expect(textOf(called("list_names", { directory: "" }, world))).toContain("var.size: string (no default)");
  const inner = textOf(called("list_names", { directory: "./modules/web/" }, world));
  expect(inner).toContain("var.name\noutput id");
  expect(called("list_names", { directory: "modules" }, world)).toMatchObject({
    ok: false,
    text: expect.stringContaining('"modules/web"'),
  });
});

it("shows a slice of a provider's schema, the required first, and near names of what there is not", () => {
  const slice = (kind: string, type: string, block_path = "") =>
    textOf(called("provider_schema", { kind, type, block_path }, world));
  expect(slice("resource", "aws_instance")).toBe(`<data n0nce "schema of resource aws_instance">
ami: "string" (required)
instance_type: "string" (optional)
tags: ["map","string"] (optional)
user_data: "string" (optional, sensitive)
block root_block_device { … } (list, at most 1)
arn: "string" (read-only)
</data n0nce>`);
  expect(slice("resource", "aws_instance", "root_block_device")).toContain(
    'volume_size: "number" (optional, computed when left out)',
  );
  expect(slice("resource", "aws_instance", "constructor")).toContain("no nested block");
  expect(slice("resource", "aws_instnce")).toContain("Near names: aws_instance");
  expect(slice("data", "aws_instance")).toContain("Near names: aws_ami");
  expect(slice("provider", "acme")).toContain("No schema of a provider");
});

it("makes edits of texts that occur exactly once", () => {
  expect(one("  instance_typ  = var.size", "  instance_type = var.size")).toMatchObject({
    "main.tf": MAIN.replace("instance_typ ", "instance_type"),
  });
  expect(one('size = "t3.micro"', 'size = "t3.nano"', "terraform.tfvars")).toMatchObject({
    "terraform.tfvars": 'size = "t3.nano"\n',
  });
  const two = [
    { path: "main.tf", old_text: "# the type", new_text: "# type" },
    { path: "modules/web/main.tf", old_text: '"x"', new_text: '"y"' },
  ];
  expect(edited(two)).toMatchObject({ "modules/web/main.tf": expect.stringContaining('"y"') });
});

it("quotes the nearest real lines where a text does not occur, and makes no edit at all", () => {
  const missing = [
    { path: "main.tf", old_text: "# the type", new_text: "# type" },
    { path: "main.tf", old_text: '  ami = "ami-1"\n', new_text: "" },
  ];
  expect(
    edited(missing),
  ).toBe(`Edit 2 (main.tf): old_text does not occur. It must be exact, blanks and all, without line numbers. The nearest lines are: <data n0nce "main.tf lines 3-10">
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_typ  = var.size # the type
  user_data     = "«secret-1»"
}
</data n0nce> No edit was made.`);
  expect(one("size", "big")).toContain("old_text occurs 2 times (lines 1, 7). Take more lines around it");
});

it("refuses what is no edit, or not of a file to edit", () => {
  expect(one("", "x")).toContain("old_text is empty");
  expect(one("# the type", "# the type")).toContain("are the same");
  expect(one("Not", "x", "notes.md")).toContain("Only .tf and .tfvars files");
  expect(one("root", "x", "/etc/passwd")).toContain("There is no such file");
  expect(one("x".repeat(9000), "y")).toContain("more than 8000 characters");
  expect(edited([])).toContain("There is no edit");
  const touching = [
    { path: "main.tf", old_text: "instance_typ  = var.size", new_text: "a" },
    { path: "main.tf", old_text: "var.size # the", new_text: "b" },
  ];
  expect(edited(touching)).toContain("Two edits of the proposal touch the same place");
  const same = { path: "main.tf", old_text: "# the type", new_text: "#" };
  expect(edited(Array.from({ length: 21 }, () => same))).toContain("More than 20");
});

it("cannot change or move a secret that it does not see, only what is beside it", () => {
  expect(one('user_data     = "«secret-1»"', 'user_data = ""')).toContain("holds a secret");
  expect(one("# the type", "# «secret-1»")).toContain("stands for a secret");
  const missing = one('user_data     = "zzz', "x");
  for (const guess of ['user_data     = "h', SECRET.slice(0, 3), SECRET, `${SECRET}"\n}`]) {
    expect(one(guess, "x")).toContain("old_text does not occur");
  }
  expect(missing).toContain("old_text does not occur");
  expect(one("  user_data     =", "  user_data_base64 =")).toMatchObject({
    "main.tf": expect.stringContaining(`  user_data_base64 = "${SECRET}"`),
  });
});

it("shows no part of a secret that is too long to be shown, or that spans lines", () => {
  const lines = `private_key = <<EOT\n${SECRET}\nEOT\n`;
  const files = { "main.tf": `locals {\n  padding = "${"x".repeat(110)}${SECRET}"\n  ${lines}}\n` };
  const names = textOf(called("list_names", { directory: "" }, worldOf(files)));
  expect(names).toContain("local.padding");
  expect(names).not.toContain(SECRET.slice(0, 4));
});

it("takes no text that a reviewer cannot see", () => {
  expect(one("# the type", "# the \u202Etype")).toContain("invisible");
  expect(one("# the type", "# \ud800")).toContain("half a character");
  expect(one("# the type", "# Größe\t漢\n# 😀")).toMatchObject({ "main.tf": expect.stringContaining("😀") });
});

it("keeps a file's line ends, and finds what is shown by its name", () => {
  const files = { ...FILES, "main.tf": 'a = 1\r\nb = "x\u200By"\r\nc = 3\r\n' };
  const edit = (old_text: string, new_text: string) =>
    edited([{ path: "main.tf", old_text, new_text }], files);
  expect(edit("a = 1\nb", "a = 2\n\nb")).toMatchObject({
    "main.tf": 'a = 2\r\n\r\nb = "x\u200By"\r\nc = 3\r\n',
  });
  expect(edit('"x<U+200B>y"', '"xy"')).toMatchObject({ "main.tf": 'a = 1\r\nb = "xy"\r\nc = 3\r\n' });
});

it("answers a wrong call by what is wrong with it", () => {
  const told = (name: string, given: unknown) => textOf(called(name, given, world));
  expect(told("run_shell", { command: "id" })).toContain("There is no such tool. The tools are read_file");
  expect(told("constructor", {})).toContain("There is no such tool");
  expect(told("read_file", '{"path": "main.t')).toContain("not JSON");
  expect(told("read_file", { path: "main.tf", from_line: 1 })).toContain("do not fit the schema");
  expect(told("read_file", { path: "main.tf", from_line: 1, to_line: 2, also: 1 })).toContain("also");
  expect(told("propose_edit", `{"edits": [], "reason": "${"x".repeat(50_000)}"}`)).toContain(
    "more than 40000",
  );
  expect(told("check", "[".repeat(30_000))).toContain("not JSON");
});

it("refuses a call whose answer is known, however it is written", () => {
  const again = { id: "b", name: "list_names", arguments: '{ "directory":"" }' };
  const result = called("list_names", { directory: "" }, world, [again]);
  expect(result).toMatchObject({ ok: false, text: expect.stringContaining("nothing has changed since") });
  expect(called("list_names", { directory: "modules/web" }, world, [again])).toMatchObject({ ok: true });
  const nested = { id: "b", name: "check", arguments: "[".repeat(15_000) + "]".repeat(15_000) };
  expect(called("check", {}, world, [nested])).toEqual({ kind: "check", summary: "check" });
});

it("takes the model's own words in one bounded line without secrets", () => {
  const reason = `Nobody knows\nthe password ${SECRET}\u001b[31m ${"x".repeat(1000)}`;
  const result = called("give_up", { reason }, world);
  expect(result).toMatchObject({
    kind: "gave-up",
    reason: expect.stringMatching(/^Nobody knows the password «secret-1»<U\+001B>/),
  });
  expect(result).toMatchObject({ reason: expect.stringMatching(/^.{500}…$/) });
});
