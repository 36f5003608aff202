import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planDirectory } from "../plan/planner.ts";
import { writeFiles } from "../testing/configuration.ts";
import { findProject, mayCall, mayRead } from "./project.ts";

const READS = 'output "x" {\n  value = fileexists("/etc/hostname")\n}\n';

test("a refusal names every place and the next step, and trust takes it back", async () => {
  const main = `${READS}resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = "true"\n  }\n}\n`;
  const directory = writeFiles({ "main.tf": main });
  const refused = await planDirectory({ directory }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "AdapterError", kind: "denied", code: "configuration-not-trusted" });
  expect((refused as Error).message).toMatchInlineSnapshot(`
    "The configuration can execute programs or read files outside of its directory, and nothing would keep it in:
      main.tf:2: fileexists("/etc/hostname") reads outside of the configuration
      main.tf:5: provisioner "local-exec" of terraform_data.x executes commands
    Install Docker, so that Terraform runs in a sandbox, or pass --trust if you wrote this configuration."
  `);
  const trusted = await planDirectory({ directory }, { trust: true });
  expect(trusted.diagnostics).toEqual([]);
});

test("real providers are never isolated: the same is refused, for a reason of its own", async () => {
  const directory = writeFiles({ "main.tf": READS });
  await expect(planDirectory({ directory }, { providers: "real" })).rejects.toThrow(
    /Real providers run on this machine/,
  );
});

test("modules that real providers would fetch count: nobody can look through them before they run", async () => {
  const directory = writeFiles({
    "main.tf": 'module "m" {\n  source = "git::https://example.com/m.git"\n}\n',
  });
  await expect(planDirectory({ directory }, { providers: "real" })).rejects.toThrow(
    /main\.tf:1: module "m" comes from git::https:\/\/example\.com\/m\.git, and runs as soon as it is fetched/,
  );
});

test("files too large to be looked through count, and so do fetched modules", async () => {
  const large = writeFiles({ "main.tf": "", "large.tf": `#${"x".repeat(17 * 1024 * 1024)}\n` });
  await expect(planDirectory({ directory: large })).rejects.toThrow(/large\.tf:1: is too large/);
  const directory = writeFiles({
    "main.tf": 'module "m" {\n  source = "acme/m/aws"\n}\n',
    ".terraform/modules/m/main.tf": READS,
    ".terraform/modules/m/examples/all/main.tf": 'data "external" "x" {\n}\n',
    ".terraform/modules/modules.json": JSON.stringify({
      Modules: [
        {
          Key: "m",
          Source: "registry.terraform.io/acme/m/aws",
          Version: "1.0.0",
          Dir: ".terraform/modules/m",
        },
      ],
    }),
  });
  const refused = await planDirectory({ directory }).catch((error: unknown) => String(error));
  expect(refused).toContain(".terraform/modules/m/main.tf:2: fileexists");
  expect(refused).not.toContain("external");
});

const FETCHED = 'module "x" {\n  source  = "ns/x/aws"\n  version = "1.0.0"\n}\n';
const SOURCE = "registry.terraform.io/ns/x/aws";
const entry = (more: Readonly<Record<string, unknown>>) => ({
  Key: "x",
  Source: SOURCE,
  Version: "1.0.0",
  ...more,
});

test.each([
  ["beside the installed ones", { "hidden/main.tf": READS }, [entry({ Dir: "hidden" })]],
  ["by way of them", { "hidden/main.tf": READS }, [entry({ Dir: ".terraform/modules/../../hidden" })]],
  ["by an absolute path", {}, [entry({ Dir: "/srv/hidden" })]],
  ["above everything", {}, [entry({ Dir: `${"../".repeat(40)}srv/hidden` })]],
  [
    "as a local module that nothing calls",
    { "hidden/main.tf": READS, ".terraform/modules/x/main.tf": "" },
    [entry({ Dir: ".terraform/modules/x" }), { Key: "x.y", Source: "../../../hidden", Dir: "hidden" }],
  ],
  [
    "as a local module that lies elsewhere",
    { "hidden/main.tf": READS, "app/main.tf": "", ".terraform/modules/x/main.tf": "" },
    [entry({ Dir: ".terraform/modules/x" }), { Key: "app", Source: "./app", Dir: "hidden" }],
  ],
])("a list of installed modules that leads elsewhere is refused: %s", async (_name, files, modules) => {
  const list = { Modules: [{ Key: "", Source: "", Dir: "." }, ...modules] };
  const directory = writeFiles({
    "main.tf": FETCHED,
    ".terraform/modules/modules.json": JSON.stringify(list, null, 2),
    ...files,
  });
  const refused = await planDirectory({ directory }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "configuration-not-trusted" });
  expect((refused as Error).message).toMatch(
    /\.terraform\/modules\/modules\.json:\d\d: module "\S+" from \S+ is taken from \S+, .*run "terraform init" again/,
  );
});

test("Terraform gets the list of installed modules that was looked at, and no other reading of it", async () => {
  const installed = JSON.stringify(entry({ Dir: ".terraform/modules/x" }));
  for (const text of [
    `{"Modules":[${installed.replace("}", ',"dir":"hidden"}')}]}`,
    `{"Modules":[${installed}],"modules":[${installed.replace(".terraform/modules/x", "hidden")}]}`,
  ]) {
    const directory = writeFiles({
      "main.tf": `${FETCHED}output "x" {\n  value = module.x.x\n}\n`,
      "hidden/main.tf": READS.replace('"x"', '"hidden"'),
      ".terraform/modules/x/main.tf": 'output "x" {\n  value = "fetched"\n}\n',
      ".terraform/modules/modules.json": text,
    });
    expect((await planDirectory({ directory })).diagnostics).toEqual([]);
  }
});

test("local modules in the list count as what they are, and what fetched modules are given is not known", async () => {
  const reads =
    'variable "name" {\n  default = "a.txt"\n}\noutput "x" {\n  value = fileexists("${path.module}/${var.name}")\n}\n';
  const files = {
    ".terraform/modules/modules.json": JSON.stringify({
      Modules: [
        { Key: "", Source: "", Dir: "." },
        { Key: "app", Source: "./app", Dir: "app" },
        entry({ Dir: ".terraform/modules/x" }),
        { Key: "x.sub", Source: "./sub", Dir: ".terraform/modules/x/sub" },
        { Key: "gone", Source: "./gone", Dir: "gone" },
      ],
    }),
    "app/main.tf": reads,
    ".terraform/modules/x/main.tf": 'module "sub" {\n  source = "./sub"\n}\n',
    ".terraform/modules/x/sub/main.tf": reads,
  };
  const app = 'module "app" {\n  source = "./app"\n}\n';
  const fine = writeFiles({ "main.tf": FETCHED + app, ...files });
  expect((await planDirectory({ directory: fine })).diagnostics).toEqual([]);
  // A local call that is safe does not tell what the call of the fetched module gives.
  const twice = `${FETCHED.replace("}", '  name = "/etc/hostname"\n}')}module "y" {\n  source = "./.terraform/modules/x"\n}\n`;
  const hostile = writeFiles({ ...files, "main.tf": app + twice, ".terraform/modules/x/main.tf": reads });
  await expect(planDirectory({ directory: hostile })).rejects.toThrow(
    /\.terraform\/modules\/x\/main\.tf:5: fileexists.* only an evaluation would tell/,
  );
});

test("installed modules behind a link out of the project are not looked for", async () => {
  const outside = writeFiles({
    "modules/x/main.tf": READS,
    "modules/modules.json": JSON.stringify({ Modules: [entry({ Dir: ".terraform/modules/x" })] }),
  });
  const directory = writeFiles({ "main.tf": FETCHED });
  symlinkSync(outside, join(directory, ".terraform"));
  const result = await planDirectory({ directory });
  expect(result.diagnostics.map(({ summary }) => summary)).toEqual(["Module x is not installed"]);
});

test("a configuration in directories that nothing calls counts for nothing", async () => {
  const directory = writeFiles({ "main.tf": "", "other/main.tf": READS });
  expect((await planDirectory({ directory })).diagnostics).toEqual([]);
});

test("git's own files are left out of the copy, whatever leads there", async () => {
  const directory = writeFiles({
    ".git/config": "token",
    "live/main.tf": 'output "x" {\n  value = fileexists("${path.module}/link.txt")\n}\n',
  });
  symlinkSync(join(directory, ".git/config"), join(directory, "live/link.txt"));
  const result = await planDirectory({ directory: join(directory, "live") });
  expect(result.notes.join("\n")).toMatch(/link\.txt was left out: the link leads out of the project/);
});

test("the project is the checkout, or without one what the root holds and calls; a home directory is none", async () => {
  const checkout = writeFiles({ ".git/HEAD": "", "live/prod/main.tf": "", "modules/a/main.tf": "" });
  const project = await findProject(join(checkout, "live/prod"));
  expect(project.checkout).toBe(checkout);
  expect(mayRead(project, join(checkout, "shared/x"), [])).toBe(true);
  expect(mayRead(project, join(checkout, ".git/config"), [])).toBe(false);
  expect(mayRead(project, `${checkout}-other/x`, [])).toBe(false);

  const plain = writeFiles({ "live/prod/main.tf": "", "modules/a/main.tf": "" });
  const bare = await findProject(join(plain, "live/prod"));
  expect(bare.checkout).toBeUndefined();
  expect(mayCall(bare, join(plain, "modules/a"))).toBe(true);
  expect(mayRead(bare, join(plain, "shared/x"), [])).toBe(false);
  expect(mayRead(bare, join(plain, "modules/a/x"), [join(plain, "modules/a")])).toBe(true);

  const inHome = await findProject(join(homedir(), "download"));
  expect(inHome).toMatchObject({ checkout: undefined, reach: join(homedir(), "download") });
  mkdirSync(join(plain, "x"));
  writeFileSync(join(plain, "x/.git"), "gitdir: elsewhere\n");
  expect((await findProject(join(plain, "x"))).checkout).toBe(join(plain, "x"));
});
