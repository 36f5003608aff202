/** The operating system's words for a host that has no room: of disk, open files or memory. */
const CODES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM"]);

/** Nobody wraps an error so often, and a chain may close upon itself. */
const DEPTH_MAX = 16;

/** Whether a host that has no room is behind an error, however often it was wrapped: another host may do, or this one later. */
export function isOutOfRoom(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < DEPTH_MAX && cause instanceof Error; depth += 1) {
    if ("code" in cause && CODES.has(cause.code)) return true;
    ({ cause } = cause);
  }
  return false;
}
