import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerEngine } from "../connect.ts";
import { ensureBaseImage } from "../images/ensure-images.ts";

/**
 * The base image (Node and nothing else), built when the engine does not have it. It stays: it is the same that the sandbox
 * itself uses, by the same reference.
 */
export async function testImage(engine: DockerEngine): Promise<string> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), "apex-test-image-"));
  try {
    return await ensureBaseImage(engine, { cacheDirectory });
  } finally {
    await rm(cacheDirectory, { recursive: true, force: true });
  }
}
