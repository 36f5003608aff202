import { expect, test } from "vitest";
import { hunkOf, sharedFile } from "./changed-lines.ts";

/** What a root module changes in one file. */
function change(directory: string, file: string, line: number, before: string) {
  return { directory, recommendations: [{ edits: [{ file, line, before, after: "x" }] }] };
}

const PROD = change("live/prod", "../../modules/web/main.tf", 5, "a\nb");

test.each([
  ["the same line by another way", change("live/eu/dev", "../../../modules/web/main.tf", 6, "b"), true],
  ["the line after", change("live/dev", "../../modules/web/main.tf", 7, "c"), true],
  ["an insertion before", change(".", "modules/web/main.tf", 5, ""), true],
  ["a line in between is left", change("live/dev", "../../modules/web/main.tf", 8, "d"), false],
  ["lines before", change("live/dev", "../../modules/web/main.tf", 3, "z"), false],
  ["another file", change("live/dev", "../../modules/db/main.tf", 5, "a"), false],
  ["a file of its own of the same name", change("live/dev", "main.tf", 5, "a"), false],
])("%s is changed by two root modules, or not", (_, other, isShared) => {
  const file = isShared ? "modules/web/main.tf" : undefined;
  expect(sharedFile(PROD, other)).toBe(file);
  expect(sharedFile(other, PROD)).toBe(file);
});

test("files outside of the repository are nobody's, though two root modules name them alike", () => {
  const outside = (directory: string) => change(directory, "../../etc/main.tf", 1, "a");
  expect(sharedFile(outside("dev"), outside("prod"))).toBeUndefined();
});

test("an insertion replaces no line", () => {
  expect(hunkOf({ line: 4, before: "" })).toEqual({ start: 4, end: 4 });
});
