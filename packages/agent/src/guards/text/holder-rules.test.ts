import { describe, expect, test } from "vitest";
import { brokenRules, problemAt, review, type Texts } from "../testing/text-changes.ts";

const M = "main.tf";

function undeclared(files: Texts, type: string, name: string) {
  return problemAt(files, `${type}.${name}`, { class: "undeclared-resource", names: { type, name } });
}

describe("who holds a permission", () => {
  const files: Texts = {
    [M]: `resource "google_storage_bucket" "assets" {
  name = "assets"
}
resource "google_storage_bucket" "ledger" {
  name = "ledger"
}
resource "google_storage_bucket_iam_member" "all" {
  bucket = google_storage_bucket.asets.name
  role = "roles/storage.objectViewer"
  member = "allUsers"
}
`,
  };
  const problem = undeclared(files, "google_storage_bucket", "asets");

  test("is the one that was misspelt", () => {
    expect(review(files, [[M, "bucket.asets", "bucket.assets"]], [problem])).toEqual([]);
  });

  test.each([
    ["another one", "google_storage_bucket.ledger.name"],
    ["a name that is written out", `"ledger"`],
  ])("is not %s", (_, now) => {
    expect(brokenRules(files, [[M, "google_storage_bucket.asets.name", now]], [problem])).toContain(
      "access-widened",
    );
  });
});

test("a role that nobody declares can be the only one, and none of two", () => {
  const attachment = `resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.application_server.name\n  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n}\n`;
  const one: Texts = { [M]: `resource "aws_iam_role" "app" {}\n${attachment}` };
  const two: Texts = { [M]: `resource "aws_iam_role" "ops" {}\n${one[M]}` };
  const edit = [[M, "aws_iam_role.application_server", "aws_iam_role.app"]] as const;
  expect(review(one, edit, [undeclared(one, "aws_iam_role", "application_server")])).toEqual([]);
  expect(brokenRules(two, edit, [undeclared(two, "aws_iam_role", "application_server")])).toEqual([
    "access-widened",
  ]);
});

test.each([
  ["security_group_id", "aws_security_group.lb.id", "aws_security_group.db.id"],
  ["iam_instance_profile", "aws_iam_instance_profile.app.name", "aws_iam_instance_profile.admin.name"],
  ["subnet_ids", "[aws_subnet.private.id]", "[aws_subnet.public.id]"],
  ["kms_key_id", "aws_kms_key.a.arn", "aws_kms_key.b.arn"],
])("%s does not become another one, also where the problem may be anywhere", (name, old, now) => {
  const declared = [old, now]
    .flatMap((text) => /(\w+)\.(\w+)\./.exec(text)?.slice(1, 3).join(".") ?? [])
    .map((one) => `resource "${one.replace(".", `" "`)}" {}\n`)
    .join("");
  const files: Texts = { [M]: `${declared}resource "aws_thing" "a" {\n  ${name} = ${old}\n}\n` };
  expect(brokenRules(files, [[M, `${name} = ${old}`, `${name} = ${now}`]])).toContain("access-widened");
});
