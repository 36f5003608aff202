import type Docker from "dockerode";
import { engineError, isGone, statusOf } from "./errors.ts";

const REMOVAL_TRIES = 100;
const REMOVAL_PAUSE_MS = 50;

/** 409: its removal is in progress. 500: on a busy host its file system cannot be unmounted yet, and the container stays, dead. */
function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  return status === 409 || (status !== undefined && status >= 500);
}

/**
 * Kills and removes a container with its anonymous volumes; resolves when the engine knows it no more. Throws an AdapterError
 * when that cannot be had within some seconds.
 */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await docker.getContainer(id).remove({ force: true, v: true });
      return;
    } catch (error) {
      if (isGone(error)) return;
      if (!mayPass(error) || tries >= REMOVAL_TRIES)
        throw engineError(`removing container ${id.slice(0, 12)}`, error);
    }
    await new Promise((resolve) => setTimeout(resolve, REMOVAL_PAUSE_MS));
  }
}
