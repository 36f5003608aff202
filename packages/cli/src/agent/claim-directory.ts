import { createHash } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ownerOfName } from "@apex/core";
import { makePath } from "@apex/core/node";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { isLeftBehind, makeOwnedDirectory, type OwnedDirectory } from "../pipeline/run-directory-owner.ts";

/** A claim whose owner cannot be seen from here, in another container for example, counts no longer than this. */
const UNSEEN_AFTER_MS = 24 * 60 * 60 * 1_000;
/** Two that start at the same moment see each other: both step back and try again, each after a time of its own. */
const TRIES_MAX = 4;
const STEP_BACK_MS = 250;
const DIGEST_LENGTH = 16;

function claimsOf(storeDirectory: string, directory: string): string {
  const digest = createHash("sha256").update(directory).digest("hex").slice(0, DIGEST_LENGTH);
  return path.join(storeDirectory, "transcripts", "at-work", digest);
}

/** Whose claim stands besides our own; claims of processes that have ended are removed. */
async function otherClaim(claims: string, own: string, nowMs: number): Promise<string | undefined> {
  for (const name of await readdir(claims)) {
    if (name === path.basename(own)) continue;
    const isLeft = isLeftBehind(name);
    if (isLeft === undefined) continue;
    const place = path.join(claims, name);
    const made = await stat(place).catch(() => undefined);
    if (made === undefined) continue;
    if (!isLeft && nowMs - made.mtimeMs < UNSEEN_AFTER_MS) return name;
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
  return undefined;
}

/**
 * Claims a Terraform directory for this process, until it is disposed or the process ends, however it ends. A claim is made first
 * and then looked for others, so that of two at least one sees the other. Throws a CommandError that names the process that is
 * at work there.
 */
export async function claimDirectory(
  storeDirectory: string,
  directory: string,
  now: () => number,
): Promise<OwnedDirectory> {
  const claims = claimsOf(storeDirectory, directory);
  for (let tries = 1; ; tries += 1) {
    await makePath(claims);
    const claim = await makeOwnedDirectory("run", claims);
    const other = await otherClaim(claims, claim.path, now());
    if (other === undefined) return claim;
    await claim[Symbol.asyncDispose]();
    if (tries === TRIES_MAX) {
      throw new CommandError(
        EXIT_CODES.badInput,
        `another apex fix (process ${ownerOfName(other)?.pid ?? "unknown"}) is at work on ${directory}: wait until it ends, or stop it`,
      );
    }
    await sleep(STEP_BACK_MS * tries * (0.5 + Math.random()));
  }
}
