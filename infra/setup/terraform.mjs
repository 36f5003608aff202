// Terraform comes from neither npm nor Debian: it is found, or downloaded and checked, or its absence is said.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The version that the stand-in provider is tested with. */
export const TERRAFORM_VERSION = "1.11.4";
const RELEASES = "https://releases.hashicorp.com/terraform";
const DOWNLOAD_TIMEOUT_MS = 60_000;
const PLATFORMS = { linux: "linux", darwin: "darwin" };
const ARCHITECTURES = { x64: "amd64", arm64: "arm64" };

function isUsable(binary) {
  const result = spawnSync(binary, ["version", "-json"], {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  if (result.status !== 0) return false;
  try {
    const [major, minor] = JSON.parse(result.stdout).terraform_version.split(".").map(Number);
    return major > 1 || (major === 1 && minor >= 5);
  } catch {
    return false;
  }
}

async function get(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Downloads Terraform's archive, checks it against the release's checksums, and returns the binary's bytes. */
export async function downloadTerraform({
  releases = RELEASES,
  version = TERRAFORM_VERSION,
  platform,
  architecture,
}) {
  const archive = `terraform_${version}_${platform}_${architecture}.zip`;
  const sums = (await get(`${releases}/${version}/terraform_${version}_SHA256SUMS`)).toString("utf8");
  const wanted = sums
    .split("\n")
    .find((line) => line.endsWith(` ${archive}`))
    ?.split(" ")[0];
  if (wanted === undefined) throw new Error(`the checksums of Terraform ${version} do not list ${archive}`);
  const bytes = await get(`${releases}/${version}/${archive}`);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== wanted)
    throw new Error(`${archive} has checksum ${actual}, its release says ${wanted}: not used`);
  const { unzipSync } = await import("fflate");
  const binary = unzipSync(bytes, { filter: (file) => file.name === "terraform" }).terraform;
  if (binary === undefined) throw new Error(`${archive} holds no file "terraform"`);
  return binary;
}

/**
 * Finds Terraform >= 1.5 on the PATH or in `.apex/bin`, else downloads it there. Never fails: commands that need
 * Terraform say themselves that it is missing, and those that do not go on.
 */
export async function ensureTerraform({ root, say, releases }) {
  const directory = path.join(root, ".apex", "bin");
  const own = path.join(directory, "terraform");
  if (isUsable("terraform") || isUsable("tofu") || (existsSync(own) && isUsable(own))) return { directory };
  const platform = PLATFORMS[process.platform];
  const architecture = ARCHITECTURES[process.arch];
  if (platform === undefined || architecture === undefined) {
    say(
      `Terraform 1.5 or newer is not on the PATH: install it from https://developer.hashicorp.com/terraform/install`,
    );
    return { directory };
  }
  say(`Terraform is not on the PATH: downloading ${TERRAFORM_VERSION} to .apex/bin (once)`);
  try {
    const binary = await downloadTerraform({ ...(releases && { releases }), platform, architecture });
    mkdirSync(directory, { recursive: true });
    const partial = `${own}.${process.pid}.partial`;
    writeFileSync(partial, binary);
    chmodSync(partial, 0o755);
    renameSync(partial, own);
  } catch (error) {
    say(
      `Terraform could not be downloaded (${error.message}); install 1.5 or newer from https://developer.hashicorp.com/terraform/install and put it on the PATH`,
    );
  }
  return { directory };
}
