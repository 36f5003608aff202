import { expect, test } from "vitest";
import { createRedactor, withoutUnseen } from "./redactor.ts";

/** Put together here, so that no scanner of repositories takes this file for a leak. */
const AWS_KEY = `AKIA${"IOSFODNN7EXAMPLE"}`;
const JWT = `eyJ${"hbGciOiJIUzI1NiJ9"}.eyJ${"zdWIiOiIxMjM0NTY3ODkwIn0"}.abc_DEF-123`;
const PEM = `-----BEGIN RSA ${"PRIVATE KEY"}-----\nMIIEabc\ndef==\n-----END RSA ${"PRIVATE KEY"}-----`;
const RANDOM = "q9Zx3LmT7vB1nRk5Wd8Yc2Hs4Jg6";

test.each([
  ["an attribute", `password = "hunter2"`, "hunter2"],
  ["a longer name", `master_user_password="corr\\"ect horse"`, "corr"],
  ["JSON", `{"client_secret": "s3cr3t-value"}`, "s3cr3t-value"],
  ["JSON in a text", `policy = "{\\"api_key\\":\\"abc123def\\"}"`, "abc123def"],
  ["a heredoc", `private_key = <<-EOT\n  line one\n  line two\n  EOT\n`, "line two"],
  ["a variable's default", `variable "db_password" {\n  type = string\n  default = "hunter2"\n}`, "hunter2"],
  ["a sensitive variable", `variable "x" {\n  default = "hunter2"\n  sensitive = true\n}`, "hunter2"],
  ["a key of AWS", `x = "${AWS_KEY}"`, AWS_KEY],
  ["a JWT", `x = "${JWT}"`, JWT],
  ["a PEM", PEM, "MIIEabc"],
  ["a connection string", `url = "postgres://app:pa55w0rd@db.internal/app"`, "pa55w0rd"],
  ["a storage account", `c = "DefaultEndpointsProtocol=https;AccountKey=abcdefgh1234==;"`, "abcdefgh1234"],
  ["a header", "Authorization: Bearer abc.def.ghi-123456", "abc.def.ghi-123456"],
  ["a log line", "connecting with password=hunter2 to db", "hunter2"],
  ["a random literal", `x = "${RANDOM}"`, RANDOM],
  ["hexadecimal digits", `x = "0123456789abcdef0123456789abcdef"`, "0123456789abcdef0123456789abcdef"],
  ["unseen characters in between", `x = "${AWS_KEY.slice(0, 9)}\u200b${AWS_KEY.slice(9)}"`, AWS_KEY.slice(9)],
])("%s is taken out, and put back as it was", (_, text, secret) => {
  const redactor = createRedactor();
  const redacted = redactor.redact(text);
  expect(redacted).not.toContain(secret);
  expect(redacted).toMatch(/«secret-1»/);
  expect(redacted.split("\n")).toHaveLength(text.split("\n").length);
  expect(redactor.restore(redacted)).toBe(text);
});

test.each([
  `password = var.db_password`,
  `password = "\${var.db_password}"`,
  `master_password = random_password.db.result`,
  `secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf"`,
  `kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`,
  `ami = "ami-0123456789abcdef0"`,
  `key_name = "deploy"\nkey = "terraform.tfstate"\npassword_length = "16"`,
  `resource "aws_s3_bucket_server_side_encryption_configuration" "e" {}`,
  `image = "nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"`,
  `description = "A rather long sentence about passwords and tokens, which holds none."`,
  `source = "git::https://example.com/modules/vpc.git?ref=v1.2.0"`,
  `Inappropriate value for attribute "password": string required.`,
  `token_validity_units = { id_token = 5 }\nmax_tokens = "100"`,
  `id = "4d3e9a20-1b7c-4b6e-9a54-0d9b0f6a1c2d"`,
])("%s stays", (text) => {
  expect(createRedactor().redact(text)).toBe(text);
});

test("equal secrets have one placeholder, and a secret that was met is taken out where nothing tells of it", () => {
  const redactor = createRedactor({ values: ["known-value-1"], isSensitive: (name) => name === "auth_blob" });
  expect(redactor.redact(`password = "hunter2"`)).toBe(`password = "«secret-2»"`);
  expect(redactor.redact(`auth_blob = "plain"`)).toBe(`auth_blob = "«secret-3»"`);
  expect(redactor.redact("log: hunter2 and known-value-1 were refused")).toBe(
    "log: «secret-2» and «secret-1» were refused",
  );
});

test("a text that looks like a placeholder is none: nothing written in a file leads to a secret", () => {
  const redactor = createRedactor({ tag: "k3f9" });
  expect(redactor.redact(`password = "hunter2"`)).toBe(`password = "«secret-1-k3f9»"`);
  const redacted = redactor.redact(`tags = { note = "«secret-1»" }`);
  expect(redacted).toBe(`tags = { note = "«secret-2-k3f9»" }`);
  expect(redactor.restore(redacted)).toBe(`tags = { note = "«secret-1»" }`);
  expect(redactor.invented("«secret-2-k3f9» «secret-7-k3f9»")).toEqual(["«secret-7-k3f9»"]);
  expect(redactor.restore("«secret-7-k3f9»")).toBe("«secret-7-k3f9»");
});

test("what was redacted stays as it is when it is redacted again", () => {
  const redactor = createRedactor();
  const once = redactor.redact(`password = "hunter2"\nurl = "https://a:pass-1234@b"`);
  expect(redactor.redact(once)).toBe(once);
  expect(redactor.redactJson({ password: "«secret-1»" })).toEqual({ password: "«secret-1»" });
});

test("JSON is redacted by its keys and its texts, without what moves a terminal", () => {
  const redactor = createRedactor();
  const value = {
    password: "short",
    list: [{ note: `\u001b[31mred\u001b[0m password=hunter2` }],
    n: 1,
    none: null,
  };
  expect(redactor.redactJson(value)).toEqual({
    password: "«secret-1»",
    list: [{ note: "red password=«secret-2»" }],
    n: 1,
    none: null,
  });
  expect(withoutUnseen("a\u202eb\u200bc\u001b]0;title\u0007d\te\n")).toBe("abcd\te\n");
});
