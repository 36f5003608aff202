import { randomUUID } from "node:crypto";
import { AdapterError } from "@apex/core";
import type Docker from "dockerode";
import { engineError } from "../errors.ts";
import { lockedDown } from "../lockdown.ts";
import { removeContainer } from "../remove-container.ts";
import { ownLabels } from "../run/labels.ts";
import type { ImageKind } from "./image-content.ts";

const TRIAL_TIMEOUT_MS = 60_000;
const TRIAL_LIMITS = { memoryBytes: 512 * 1024 * 1024, cpus: 1, pids: 64 };
/** Programs that show that the files of an image are complete: they start only with all their libraries. */
const TRIALS: Readonly<Record<ImageKind, { readonly program: string; readonly args: readonly string[] }>> = {
  base: { program: "node", args: ["--version"] },
  twin: { program: "node", args: ["--check", "/opt/apex/twin/main.ts"] },
  terraform: { program: "terraform", args: ["version"] },
};
const WORDS_MAX = 2_000;

/**
 * Runs the main program of an image once, locked down. Throws an AdapterError (`invalid`) with the program's words when it
 * does not run, and removes the container in any case.
 */
export async function tryImage(
  docker: Docker,
  image: { readonly kind: ImageKind; readonly id: string },
  signal: AbortSignal,
): Promise<void> {
  const { program, args } = TRIALS[image.kind];
  const doing = `trying ${program} in a new image`;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TRIAL_TIMEOUT_MS)]);
  const container = await docker
    .createContainer({
      Image: image.id,
      Entrypoint: [program],
      Cmd: [...args],
      Env: ["CHECKPOINT_DISABLE=1"],
      Labels: ownLabels(`images-${randomUUID()}`, 2 * TRIAL_TIMEOUT_MS),
      ...lockedDown(TRIAL_LIMITS, { network: "none" }),
    })
    .catch((error: unknown) => {
      throw engineError(doing, error);
    });
  try {
    await container.start({ abortSignal: deadline });
    const { StatusCode } = (await container.wait({ abortSignal: deadline })) as {
      readonly StatusCode: number;
    };
    if (StatusCode === 0) return;
    const words = await container.logs({ stdout: true, stderr: true, tail: 20 });
    // Each piece of a log comes behind a header of eight bytes, of which the first is below eight.
    const text = words
      .toString("utf8")
      .replaceAll(/[^\P{Cc}\n]/gu, "")
      .trim()
      .slice(0, WORDS_MAX);
    throw new AdapterError(
      "invalid",
      `the ${program} of this host does not run in an image of its own (exit ${StatusCode}: ${text}). Build the images ` +
        "with the Dockerfiles in infra/docker and name them in APEX_TWIN_IMAGE and APEX_TERRAFORM_IMAGE.",
    );
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(doing, error);
  } finally {
    // What stays says whose it is: the next reaping removes it.
    await removeContainer(docker, container.id).catch(() => {});
  }
}
