import { expect, test } from "vitest";
import { createRedactor, withoutUnseen } from "./redactor.ts";

/** Put together here, so that no scanner of repositories takes this file for a leak. */
const AWS_KEY = `AKIA${"IOSFODNN7EXAMPLE"}`;
const JWT = `eyJ${"hbGciOiJIUzI1NiJ9"}.eyJ${"zdWIiOiIxMjM0NTY3ODkwIn0"}.abc_DEF-123`;
const PEM = `-----BEGIN RSA ${"PRIVATE KEY"}-----\nMIIEabc\ndef==\n-----END RSA ${"PRIVATE KEY"}-----`;
const RANDOM = "q9Zx3LmT7vB1nRk5Wd8Yc2Hs4Jg6";

const RANDOM_BYTES = Buffer.from(Array.from({ length: 900 }, (_, at) => (at * 7919) % 251)).toString(
  "base64",
);
const SECRET = "hunter2x9";

/** Where secrets stand in configurations and in the scripts, settings and messages within them. */
const PLACES: readonly (readonly [place: string, text: string, secret?: string])[] = [
  ["an element of a list", `api_tokens = ["a-${SECRET}", "${SECRET}"]`],
  ["a list in JSON", `{"passwords": ["${SECRET}"]}`],
  ["an element of a sensitive object", `db = {\n  user = "app"\n  other = "${SECRET}"\n}\n`],
  ["the argument of a function", `password = coalesce(var.given, "${SECRET}")`],
  ["a branch", `password = var.stage == "prod" ? var.given : "${SECRET}"`],
  ["what follows an interpolation", `password = "\${lookup(var.x, "key")}${SECRET}"`],
  ["what is marked as sensitive", `x = sensitive("${SECRET}")`],
  [
    "a heredoc as a sensitive default",
    `variable "x" {\n  sensitive = true\n  default = <<EOT\n${SECRET}\nEOT\n}\n`,
  ],
  ["a sensitive output", `output "x" {\n  value = "${SECRET}"\n  sensitive = true\n}\n`],
  ["a value without its quotes", `  password = ${SECRET}\n`],
  ["a container's variable", `env {\n  name  = "DB_PASSWORD"\n  value = "${SECRET}"\n}`],
  ["a container's variable in JSON", `[{"name":"DB_PASSWORD","value":"${SECRET}"}]`],
  [
    "a container's variable in JSON in a text",
    `"[{\\"value\\":\\"${SECRET}\\",\\"name\\":\\"DB_PASSWORD\\"}]"`,
  ],
  ["a container's variable in YAML", `- name: DB_PASSWORD\n  value: ${SECRET}\n`],
  ["JSON in JSON in a text", `"{\\\\\\"api_key\\\\\\":\\\\\\"${SECRET}\\\\\\"}"`],
  ["a script in a text", `user_data = "export DB_PASSWORD=\\"${SECRET}\\""`],
  ["a script with other quotes", `export DB_PASSWORD='${SECRET}'`],
  ["a script without quotes", "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "wJalrXUtnFEMI"],
  ["an option", `mysql --password ${SECRET} -h db`],
  ["a login", `curl -u admin:${SECRET} https://example.com`],
  ["YAML", `password: ${SECRET}\nuser: x`],
  ["a block of YAML", `password: |\n  ${SECRET}\nuser: x`],
  ["settings", `[client]\npassword = ${SECRET}\n`],
  ["XML", `<password>${SECRET}</password>`],
  ["SQL", `CREATE USER app IDENTIFIED BY '${SECRET}';`],
  ["a header by name", `X-Api-Key: ${SECRET}`],
  ["an address with an @ in its password", `postgres://app:p@${SECRET}@db/x`],
  ["an address with a token", "git::https://0123abcd4567efgh8901@example.com/x/y", "0123abcd4567efgh8901"],
  ["a data source name", `app:${SECRET}@tcp(db:3306)/x`],
  [
    "an encrypted PEM",
    `${PEM.split("\n")[0]}\nProc-Type: 4,ENCRYPTED\n\n${SECRET}\n${PEM.split("\n").at(-1)}`,
  ],
  ["a PEM that was cut off", `${PEM.split("\n")[0]}\n${SECRET}\n`],
  [
    "a key of PGP",
    `-----BEGIN PGP ${"PRIVATE KEY"} BLOCK-----\n\n${SECRET}\n-----END PGP ${"PRIVATE KEY"} BLOCK-----`,
  ],
  ["long base64", `x = "${RANDOM_BYTES}"`, RANDOM_BYTES.slice(100, 140)],
  ["the end of a sentence", `the key ${RANDOM}. is wrong`, RANDOM],
  ["a tunnel's key", `tunnel1_preshared_key = "${SECRET}"`],
  ["a key for a disk", `disk_encryption_key = "${SECRET}"`],
  ["a login for HTTP", `http_password = "${SECRET}"`],
];

test.each(PLACES.map(([place, text, secret = SECRET]) => [place, text, secret] as const))(
  "%s is taken out, wherever it stands",
  (_, text, secret) => {
    const redacted = createRedactor({ isSensitive: (name) => name === "db" }).redact(text);
    expect(redacted).not.toContain(secret);
    expect(redacted.split("\n")).toHaveLength(text.split("\n").length);
  },
);

test("a secret that was met is known by its other spellings", () => {
  const secret = 'c0rrect"ho\\rse';
  const redactor = createRedactor({ values: [secret] });
  redactor.redact(`private_key = <<EOT\nthe-first-line-of-a-key\nthe-second-line-of-a-key\nEOT\n`);
  for (const text of [
    JSON.stringify({ note: secret }),
    `https://example.com/?q=${encodeURIComponent(secret)}`,
    ...["", "a:", "ab:"].map((before) => Buffer.from(`${before}${secret}, and more`).toString("base64")),
    "  the-second-line-of-a-key",
  ]) {
    expect(redactor.redact(text)).not.toBe(text);
  }
  redactor.redact(`password = "p@ss\\"w0rd"`);
  expect(redactor.redact(`got p@ss"w0rd`)).toMatch(/^got «secret-\d+»$/);
});

test("takes time with the length of a text, whatever it is made of", { timeout: 20_000 }, () => {
  // Half a second together. With values of any length read from every name, either takes more than half a minute.
  for (const unit of ['password = "${', "token=("])
    createRedactor().redact(unit.repeat(300_000 / unit.length));
});

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
])("%s is taken out of where it stands", (_, text, secret) => {
  const redactor = createRedactor();
  const redacted = redactor.redact(text);
  expect(redacted).not.toContain(secret);
  expect(redacted).toMatch(/«secret-1»/);
  expect(redacted.split("\n")).toHaveLength(text.split("\n").length);
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
  `password = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)["password"]`,
  `TOKEN=$(curl -X PUT http://host/token -H 'x-token-ttl: 60')\ncurl -H "x-token: $TOKEN" http://host\necho "is up"`,
  `private_key = file("~/.ssh/id_rsa")`,
  `secrets = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:ssm:eu-west-1:123456789012:parameter/db" }]`,
  `token = data.aws_eks_cluster_auth.this.token\npassword = each.value`,
  `variable "users" {\n  type = map(object({ password = string, token = optional(string) }))\n}`,
  `source = "git::https://example.com/vpc.git?ref=0123456789abcdef0123456789abcdef01234567"`,
  `environment = [{ name = "STAGE", value = "production" }]`,
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

test("a text that looks like a placeholder is none", () => {
  const redactor = createRedactor();
  expect(redactor.redact(`tags = { note = "«secret-7»" }`)).toBe(`tags = { note = "«secret-1»" }`);
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
    passwords: ["short", "other"],
    secret: { username: "app", value: "third", from: "${var.x}" },
    n: 1,
    none: null,
  };
  expect(redactor.redactJson(value)).toEqual({
    password: "«secret-1»",
    list: [{ note: "red password=«secret-2»" }],
    passwords: ["«secret-1»", "«secret-3»"],
    secret: { username: "app", value: "«secret-4»", from: "${var.x}" },
    n: 1,
    none: null,
  });
  expect(withoutUnseen("a\u202eb\u200bc\u001b]0;title\u0007d\te\n")).toBe("abcd\te\n");
});
