import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { PROVIDERS, stateText, writeFiles } from "../testing/configuration.ts";
import { planDirectory } from "./planner.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** An executable that leaves a mark when anybody starts it. */
function writeTrap(path: string, mark: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\ntouch ${JSON.stringify(mark)}\n`);
  chmodSync(path, 0o755);
}

/** A server that counts who calls. */
async function listen(): Promise<{ readonly url: string; readonly calls: () => number }> {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls++;
    response.end();
  });
  server.on("connect", (_request, socket) => {
    calls++;
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls };
}

test("external programs and web pages are answered with placeholders, and nothing is started or called", async () => {
  const { url, calls } = await listen();
  const mark = join(writeFiles({}), "started");
  const main = `
data "external" "secret" {
  program = ["touch", ${JSON.stringify(mark)}]
  query = {
    name = "x"
  }
}
data "http" "page" {
  url = "${url}"
}
resource "terraform_data" "x" {
  input = [data.external.secret.result, data.http.page.response_body]
  provisioner "local-exec" {
    command = "touch ${mark}"
  }
}
`;
  const directory = writeFiles({ "main.tf": main });
  await expect(planDirectory({ directory })).rejects.toMatchObject({ code: "configuration-not-trusted" });
  const result = await planDirectory({ directory }, { trust: true });
  expect(result.diagnostics).toEqual([]);
  expect(result.changes.map((change) => change.address)).toEqual(["terraform_data.x"]);
  expect(result.standIns).toEqual(["external", "http"]);
  expect(existsSync(mark)).toBe(false);
  expect(calls()).toBe(0);
});

test("provider programs that lie in the directory, or that the user's settings name, are never started", async () => {
  const directory = writeFiles({
    "main.tf": `${PROVIDERS}resource "evil_thing" "x" {\n}\nresource "aws_ebs_volume" "v" {\n  availability_zone = "eu-west-1a"\n  size = 1\n}\n`,
  });
  const mark = join(directory, "started");
  for (const root of ["terraform.d/plugins", ".terraform/providers", ".terraform/plugins", "home/plugins"]) {
    for (const name of ["evil", "aws"]) {
      const at = `${root}/registry.terraform.io/hashicorp/${name}/1.0.0/linux_amd64`;
      writeTrap(join(directory, at, `terraform-provider-${name}_v1.0.0`), mark);
    }
  }
  writeTrap(join(directory, "terraform-provider-evil"), mark);
  const settings = join(directory, "settings.tfrc");
  writeFileSync(
    settings,
    `provider_installation {\n  dev_overrides {\n    "hashicorp/evil" = "${directory}"\n  }\n}\n`,
  );
  vi.stubEnv("TF_CLI_CONFIG_FILE", settings);
  vi.stubEnv("TF_PLUGIN_CACHE_DIR", join(directory, "home/plugins"));
  vi.stubEnv("TF_CLI_ARGS_init", `-plugin-dir=${join(directory, "home/plugins")}`);
  vi.stubEnv("TF_DATA_DIR", join(directory, ".terraform"));
  const result = await planDirectory({ directory });
  expect(result.diagnostics.map((each) => each.summary)).toEqual(["No stand-in for provider hashicorp/evil"]);
  expect(existsSync(mark)).toBe(false);
});

test("modules to be fetched are seen in every form that JSON allows", async () => {
  const { url, calls } = await listen();
  for (const module of [
    [{ m: { source: `${url}/m.zip` } }],
    { m: [{ source: `${url}/m.zip` }] },
    [{ m: [{ source: `git::${url}/m.git` }] }],
  ]) {
    const directory = writeFiles({ "main.tf.json": JSON.stringify({ module }) });
    const result = await planDirectory({ directory });
    expect(result.diagnostics.map((each) => each.summary)).toEqual(["Module m is not installed"]);
  }
  expect(calls()).toBe(0);
});

test("a backend in an override file with a late name is not opened either", async () => {
  const { url, calls } = await listen();
  const backend = `terraform {\n  backend "http" {\n    address = "${url}"\n  }\n}\n`;
  for (const name of ["zzzzz_override.tf", "~~_override.tf", "\u{10FFFD}_override.tf"]) {
    const result = await planDirectory({ directory: writeFiles({ "main.tf": "", [name]: backend }) });
    expect(result.diagnostics).toEqual([]);
  }
  expect(calls()).toBe(0);
});

test("remote states are not opened in any form that JSON allows, nor through late overrides", async () => {
  const { url, calls } = await listen();
  const body = { backend: "http", config: { address: url } };
  const state = stateText([
    {
      mode: "data",
      type: "terraform_remote_state",
      name: "net",
      attributes: { outputs: { value: { size: 7 }, type: ["object", { size: "number" }] } },
    },
  ]).replaceAll("registry.terraform.io/hashicorp/terraform", "terraform.io/builtin/terraform");
  const output = 'output "size" {\n  value = data.terraform_remote_state.net.outputs.size\n}\n';
  const data = [{ terraform_remote_state: [{ net: [body] }] }];
  const late = `data "terraform_remote_state" "net" {\n  backend = "http"\n  config = {\n    address = "${url}"\n  }\n}\n`;
  for (const files of [
    { "data.tf.json": JSON.stringify({ data }) },
    { "data.tf": late, "zzzzz_override.tf": late },
  ]) {
    const directory = writeFiles({ ...files, "main.tf": output, "terraform.tfstate": state });
    const result = await planDirectory({ directory });
    expect(result.diagnostics).toEqual([]);
  }
  expect(calls()).toBe(0);
});
