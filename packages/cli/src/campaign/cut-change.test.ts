import type { Edit } from "@apex/core";
import { describe, expect, test } from "vitest";
import { addsUp, cutChange } from "./cut-change.ts";

const TEXT = 'a = 1\nb = "m5.xlarge"\nc = "m5.xlarge"\n';
const before = new Map([["main.tf", TEXT]]);

const small: Edit = { file: "main.tf", line: 2, before: 'b = "m5.xlarge"', after: 'b = "m5.large"' };
const other: Edit = { file: "main.tf", line: 3, before: 'c = "m5.xlarge"', after: 'c = "m5.large"' };
const added: Edit = { file: "main.tf", line: 2, before: "", after: "x = 1\ny = 2" };

function cut(edits: readonly Edit[], texts = before): string | undefined {
  const outcome = cutChange(edits, texts);
  return outcome.kind === "cut" ? outcome.overlay.get("main.tf") : `${outcome.file}:${outcome.line}`;
}

describe("the change of one recommendation", () => {
  test("has its own lines and leaves the others as they are", () => {
    expect(cut([small])).toBe('a = 1\nb = "m5.large"\nc = "m5.xlarge"\n');
    expect(cut([small, small])).toBe(cut([small]));
    expect(cut([other, small])).toBe('a = 1\nb = "m5.large"\nc = "m5.large"\n');
    expect(cut([added])).toBe('a = 1\nx = 1\ny = 2\nb = "m5.xlarge"\nc = "m5.xlarge"\n');
    expect(cut([{ ...added, line: 4 }])).toBe(`${TEXT}x = 1\ny = 2\n`);
    expect(cut([{ ...small, after: "" }])).toBe('a = 1\nc = "m5.xlarge"\n');
  });

  test("keeps the line ends of the file, and a last line without one", () => {
    const windows = new Map([["main.tf", TEXT.replaceAll("\n", "\r\n")]]);
    expect(cut([small, added], windows)).toBe(cut([small, added])?.replaceAll("\n", "\r\n"));
    const open = new Map([["main.tf", TEXT.trimEnd()]]);
    expect(cut([other], open)).toBe('a = 1\nb = "m5.xlarge"\nc = "m5.large"');
    expect(cut([{ ...added, line: 4 }], open)).toBe(`${TEXT}x = 1\ny = 2`);
  });

  test("is not made of files that have changed since, or are gone", () => {
    expect(cut([{ ...small, line: 3 }])).toBe("main.tf:3");
    expect(cut([{ ...small, line: 9 }])).toBe("main.tf:9");
    expect(cut([{ ...small, after: "b = 2" }, small])).toBe("main.tf:2");
    expect(cut([small], new Map())).toBe("main.tf:2");
  });
});

test("edits are a part of the patch when all of them together make it", () => {
  const all = [small, other];
  const patched = new Map([["main.tf", 'a = 1\nb = "m5.large"\nc = "m5.large"\n']]);
  expect(addsUp([small], all, { before, patched })).toBe(true);
  expect(addsUp([small], [small], { before, patched })).toBe(false);
  expect(addsUp([small], all, { before: new Map(), patched })).toBe(false);
});
