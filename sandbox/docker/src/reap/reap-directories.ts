import { lstat, readdir, rm } from "node:fs/promises";
import { readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processStartTicks } from "../run/owner.ts";
import type { ReapOptions } from "./reap.ts";

/** Working copies for Terraform: they name the process that made them, and hold states. */
const WORKING_COPY = /^apex-plan-(\d+)-/;
/** The kernel's number of the first process namespace, in which all processes can be seen. */
const HOST_PID_NAMESPACE = "pid:[4026531836]";
/** In another one, the process may be alive and not seen: longer than any run. */
const UNSEEN_AGE_MS = 2 * 60 * 60 * 1000;

/** Removes this user's working copies whose process is dead. Returns their paths. */
export async function reapDirectories({ dryRun, now }: ReapOptions): Promise<readonly string[]> {
  const parent = tmpdir();
  const ageMsMin = readlinkSync("/proc/self/ns/pid") === HOST_PID_NAMESPACE ? 0 : UNSEEN_AGE_MS;
  const found: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = Number(WORKING_COPY.exec(name)?.[1] ?? process.pid);
    if (pid === process.pid || processStartTicks(pid) !== undefined) continue;
    const path = join(parent, name);
    const status = await lstat(path).catch(() => undefined);
    const isOurs = status?.isDirectory() === true && status.uid === process.getuid?.();
    if (!isOurs || now - status.mtimeMs < ageMsMin) continue;
    if (!dryRun) await rm(path, { recursive: true, force: true });
    found.push(path);
  }
  return found;
}
