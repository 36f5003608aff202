import { expect, test } from "vitest";
import { configure, patchEach, set } from "../testing/configure.ts";
import { formatWithTerraform, hasTerraform } from "../testing/terraform-plan.ts";

/** The file after one patch per change; refusals as text. */
function edited(main: string, changes: Parameters<typeof patchEach>[1]): string {
  const { patches, files } = patchEach(configure({ "main.tf": main }), changes);
  const refusals = patches.flatMap((patch) =>
    patch.kind === "refused" ? [`refused: ${patch.reason}\n`] : [],
  );
  return refusals.length === patches.length
    ? refusals.join("")
    : (files["main.tf"] ?? "") + refusals.join("");
}

const GP3 = [null, "gp3"] as const;

test("an attribute is added in the block's indentation and alignment, before its nested blocks", () => {
  const main = `resource "aws_ebs_volume" "data" {
  availability_zone = "a"
  size              = 10 # GiB

  tags = {
    Name = "x"
  }
  timeouts {}
}
`;
  expect(edited(main, [set("aws_ebs_volume.data", "type", GP3)])).toBe(
    main.replace("# GiB\n", '# GiB\n  type              = "gp3"\n'),
  );
});

test("several attributes for one block each get a line, in the order of the requests", () => {
  const main = `resource "aws_ebs_volume" "data" {\n\tsize = 10\n}`;
  expect(
    edited(main, [
      set("aws_ebs_volume.data", "type", GP3),
      set("aws_ebs_volume.data", "iops", [null, 3000]),
      set("aws_ebs_volume.data", "final_snapshot", [null, true]),
    ]),
  ).toBe(
    `resource "aws_ebs_volume" "data" {\n\tsize = 10\n\ttype = "gp3"\n\tiops = 3000\n\n\tfinal_snapshot = true\n}`,
  );
});

test("names too long for their neighbours' alignment stand apart, so that formatted files stay formatted", () => {
  const main = `resource "google_compute_instance" "vm" {
  name         = "vm"
  machine_type = "e2-small" # small

  boot_disk {
  }
}
`;
  const changes = [
    set("google_compute_instance.vm", "allow_stopping_for_update", [null, true]),
    set("google_compute_instance.vm", "zone", [null, "b"]),
    set("google_compute_instance.vm", "desired_status", [null, "TERMINATED"]),
  ];
  const added = `  zone         = "b"

  allow_stopping_for_update = true
  desired_status            = "TERMINATED"
`;
  expect(edited(main, changes)).toBe(main.replace("# small\n", `# small\n${added}`));
  expect(edited(main.replaceAll("\n", "\r\n"), changes)).toBe(
    main.replace("# small\n", `# small\n${added}`).replaceAll("\n", "\r\n"),
  );
});

test("the alignment that counts is that of the lines without a gap before", () => {
  const main = `resource "a" "b" {\n  a_very_long_name = 1\n\n  x    = 1\n  name = 2\n  tags = {\n    A = 1\n  }\n}\n`;
  expect(edited(main, [set("a.b", "key", [null, "k"]), set("a.b", "a_type", [null, "t"])])).toBe(
    main.replace("name = 2\n", 'name = 2\n  key  = "k"\n\n  a_type = "t"\n'),
  );
});

test.runIf(hasTerraform)("files that terraform fmt leaves alone stay so when attributes are added", () => {
  const blocks = [
    "  size = 1\n",
    "  size = 1 # GiB\n  a    = 2\n",
    "  first = {}\n\n  size = 1\n\n  timeouts {\n  }\n",
    "  tags = {\n    A = 1\n  }\n  size = 1\n",
    "  size = 1\n  tags = {\n    A = 1\n  }\n",
    "  # first\n  zone = 1\n  # second\n  size = 1\n  # third\n  inner {\n  }\n",
    "  list = [\n    1,\n  ]\n",
    "",
  ];
  for (const body of blocks) {
    const main = `resource "a" "b" {\n${body}}\n`;
    for (const names of [["type"], ["iops", "a_long_name"], ["a_long_name", "k", "a_longer_name"]]) {
      const after = edited(
        main,
        names.map((name) => set("a.b", name, [null, "x"])),
      );
      expect(formatWithTerraform(after)).toBe(after);
    }
  }
});

test.runIf(hasTerraform)("and when keys are added to maps", () => {
  for (const entries of [
    "A = 1",
    "A    = 1\n    Team = 2",
    "A = {\n      b = 1\n    }",
    "A = 1,\n    B = 2,",
  ]) {
    const main = `resource "a" "b" {\n  tags = {\n    ${entries}\n  }\n}\n`;
    expect(formatWithTerraform(main)).toBe(main);
    for (const name of ["C", "Longer"]) {
      const after = edited(main, [set("a.b", ["tags", name], [null, "x"])]);
      expect(after).toContain(`${name} `);
      expect(formatWithTerraform(after)).toBe(after);
    }
  }
});

test("line ends stay CRLF, a byte order mark and a missing final line end stay as they are", () => {
  const main = `\uFEFFresource "aws_ebs_volume" "data" {\r\n  size = 10\r\n}`;
  expect(edited(main, [set("aws_ebs_volume.data", "type", GP3)])).toBe(
    `\uFEFFresource "aws_ebs_volume" "data" {\r\n  size = 10\r\n  type = "gp3"\r\n}`,
  );
});

test.each([
  [`resource "a" "b" {}\n`, `resource "a" "b" {\n  type = "gp3"\n}\n`],
  [`resource "a" "b" { size = 1 }\n`, `resource "a" "b" {\n  size = 1\n  type = "gp3"\n}\n`],
  [`resource "a" "b" {\n}\n`, `resource "a" "b" {\n  type = "gp3"\n}\n`],
  [`resource "a" "b" { # why\n}\n`, `resource "a" "b" { # why\n  type = "gp3"\n}\n`],
  [
    `resource "a" "b" {\n  x = <<EOT\n}\nEOT\n}\n`,
    `resource "a" "b" {\n  x = <<EOT\n}\nEOT\n  type = "gp3"\n}\n`,
  ],
  [
    `resource "a" "b" {\n    inner {\n    }\n}\n`,
    `resource "a" "b" {\n    type = "gp3"\n    inner {\n    }\n}\n`,
  ],
  [`resource "a" "b" {\n  x="y"\n}\n`, `resource "a" "b" {\n  x="y"\n  type = "gp3"\n}\n`],
])("an attribute is added to %j", (before, after) => {
  expect(edited(before, [set("a.b", "type", GP3)])).toBe(after);
});

test("an attribute that only some instances of a block are to have is null for the others", () => {
  const main = `resource "aws_ebs_volume" "d" {\n  for_each = toset(["a", "b"])\n  size     = 1\n}\n`;
  expect(edited(main, [set('aws_ebs_volume.d["b"]', "type", GP3)])).toBe(
    main.replace("= 1\n", '= 1\n  type     = each.key == "b" ? "gp3" : null\n'),
  );
});

test("an attribute in a block of a module that is used twice is refused for one of the two", () => {
  const configuration = configure({
    "main.tf": `module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n`,
    "m/main.tf": `resource "aws_ebs_volume" "d" {\n  size = 1\n}\n`,
  });
  const { patches } = patchEach(configuration, [set("module.a.aws_ebs_volume.d", "type", GP3)]);
  expect(patches[0]).toMatchObject({
    kind: "refused",
    reason: "type in that block would also set module.b.aws_ebs_volume.d.type",
  });
});

test("a value that the provider filled in is not verified: the attribute is added", () => {
  const main = `resource "aws_ebs_volume" "d" {\n  size = 1\n}\n`;
  expect(edited(main, [set("aws_ebs_volume.d", "type", ["gp2", "gp3"])])).toBe(
    main.replace("= 1\n", '= 1\n  type = "gp3"\n'),
  );
});

test("a plain nested block is made with all attributes that are wanted in it", () => {
  const main = `resource "aws_instance" "w" {\n    ami = "a"\n\n    tags = {}\n}\n`;
  const path = (name: string): (string | number)[] => ["root_block_device", 0, name];
  expect(
    edited(main, [
      set("aws_instance.w", path("volume_type"), ["gp2", "gp3"]),
      set("aws_instance.w", path("iops"), [null, 3000]),
    ]),
  ).toBe(
    `resource "aws_instance" "w" {\n    ami = "a"\n\n    tags = {}\n\n    root_block_device {\n      volume_type = "gp3"\n      iops        = 3000\n    }\n}\n`,
  );
});

test("a nested block is refused where it would reach other instances, and deeper or further ones always", () => {
  const main = `resource "aws_instance" "w" {\n  count = 2\n  ami = "a"\n}\n`;
  const change = (path: (string | number)[]): string => edited(main, [set("aws_instance.w[0]", path, GP3)]);
  expect(change(["root_block_device", 0, "volume_type"])).toBe(
    "refused: a root_block_device block would also set aws_instance.w[1].root_block_device[0].volume_type\n",
  );
  expect(change(["ebs_block_device", 1, "volume_type"])).toContain("only a first, plain one can be added");
  expect(change(["a", 0, "b", 0, "c"])).toContain("only a first, plain one can be added");
});

test("a key is added to a map that is written out, and refused to a map that others share", () => {
  const main = `locals {\n  tags = { Team = "x" }\n}
resource "a" "one" {\n  tags = {\n    "Name" = "1"\n    X      = "2" # last\n  }\n}
resource "a" "two" {\n  tags = local.tags\n}
resource "a" "three" {\n  tags = local.tags\n}
`;
  expect(edited(main, [set("a.one", ["tags", "Env"], [null, "prod"])])).toBe(
    main.replace("# last\n", '# last\n    Env    = "prod"\n'),
  );
  expect(edited(main, [set("a.two", ["tags", "Env"], [null, "prod"])])).toBe(
    'refused: the edit would not do what it should: a.three.tags.Env becomes "prod" instead of unset\n',
  );
  expect(
    edited(main, [
      set("a.two", ["tags", "Env"], [null, "prod"]),
      set("a.three", ["tags", "Env"], [null, "prod"]),
    ]),
  ).toBe(main.replace('{ Team = "x" }', '{ Team = "x", Env = "prod" }'));
});

test("values are escaped as HCL wants it", () => {
  const main = `resource "a" "b" {\n  x = "old"\n}\n`;
  const nasty = 'a "q" \\ ${x} %{y} $5 100% $${z}\n\t\u0007é🎉';
  const after = edited(main, [set("a.b", "x", ["old", nasty])]);
  const { patches } = patchEach(configure({ "main.tf": after }), [set("a.b", "x", [nasty, "old"])]);
  expect(patches[0]).toMatchObject({ kind: "edits" });
  expect(edited(after, [set("a.b", "x", [nasty, "old"])])).toBe(main);
});

test.each([
  ["20", 20, 30, '"30"'],
  [20, 20, "30", "30"],
  [20, "20", 30, "30"],
  [true, true, false, "false"],
  ["true", true, false, '"false"'],
  ["a", "a", null, "null"],
  [1, 1, 2.5, "2.5"],
  [-5, -5, 5, "5"],
] as const)("%j, expected as %j, set to %j is written %s", (now, from, to, written) => {
  const main = `resource "a" "b" {\n  x = ${JSON.stringify(now)}\n}\n`;
  expect(edited(main, [set("a.b", "x", [from, to])])).toBe(`resource "a" "b" {\n  x = ${written}\n}\n`);
});

test("a heredoc is replaced as a whole", () => {
  const main = `resource "a" "b" {\n  x = <<-EOT\n    one\n  EOT\n  y = 1\n}\n`;
  expect(edited(main, [set("a.b", "x", ["one\n", "two"])])).toBe(
    `resource "a" "b" {\n  x = "two"\n  y = 1\n}\n`,
  );
});
