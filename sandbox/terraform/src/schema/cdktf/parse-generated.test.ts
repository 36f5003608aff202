import { expect, test } from "vitest";
import { generatedVolume } from "../testing/generated-volume.ts";
import { parseGenerated } from "./parse-generated.ts";

test("a resource is read with Terraform's names, not those of the generated properties", () => {
  const unit = parseGenerated(generatedVolume());
  expect(unit).toMatchObject({ kind: "resource", type: "acme_volume", unread: 0 });
  expect(unit?.root.members.map((member) => member.name)).toEqual([
    "arn",
    "get_password_data",
    "peers",
    "zones",
    "size",
    "rule",
    "attachments",
    "disk",
    "statement",
    "timeouts",
  ]);
});

test("only what the configuration calls a block is a block", () => {
  const unit = parseGenerated(generatedVolume());
  expect([...(unit?.root.blocks ?? [])]).toEqual(["disk", "statement", "timeouts"]);
});

test("text without a resource, data source or provider gives nothing", () => {
  expect(parseGenerated("export class Helper extends cdktf.ComplexObject {\n}\n")).toBeUndefined();
  expect(parseGenerated("")).toBeUndefined();
});

test("a declaration in a form that is not known is counted, not overlooked", () => {
  const text = generatedVolume().replace("isBlock: false,\n        type:", "isBlock: false, type:");
  expect(parseGenerated(text)?.unread).toBe(1);
});
