import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPlannableState, stateFromShown } from "./plannable-state.ts";

let file: string;

beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), "apex-state-test-")), "given");
});

afterEach(() => rm(path.dirname(file), { recursive: true, force: true }));

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 3,
  lineage: "a",
  outputs: {},
  resources: [],
};

const SHOWN_RESOURCE = {
  mode: "managed",
  type: "aws_instance",
  name: "web",
  provider_name: "registry.terraform.io/hashicorp/aws",
  schema_version: 1,
  values: { id: "i-1", instance_type: "m5.large" },
};

const SHOWN = {
  format_version: "1.0",
  terraform_version: "1.11.4",
  values: {
    root_module: {
      resources: [{ ...SHOWN_RESOURCE, address: "aws_instance.web" }],
      child_modules: [
        {
          address: 'module.pool["a"]',
          resources: [
            { ...SHOWN_RESOURCE, address: 'module.pool["a"].aws_instance.web["x"]', index: "x" },
            { ...SHOWN_RESOURCE, address: 'module.pool["a"].aws_instance.web["y"]', index: "y" },
          ],
        },
      ],
    },
  },
};

test("a plain state is planned against as it is", async () => {
  await writeFile(file, JSON.stringify(STATE));
  await using state = await openPlannableState(file);
  expect(state.path).toBe(file);
});

test.each([
  ["compressed", gzipSync(JSON.stringify(STATE))],
  ["with a byte order mark", `\uFEFF${JSON.stringify(STATE)}`],
])("a state that is %s becomes a private copy, and the copy goes", async (_, content) => {
  await writeFile(file, content);
  let copy: string;
  {
    await using state = await openPlannableState(file);
    copy = state.path;
    expect(JSON.parse(await readFile(copy, "utf8"))).toEqual(STATE);
    expect((await stat(copy)).mode & 0o077).toBe(0);
  }
  await expect(stat(path.dirname(copy))).rejects.toThrow("ENOENT");
});

test("what `terraform show -json` prints becomes the state that it shows, instances under their blocks", () => {
  const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
  const block = { mode: "managed", type: "aws_instance", name: "web", provider };
  const instance = { schema_version: 1, attributes: SHOWN_RESOURCE.values };
  const resources = [
    { ...block, instances: [instance] },
    {
      module: 'module.pool["a"]',
      ...block,
      instances: [
        { index_key: "x", ...instance },
        { index_key: "y", ...instance },
      ],
    },
  ];
  expect(stateFromShown(SHOWN)).toMatchObject({ version: 4, resources });
  const plan = { ...SHOWN, values: undefined, planned_values: {}, prior_state: { values: SHOWN.values } };
  expect(stateFromShown(JSON.parse(JSON.stringify(plan)))).toMatchObject({ resources });
});

test.each([
  ["", "cannot be read as JSON"],
  ['{"version":4', "cannot be read as JSON"],
  ["[]", "is no Terraform state"],
  ["null", "is no Terraform state"],
  ["{}", "is no Terraform state"],
  ['{"version":3}', "is a state of version 3; only 4 is read"],
])("%j is refused: it %s", async (content, reason) => {
  await writeFile(file, content);
  await expect(openPlannableState(file)).rejects.toThrow(reason);
});
