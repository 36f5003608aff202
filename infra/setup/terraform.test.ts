import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { strToU8, zipSync } from "fflate";
import { afterEach, expect, test } from "vitest";
// @ts-expect-error plain JavaScript for the shell's Node, without types
import { downloadTerraform, TERRAFORM_VERSION } from "./terraform.mjs";

let server: Server | undefined;

afterEach(() => server?.close());

/** Serves a release as the vendor's site does: one archive, and the checksums of all. */
async function serveRelease(archive: Uint8Array, listedBytes: Uint8Array): Promise<string> {
  const name = `terraform_${TERRAFORM_VERSION}_linux_amd64.zip`;
  const digest = createHash("sha256").update(listedBytes).digest("hex");
  server = createServer((request, response) => {
    if (request.url?.endsWith("SHA256SUMS"))
      response.end(`${"0".repeat(64)}  other.zip\n${digest}  ${name}\n`);
    else if (request.url?.endsWith(name)) response.end(archive);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the setup takes Terraform out of an archive whose checksum is the release's", async () => {
  const archive = zipSync({ "LICENSE.txt": strToU8("text"), terraform: strToU8("#!binary") });
  const releases = await serveRelease(archive, archive);
  const binary = await downloadTerraform({ releases, platform: "linux", architecture: "amd64" });
  expect(Buffer.from(binary).toString()).toBe("#!binary");
});

test("the setup refuses an archive that is not the release's", async () => {
  const archive = zipSync({ terraform: strToU8("#!evil") });
  const releases = await serveRelease(archive, zipSync({ terraform: strToU8("#!binary") }));
  await expect(downloadTerraform({ releases, platform: "linux", architecture: "amd64" })).rejects.toThrow(
    "not used",
  );
});

test("the setup says when a release has nothing for this machine", async () => {
  const archive = zipSync({ terraform: strToU8("x") });
  const releases = await serveRelease(archive, archive);
  await expect(downloadTerraform({ releases, platform: "plan9", architecture: "amd64" })).rejects.toThrow(
    "do not list terraform_",
  );
});
