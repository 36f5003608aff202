// What could not be set up ("docker", "redis") is not tried again at each command: an installation without a network takes minutes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Where a failure is remembered; whoever removes the file has the next command try again. */
export function failureFile(root, what) {
  return path.join(root, ".apex", `${what}-setup-failed`);
}

const REMEMBERED_MS = 24 * 60 * 60 * 1000;

export function rememberFailure(root, what, reason) {
  const file = failureFile(root, what);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), reason })}\n`);
  } catch {
    // Where nothing can be written the next command tries again, and says again why it failed.
  }
}

/** The failure of less than a day ago: `{ time, reason }`, both text. */
export function recallFailure(root, what) {
  try {
    const { time, reason } = JSON.parse(readFileSync(failureFile(root, what), "utf8"));
    const ageMs = Date.now() - Date.parse(time);
    return ageMs >= 0 && ageMs < REMEMBERED_MS ? { time, reason } : undefined;
  } catch {
    return undefined;
  }
}

export function forgetFailure(root, what) {
  rmSync(failureFile(root, what), { force: true });
}
