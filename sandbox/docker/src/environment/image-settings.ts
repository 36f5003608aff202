import { AdapterError } from "@apex/core";
import type Docker from "dockerode";
import { engineError, isGone } from "../errors.ts";

/** As whom an image runs here, and where it may write. */
export interface ImageSettings {
  readonly id: string;
  readonly user: string;
  /** Paths that become tmpfs. */
  readonly writable: readonly string[];
}

/** Programs expect these to be writable; all else of the root is not. */
const WRITABLE = ["/tmp", "/var/tmp", "/run"] as const;
/** An image may declare any number of volumes: each would be a directory on the host's disk. */
const VOLUMES_MAX = 16;
const ROOT_USER = /^(root|0)?(:.*)?$/;

/** The part of an image's configuration that matters here; untrusted. */
interface ImageConfig {
  readonly User?: string;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
}

/**
 * An image that names an unprivileged user runs as that one. One that wants root gets user 0, without any capability: it owns
 * its files and can do nothing else that root can. What it declares as volumes becomes tmpfs, empty at the start.
 */
export function imageSettings(reference: string, id: string, config: ImageConfig): ImageSettings {
  const volumes = Object.keys(config.Volumes ?? {});
  if (volumes.length > VOLUMES_MAX) {
    throw new AdapterError(
      "invalid",
      `the image ${reference} declares ${volumes.length} volumes; at most ${VOLUMES_MAX} can be given.`,
    );
  }
  const user = config.User ?? "";
  return { id, user: ROOT_USER.test(user) ? "0:0" : user, writable: [...new Set([...WRITABLE, ...volumes])] };
}

/** Looks an image up. Throws an AdapterError (`not-found`) that says how to get it. */
export async function findImage(docker: Docker, reference: string): Promise<ImageSettings> {
  try {
    const image = await docker.getImage(reference).inspect();
    return imageSettings(reference, image.Id, image.Config);
  } catch (error) {
    if (!isGone(error)) throw engineError(`looking for the image ${reference}`, error);
    throw new AdapterError(
      "not-found",
      `the image ${reference} is not on this machine: build Apex's own with "apex sandbox images", or get it with ` +
        `"docker pull ${reference}". The sandbox itself never downloads.`,
      { cause: error },
    );
  }
}
