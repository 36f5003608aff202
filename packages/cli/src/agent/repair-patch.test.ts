import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { IntendedChange, Patch } from "@apex/core";
import { applyTextEdits, patchConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { openPlanner } from "@apex/sandbox-terraform";
import { expect, test } from "vitest";
import { readTerraform } from "../pipeline/read-terraform.ts";
import { type PatchRequest, verifyPatches } from "../pipeline/verify-patches.ts";
import { recordedIo } from "../testing.ts";
import { patchRepairer } from "./repair-patch.ts";

const MAIN = `variable "size" {
  type    = string
  default = "m5.xlarge"

  validation {
    condition     = contains(["m5.xlarge", "m5.2xlarge"], var.size)
    error_message = "Databases are m5.xlarge or larger."
  }
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.xlarge"
}

resource "aws_instance" "api" {
  ami           = "ami-1"
  instance_type = "m5.xlarge"
}

resource "aws_instance" "db" {
  ami           = "ami-1"
  instance_type = var.size
}

resource "aws_eip" "first" {}

resource "aws_eip" "first_" {}

output "address" {
  value = aws_eip.first.public_ip
}
`;

function request(address: string, change?: IntendedChange): PatchRequest {
  const resize: IntendedChange = {
    kind: "set-attribute",
    address,
    path: ["instance_type"],
    from: "m5.xlarge",
    to: "m5.large",
  };
  return { id: address, changes: [change ?? resize] };
}

/** A slip of the generator's: the argument's name loses its last letter. */
function misspelt(patch: Patch | undefined): Patch {
  if (patch?.kind !== "edits") throw new Error("the generator makes this patch");
  const start = MAIN.indexOf("instance_type", MAIN.indexOf('"web"'));
  const end = MAIN.indexOf("\n", start);
  const textEdits = [{ file: "main.tf", start, end, text: 'instance_typ = "m5.large"' }];
  return { ...patch, textEdits };
}

/** What the generator refuses: the block goes, and an output still names it. The name beside it is near enough for a fixer. */
const REMOVED: Patch = {
  kind: "edits",
  textEdits: [
    {
      file: "main.tf",
      start: MAIN.indexOf('resource "aws_eip" "first"'),
      end: MAIN.indexOf('resource "aws_eip" "first_"'),
      text: "",
    },
  ],
  edits: [],
  trace: [],
  skipped: [],
  addresses: ["aws_eip.first"],
};

test("of patches that Terraform refuses a slip is mended, and neither a rule of the user's nor what a removal left", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-repair-patch-"));
  await mkdir(path.join(home, "stack"));
  await writeFile(path.join(home, "stack/main.tf"), MAIN);
  const planner = await openPlanner({ trust: true });
  try {
    const io = recordedIo({ cwd: home });
    const terraformDirectory = path.join(home, "stack");
    const configuration = await readTerraform(await loadHclParser(), terraformDirectory, []);
    const plan = (overlay: ReadonlyMap<string, string>) =>
      planner.plan({ directory: terraformDirectory, varFiles: [], overlay });
    const { plan: base } = await plan(new Map());
    if (base === null) throw new Error("it plans as it is");
    const inputs = { terraformDirectory, varFiles: [], storeDirectory: path.join(home, ".apex") };
    const repair = patchRepairer(
      io,
      { planner, inputs, written: configuration, configuration, base },
      { progress: { detail: () => undefined } },
    );
    const { outcomes, textEdits } = await verifyPatches(
      {
        patch: (wanted) => {
          const patches = new Map(patchConfiguration(configuration, wanted));
          for (const id of patches.keys()) {
            if (id === "aws_instance.web") patches.set(id, misspelt(patches.get(id)));
            if (id === "aws_eip.first") patches.set(id, REMOVED);
          }
          return patches;
        },
        plan: (edits) => plan(applyTextEdits(configuration.source.files, edits)),
        repair,
      },
      base,
      [
        request("aws_instance.web"),
        request("aws_instance.api"),
        request("aws_instance.db"),
        request("aws_eip.first", { kind: "remove-resource", address: "aws_eip.first" }),
      ],
    );
    expect(outcomes.get("aws_instance.web")).toMatchObject({
      kind: "planned",
      repairs: [{ by: "misspelt-argument", files: ["main.tf"] }],
      patch: { edits: [{ before: expect.stringContaining("m5.xlarge") }] },
    });
    expect(outcomes.get("aws_instance.api")?.kind).toBe("planned");
    expect(outcomes.get("aws_instance.db")).toMatchObject({
      kind: "not-applicable",
      reason: expect.stringContaining("Databases are m5.xlarge or larger."),
    });
    expect(outcomes.get("aws_eip.first")).toMatchObject({
      kind: "not-applicable",
      reason: expect.stringContaining("aws_eip"),
    });
    const edited = applyTextEdits(configuration.source.files, textEdits).get("main.tf");
    expect(edited?.match(/instance_type += "m5\.large"/g)).toHaveLength(2);
    expect(edited).toContain('"aws_eip" "first"');
    expect(edited).toContain('default = "m5.xlarge"');
  } finally {
    await planner.close();
    await rm(home, { recursive: true, force: true });
  }
});
