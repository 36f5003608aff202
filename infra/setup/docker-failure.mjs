// An engine that could not be set up is not tried again at each command: an installation without a network takes minutes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Below the repository's root; whoever removes it has the next command try again. */
export const FAILURE_FILE = path.join(".apex", "docker-setup-failed");
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

export function rememberFailure(root, reason) {
  const file = path.join(root, FAILURE_FILE);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), reason })}\n`);
  } catch {
    // Where nothing can be written the next command tries again, and says again why it failed.
  }
}

/** The failure of less than a day ago: `{ time, reason }`, both text. */
export function recallFailure(root) {
  try {
    const { time, reason } = JSON.parse(readFileSync(path.join(root, FAILURE_FILE), "utf8"));
    const ageMs = Date.now() - Date.parse(time);
    return ageMs >= 0 && ageMs < REMEMBERED_MS ? { time, reason } : undefined;
  } catch {
    return undefined;
  }
}

export function forgetFailure(root) {
  rmSync(path.join(root, FAILURE_FILE), { force: true });
}
