import { applyTextEdits } from "@apex/generators-hcl";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MODEL_TOOLS } from "./model-tools.ts";
import { called, SECRET, worldOf } from "./testing.ts";

const line = fc.constantFrom(
  "a = 1",
  'b = "x"',
  "}",
  'resource "aws_instance" "web" {',
  "",
  "  # c",
  "é = 漢",
  `s = "${SECRET}"`,
);
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));

it("edits to exactly what replacing the one occurrence that is shown gives, or not at all", () => {
  const property = fc.property(
    text,
    text,
    fc.tuple(fc.nat(), fc.nat(30)),
    fc.constantFrom("\n", "\r\n"),
    (content, newText, [at, length], lineBreak) => {
      const file = content.replaceAll("\n", lineBreak);
      const start = content === "" ? 0 : at % content.length;
      const oldText = content.slice(start, start + length);
      const files = { "main.tf": file };
      const result = called(
        "propose_edit",
        { edits: [{ path: "main.tf", old_text: oldText, new_text: newText }], reason: "" },
        worldOf(files),
      );
      const first = content.indexOf(oldText);
      const isShown = content.replaceAll(SECRET, "«secret-1»").includes(oldText);
      const isOnce = oldText !== "" && content.lastIndexOf(oldText) === first && isShown;
      const wanted = content.slice(0, first) + newText + content.slice(first + oldText.length);
      // A file of one line has no line end to keep.
      const written = content.includes("\n") ? wanted.replaceAll("\n", lineBreak) : wanted;
      const after =
        result.kind === "edits"
          ? applyTextEdits(new Map(Object.entries(files)), result.edits).get("main.tf")
          : file;
      expect(after).toBe(isOnce && oldText !== newText ? written : file);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

it("answers any call in bounded text, without the secret and without an exception", () => {
  const world = worldOf({
    "main.tf": `a = "${SECRET}"\nresource "aws_instance" "web" {}\n`,
    "b.tfvars": "c = 1\n",
  });
  const name = fc.oneof(fc.constantFrom(...MODEL_TOOLS.map((tool) => tool.name)), fc.string());
  const value = fc.oneof(
    fc.constantFrom("main.tf", "b.tfvars", "", "resource", "aws_instance", "a = "),
    fc.integer(),
    fc.jsonValue(),
  );
  const record = fc.record(
    {
      path: value,
      from_line: value,
      to_line: value,
      filter: value,
      kind: value,
      type: value,
      block_path: value,
      directory: value,
      reason: value,
      edits: fc.oneof(
        value,
        fc.array(fc.record({ path: value, old_text: value, new_text: value }), { maxLength: 3 }),
      ),
    },
    { requiredKeys: [] },
  );
  const fitting = fc.oneof(
    fc.record({ path: fc.constantFrom("main.tf", "x"), from_line: fc.integer(), to_line: fc.integer() }),
    fc.record({
      kind: fc.constantFrom("resource", "data", "provider"),
      type: fc.string(),
      block_path: fc.string(),
    }),
    fc.record({ filter: fc.string() }),
    fc.record({ directory: fc.string() }),
  );
  const property = fc.property(
    name,
    fc.oneof(record, fitting, fc.string(), fc.jsonValue()),
    (tool, given) => {
      const result = called(tool, given, world);
      expect(result.summary.length).toBeLessThan(700);
      const said = result.kind === "answer" ? result.text : "";
      expect(said.length).toBeLessThan(18_000);
      expect(said).not.toContain(SECRET);
    },
  );
  fc.assert(property, { numRuns: 1000 });
});
