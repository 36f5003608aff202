import { expect, test } from "vitest";
import { commentTagLine, isCommentTag, isSameComment, readCommentTag } from "./comment-tag.ts";
import { renderEstimateMarkdown } from "./render-estimate.ts";
import { anEstimateOf } from "./testing.ts";

const VALID_AT = "2026-11-22T10:00:00Z";

test.each([
  ["", "[//]: <> (apex-estimate, valid-at=2026-11-22T10:00:00Z)"],
  ["prod.eu-1", "[//]: <> (apex-estimate:prod.eu-1, valid-at=2026-11-22T10:00:00Z)"],
])("the tag %j is read back as it was written, with any line ends", (tag, line) => {
  expect(commentTagLine({ tag, validAt: VALID_AT })).toBe(line);
  for (const end of ["", "\n", "\r\n", "\r", "  \r\n"]) {
    expect(readCommentTag(`${line}${end}`)).toEqual({ tag, validAt: VALID_AT });
    expect(readCommentTag(`${line}${end}${end === "" ? "" : "rest"}`)).toEqual({ tag, validAt: VALID_AT });
  }
});

test.each([
  "",
  "[//]: <> (apex-report)",
  "hello\n[//]: <> (apex-estimate, valid-at=2026-11-22T10:00:00Z)",
  "> [//]: <> (apex-estimate, valid-at=2026-11-22T10:00:00Z)",
  "[//]: <> (apex-estimate, valid-at=2026-11-22)",
  "[//]: <> (apex-estimate, valid-at=9999999999999999999Z)",
  "[//]: <> (apex-estimate:, valid-at=2026-11-22T10:00:00Z)",
  "[//]: <> (apex-estimate:a b, valid-at=2026-11-22T10:00:00Z)",
  "[//]: <> (apex-estimate, valid-at=2026-11-22T10:00:00Z) and more",
])("%j is no comment of ours", (body) => {
  expect(readCommentTag(body)).toBeUndefined();
});

test.each(["a b", "-a", "a)", "a\nb", "x".repeat(41), "ä"])("%j cannot be a tag", (tag) => {
  expect(isCommentTag(tag)).toBe(false);
  expect(() => commentTagLine({ tag, validAt: VALID_AT })).toThrow(/tag is at most 40 letters/);
});

test("a time that is none is refused", () => {
  expect(() => commentTagLine({ tag: "", validAt: "yesterday)" })).toThrow(/ISO 8601/);
});

test("comments are the same whenever they were made and however they are stored", () => {
  const body = (validAt: string, tag = "", apexVersion = "0.1.0") =>
    renderEstimateMarkdown(anEstimateOf({ apexVersion }), { flavour: "github", tag, validAt });
  const now = body(VALID_AT);
  const later = body("2027-01-01T00:00:00Z");
  expect(later).not.toBe(now);
  expect(isSameComment(now, later)).toBe(true);
  expect(isSameComment(now, later.replaceAll("\n", "\r\n").trimEnd())).toBe(true);
  expect(isSameComment(now, body(VALID_AT, "other"))).toBe(false);
  expect(isSameComment(now, body(VALID_AT, "", "0.2.0"))).toBe(false);
});
