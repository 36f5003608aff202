import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerEngine } from "../connect.ts";
import { isGone } from "../errors.ts";
import { buildImage } from "../images/build-image.ts";
import { openFileMemory } from "../images/file-memory.ts";
import { baseContent } from "../images/image-content.ts";

/**
 * The base image (Node and nothing else), built when the engine does not have it. It stays: it is the same that the sandbox
 * itself uses, by the same reference.
 */
export async function testImage({ docker }: DockerEngine): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "apex-test-image-"));
  try {
    const content = await baseContent(process.execPath, await openFileMemory(folder));
    const present = await docker
      .getImage(content.reference)
      .inspect()
      .then(
        () => true,
        (error: unknown) => {
          if (isGone(error)) return false;
          throw error;
        },
      );
    if (!present) {
      const id = await buildImage(docker, content, { signal: new AbortController().signal });
      const [repo = "", tag = ""] = content.reference.split(":");
      await docker.getImage(id).tag({ repo, tag });
    }
    return content.reference;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
