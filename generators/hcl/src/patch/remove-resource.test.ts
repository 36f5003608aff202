import type { IntendedChange, Patch } from "@apex/core";
import { expect, test } from "vitest";
import { configure, patchEach, set } from "../testing/configure.ts";
import { formatWithTerraform, hasTerraform } from "../testing/terraform-plan.ts";
import { applyTextEdits } from "./text-edits.ts";
import { patchConfiguration } from "./patch-configuration.ts";

function remove(address: string): IntendedChange {
  return { kind: "remove-resource", address };
}

function removed(main: string, ...addresses: readonly string[]): string | undefined {
  return patchEach(configure({ "main.tf": main }), addresses.map(remove)).files["main.tf"];
}

/** What one request with several removals becomes. */
function together(
  files: Readonly<Record<string, string>>,
  ...addresses: readonly string[]
): { readonly patch: Patch | undefined; readonly after: ReadonlyMap<string, string> } {
  const configuration = configure(files);
  const patch = patchConfiguration(configuration, [{ id: "r", changes: addresses.map(remove) }]).get("r");
  const textEdits = patch?.kind === "edits" ? patch.textEdits : [];
  return { patch, after: applyTextEdits(configuration.source.files, textEdits) };
}

function reason(files: Readonly<Record<string, string>>, ...addresses: readonly string[]): string {
  const { patch, after } = together(files, ...addresses);
  expect(Object.fromEntries(after)).toEqual(files);
  return patch?.kind === "refused" ? patch.reason : "not refused";
}

const EIP = 'resource "aws_eip" "old" {\n  domain = "vpc"\n}';

const shapes: readonly (readonly [string, string, string])[] = [
  ["between two others", `a {\n}\n\n${EIP}\n\nb {\n}\n`, "a {\n}\n\nb {\n}\n"],
  ["first", `${EIP}\n\nb {\n}\n`, "b {\n}\n"],
  ["last", `a {\n}\n\n${EIP}\n`, "a {\n}\n"],
  ["last without a line end", `a {\n}\n\n${EIP}`, "a {\n}\n"],
  ["alone", `${EIP}\n`, "\n"],
  ["without empty lines", `a {\n}\n${EIP}\nb {\n}\n`, "a {\n}\nb {\n}\n"],
  [
    "with comments attached above and behind",
    `a {\n} # a's\n# its\n// own\n${EIP} # end\n\nb {\n}\n`,
    "a {\n} # a's\nb {\n}\n",
  ],
  ["under a comment that stands apart", `# Section\n\n# its own\n${EIP}\n`, "# Section\n"],
  [
    "under a comment of several lines",
    `a {\n}\n\n/* first\n# second */\n${EIP}\n\nb {\n}\n`,
    "a {\n}\n\nb {\n}\n",
  ],
  ["behind a comment on its own line", `a {\n}\n\n/* it */ ${EIP}\n`, "a {\n}\n"],
  ["before a comment that runs on", `${EIP} /* of\nb */\nb {\n}\n`, "/* of\nb */\nb {\n}\n"],
  ["with Windows line ends", `a {\r\n}\r\n\r\n${EIP}\r\n\r\nb {\r\n}\r\n`, "a {\r\n}\r\n\r\nb {\r\n}\r\n"],
  ["behind a byte order mark", `\uFEFF# it\n${EIP}\n\nb {\n}\n`, "\uFEFFb {\n}\n"],
  [
    "under a comment that runs on from the line of another",
    `a {\n} /* of\n# a */\n${EIP}\nb {\n}\n`,
    "a {\n} /* of\n# a */\nb {\n}\n",
  ],
  [
    "with a heredoc that looks like its end",
    `${EIP.replace("}", "x = <<E\n}\n# no\nE\n}")}\nb {\n}\n`,
    "b {\n}\n",
  ],
];

test.each(shapes)("a block goes %s, and every other character stays", (_, main, after) => {
  expect(removed(main, "aws_eip.old")).toBe(after);
});

test("a reviewer sees the lines that go and no others", () => {
  const { patch } = together({ "main.tf": `a {\n}\n\n# it\n${EIP}\n\nb {\n}\n` }, "aws_eip.old");
  expect(patch).toMatchObject({
    kind: "edits",
    edits: [{ file: "main.tf", line: 4, before: `# it\n${EIP}\n`, after: "" }],
    addresses: ["aws_eip.old"],
    trace: ["aws_eip.old is removed with its block at main.tf:5"],
  });
});

test("neighbours go by requests of their own, whichever stand last", () => {
  const main = `a {\n}\n\n${EIP}\n\n${EIP.replace("old", "older")}\n`;
  expect(removed(main, "aws_eip.old", "aws_eip.older")).toBe("a {\n}\n\n");
  expect(removed(main, "aws_eip.older")).toBe(`a {\n}\n\n${EIP}\n`);
});

test.skipIf(!hasTerraform)("what is left is formatted as it was", () => {
  for (const [, main] of shapes) {
    const left = removed(formatWithTerraform(main), "aws_eip.old") ?? "";
    expect(formatWithTerraform(left)).toBe(left);
  }
});

const users: readonly (readonly [string, string])[] = [
  ["an argument", 'resource "aws_nat_gateway" "n" {\n  allocation_id = aws_eip.old.id\n}'],
  ["an output", 'output "ip" {\n  value = aws_eip.old.public_ip\n}'],
  ["depends_on", 'resource "a" "b" {\n  depends_on = [aws_eip.old]\n}'],
  ["depends_on of old", 'resource "a" "b" {\n  depends_on = ["aws_eip.old"]\n}'],
  ["a local value in a template", 'locals {\n  x = "ip-${aws_eip.old.public_ip}"\n}'],
  ["a splat", "locals {\n  x = aws_eip.old[*].id\n}"],
  [
    "a function, a condition and a for",
    "locals {\n  x = [for i in [1] : i > 0 ? lower(aws_eip.old.id) : 0]\n}",
  ],
  ["a moved block", "moved {\n  from = aws_eip.older\n  to   = aws_eip.old\n}"],
  ["an import block", 'import {\n  to = aws_eip.old\n  id = "eipalloc-1"\n}'],
  ["a nested block", 'resource "a" "b" {\n  c {\n    d {\n      e = (aws_eip.old.id)\n    }\n  }\n}'],
  ["a check", 'check "c" {\n  assert {\n    condition = aws_eip.old.id != ""\n  }\n}'],
  [
    "replace_triggered_by",
    'resource "a" "b" {\n  lifecycle {\n    replace_triggered_by = [aws_eip.old.id]\n  }\n}',
  ],
  ["a removed block", "removed {\n  from = aws_eip.old\n}"],
  [
    "a data source of a check",
    'check "c" {\n  data "http" "x" {\n    url = "http://${aws_eip.old.public_ip}"\n  }\n}',
  ],
  ["an index", "locals {\n  x = { a = 1 }[aws_eip.old.id]\n}"],
];

test.each(users)("what %s uses stays, with the place", (_, user) => {
  const other = reason({ "main.tf": `${EIP}\n`, "other.tf": `\n${user}\n` }, "aws_eip.old");
  expect(other).toMatch(/^aws_eip\.old cannot be removed: .*\(other\.tf:\d+\) still names it$/);
});

const others: readonly (readonly [string, string])[] = [
  ["x.tf.json", '{"moved": [{"from": "aws_eip.older", "to": "aws_eip.old"}]}'],
  ["main.tftest.hcl", 'run "a" {\n  assert {\n    condition = aws_eip.old.id != ""\n  }\n}'],
  ["tests/a.tftest.hcl", "override_resource {\n  target = aws_eip.old\n}"],
  ["tests/eu/a.tofutest.hcl", "override_resource {\n  target = aws_eip.old\n}"],
  ["tests/a.tftest.json", '{"override_resource": {"target": "aws_eip.old"}}'],
  ["front.tofu", 'output "ip" {\n  value = aws_eip.old.public_ip\n}'],
  ["front.tofu.json", '{"output": {"ip": {"value": "${aws_eip.old.public_ip}"}}}'],
];

test.each(others)("what %s uses stays, as far as it is known without reading it as blocks", (file, text) => {
  expect(reason({ "main.tf": `${EIP}\n`, [file]: text }, "aws_eip.old")).toBe(
    `aws_eip.old cannot be removed: ${file} still names it`,
  );
  const elsewhere = {
    "main.tf": 'module "m" {\n  source = "./m"\n}\n',
    "m/main.tf": `${EIP}\n`,
    [file]: text,
  };
  expect(together(elsewhere, "module.m.aws_eip.old").patch?.kind).toBe("edits");
});

test("a test of the root module holds what it names in a module below", () => {
  const files = {
    "main.tf": 'module "m" {\n  source = "./m"\n}\n',
    "m/main.tf": `${EIP}\n`,
    "tests/a.tftest.hcl": "override_resource {\n  target = module.m.aws_eip.old\n}",
  };
  expect(reason(files, "module.m.aws_eip.old")).toContain("tests/a.tftest.hcl still names it");
});

test("what holds its id or its public address in a text keeps it, and one that is only longer does not", () => {
  const change: IntendedChange = {
    kind: "remove-resource",
    address: "aws_eip.old",
    names: ["eipalloc-0a1b2c3d", "203.0.113.7"],
  };
  const outcome = (files: Readonly<Record<string, string>>): string => {
    const [patch] = patchEach(configure({ "main.tf": `${EIP}\n`, ...files }), [change]).patches;
    return patch?.kind === "refused" ? patch.reason : "removed";
  };
  const user = (text: string): string => `resource "a" "b" {\n  x {\n    y = ["${text}"]\n  }\n}\n`;
  const kept = (place: string): string => `aws_eip.old cannot be removed: ${place} still names it`;
  expect(outcome({ "a.tf": user("203.0.113.7/32") })).toBe(kept("resource.a.b (a.tf:3)"));
  expect(outcome({ "a.tf": user("ip-${var.x}-203.0.113.7") })).toBe(kept("resource.a.b (a.tf:3)"));
  expect(outcome({ "a.tf": user("eipalloc-0a1b2c3d") })).toBe(kept("resource.a.b (a.tf:3)"));
  expect(outcome({ "prod.tfvars": 'ips = ["203.0.113.7"]\n' })).toBe(kept("prod.tfvars"));
  expect(outcome({ "x.tf.json": '{"locals": {"ip": "203.0.113.7"}}' })).toBe(kept("x.tf.json"));
  expect(outcome({ "a.tf": user("203.0.113.70") + user("eipalloc-0a1b2c3d4e").replace('"b"', '"c"') })).toBe(
    "removed",
  );
  expect(outcome({ "main.tf": `${EIP.replace("vpc", "203.0.113.7")}\n# 203.0.113.7\n` })).toBe("removed");
});

test("names that only look alike do not hold it", () => {
  const main = `${EIP}\nlocals {\n  a = aws_eip.older.id\n  b = data.aws_eip.old.id\n  c = module.m.old\n  d = "aws_eip.old-2"\n}\n# aws_eip.old\nresource "aws_eip" "older" {\n}\n`;
  expect(removed(main, "aws_eip.old")).toBe(main.slice(EIP.length + 1));
});

test("what refers to each other goes in one request, not one without the other", () => {
  const files = {
    "main.tf": `${EIP}\n\nresource "aws_nat_gateway" "n" {\n  allocation_id = aws_eip.old.id\n}\n\nb {\n}\n`,
  };
  const { patch, after } = together(files, "aws_nat_gateway.n", "aws_eip.old");
  expect(patch).toMatchObject({ kind: "edits", addresses: ["aws_nat_gateway.n", "aws_eip.old"] });
  expect(after.get("main.tf")).toBe("b {\n}\n");
  expect(reason(files, "aws_eip.old")).toContain("aws_nat_gateway.n (main.tf:6) still names it");
});

const refused: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  [
    "instances of count",
    { "main.tf": EIP.replace("domain", "count = 1\n  domain") },
    "aws_eip.old[0] is made by count",
  ],
  [
    "instances of for_each",
    { "main.tf": EIP.replace("domain", 'for_each = toset(["a"])\n  domain') },
    "is made by for_each",
  ],
  [
    "prevent_destroy",
    { "main.tf": EIP.replace("}", "  lifecycle {\n    prevent_destroy = true\n  }\n}") },
    "has prevent_destroy",
  ],
  [
    "prevent_destroy in an override",
    {
      "main.tf": EIP,
      "override.tf": 'resource "aws_eip" "old" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}',
    },
    "has prevent_destroy",
  ],
  [
    "an override",
    { "main.tf": EIP, "override.tf": 'resource "aws_eip" "old" {\n  tags = {}\n}' },
    "also declared at override.tf:1",
  ],
  [
    "a provisioner",
    { "main.tf": EIP.replace("}", '  provisioner "local-exec" {\n    when = destroy\n  }\n}') },
    "has a provisioner",
  ],
  [
    "a file that cannot be read",
    { "main.tf": EIP, "bad.tf": 'resource "a" "b" {\n  x = = aws_eip\n}' },
    "bad.tf has errors",
  ],
  [
    "a JSON file that names it",
    { "main.tf": EIP, "x.tf.json": '{"locals": {"x": "${aws_eip.old.id}"}}' },
    "x.tf.json still names it",
  ],
];

test.each(refused)("%s is refused", (_, files, expected) => {
  const address = expected.includes("count")
    ? "aws_eip.old[0]"
    : expected.includes("for_each")
      ? 'aws_eip.old["a"]'
      : "aws_eip.old";
  expect(reason(files, address)).toContain(expected);
});

test.each(["aws_ebs_volume", "aws_db_instance", "aws_s3_bucket", "aws_ebs_snapshot", "aws_instance"])(
  "%s holds data and is never removed",
  (type) => {
    expect(reason({ "main.tf": `resource "${type}" "x" {\n}\n` }, `${type}.x`)).toContain(
      "only types that hold no data are",
    );
  },
);

test("in a module it goes where the module is used once and by nobody else, and a moved block of its caller holds it", () => {
  const call = 'module "m" {\n  source = "./m"\n}\n';
  const module = { "m/main.tf": `${EIP}\n\nb {\n}\n` };
  const address = "module.m.aws_eip.old";
  expect(together({ "main.tf": call, ...module }, address).after.get("m/main.tf")).toBe("b {\n}\n");
  expect(reason({ "main.tf": call + call.replace('"m"', '"n"'), ...module }, address)).toContain(
    "which is used more than once",
  );
  const unknown = call.replace('"m"', '"n"').replace("}", "  for_each = data.x.y.z\n}");
  expect(reason({ "main.tf": call + unknown, ...module }, address)).toContain("which is used more than once");
  const moved = `${call}moved {\n  from = aws_eip.old\n  to   = ${address}\n}\n`;
  expect(reason({ "main.tf": moved, ...module }, address)).toContain("moved (main.tf:6) still names it");
  const outside = { "main.tf": call.replace("./m", "../m"), "../m/main.tf": `${EIP}\n` };
  expect(reason(outside, address)).toContain("outside of the root module");
});

test("an edit inside of a block that goes is refused, not lost", () => {
  const configuration = configure({ "main.tf": `${EIP}\n` });
  const { patches } = patchEach(configuration, [
    remove("aws_eip.old"),
    set("aws_eip.old", "domain", ["vpc", "standard"]),
  ]);
  expect(patches.map(({ kind }) => kind).filter((kind) => kind === "edits")).toHaveLength(1);
});
