import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AdapterError } from "@apex/core";

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; packages of it everywhere call its user so. */
const USER = "postgres";

/** Whom the server runs as: `null` is ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user for the server. As root that is the system's `postgres` user, which is made when there is none; otherwise
 * the server runs as we do.
 */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.geteuid?.() !== 0) return null;
  const existing = await lookUp();
  if (existing !== undefined) return existing;
  try {
    await run("useradd", [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      USER,
    ]);
  } catch (cause) {
    throw new AdapterError(
      "unavailable",
      `PostgreSQL does not run as root, and the user "${USER}" could not be made; make it (useradd --system ${USER}), run Apex as another user, or set DATABASE_URL`,
      { cause },
    );
  }
  const made = await lookUp();
  if (made === undefined)
    throw new AdapterError("unavailable", `the user "${USER}" was made and is not found`);
  return made;
}

async function lookUp(): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", USER]), run("id", ["-g", USER])]);
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
  } catch {
    return undefined;
  }
}

/** Whether that user can enter a directory, asked by trying: no other way knows about all access rules. */
export async function canEnter(user: ServerUser | null, directory: string): Promise<boolean> {
  if (user === null) return true;
  try {
    await run("/bin/sh", ["-c", 'cd -- "$1"', "sh", directory], { ...user, cwd: "/" });
    return true;
  } catch {
    return false;
  }
}
