import type { DockerEngine } from "../../connect.ts";
import { ownLabels } from "../../run/labels.ts";

const LEASE_MS = 10 * 60_000;

/** How a command in an image ended, and what it printed. */
export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

/** Where a command runs. */
export interface RunOptions {
  readonly runId: string;
  readonly image: string;
  /** Absent: the image's own. */
  readonly user?: string;
  /** A directory of the host, seen read-only at `/work`. */
  readonly mount?: string;
  readonly env?: readonly string[];
}

/** Runs a command in an image with what the image gives it and a writable root, without a network, and removes the container. */
export async function runIn(
  { docker }: DockerEngine,
  command: readonly string[],
  { runId, image, user, mount, env = [] }: RunOptions,
): Promise<Ran> {
  const [program = "", ...args] = command;
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [program],
    Cmd: args,
    Env: [...env],
    // One stream: what it prints comes as it is.
    Tty: true,
    NetworkDisabled: true,
    ...(user === undefined ? {} : { User: user }),
    Labels: ownLabels(runId, LEASE_MS),
    HostConfig: { NetworkMode: "none", ...(mount === undefined ? {} : { Binds: [`${mount}:/work:ro`] }) },
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
    const chunks: Buffer[] = [];
    // Followed: a log that is read at once is an object when it happens to be JSON.
    const logs = await container.logs({ stdout: true, stderr: true, follow: true });
    for await (const chunk of logs) chunks.push(chunk as Buffer);
    const output = Buffer.concat(chunks).toString("utf8").replaceAll("\r\n", "\n");
    return { exitCode: StatusCode, output };
  } finally {
    await container.remove({ force: true });
  }
}
