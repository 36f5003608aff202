import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AdapterError } from "@apex/core";
import { syncFile } from "../../files/atomic-file.ts";
import { DATA_PATH } from "./keeper.ts";
import { canEnter, type ServerUser } from "./server-user.ts";

/** The server's own superuser; nobody else uses this cluster. */
export const CLUSTER_USER = "apex";

/** PostgreSQL reads only data of its own major version. */
const MAJOR_VERSION = "18";

const INITDB_MAX_MS = 120_000;
const PASSWORD_BYTES = 24;
const OUTPUT_MAX = 4_000;

/** The data directory of a store and the password to it. */
export interface Cluster {
  /** Real path. */
  readonly data: string;
  /** The path that the server's user can use: the same, or the descriptor under which it is given to it. */
  readonly dataForServer: string;
  readonly password: string;
}

/**
 * Opens the cluster in `folder`, or makes it: in a directory beside it that gets its name when it is whole, so that a
 * crash leaves none rather than half of one. Call it under the write lock.
 */
export async function openCluster(folder: string, initdb: string, user: ServerUser | null): Promise<Cluster> {
  const data = join(folder, "data");
  const version = await textOf(join(data, "PG_VERSION"));
  if (version === undefined) await makeCluster(folder, initdb, user);
  else if (version.trim() !== MAJOR_VERSION) {
    throw new AdapterError(
      "invalid",
      `${data} belongs to PostgreSQL ${version.trim()}, Apex brings ${MAJOR_VERSION}; move ${folder} away to start with an empty one`,
    );
  }
  return {
    data: await realpath(data),
    dataForServer: await pathForServer(data, user),
    password: (await readFile(join(folder, "password"), "utf8")).trim(),
  };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new AdapterError("denied", `cannot read ${path}; check who owns it`, { cause });
  }
}

async function pathForServer(directory: string, user: ServerUser | null): Promise<string> {
  const real = await realpath(directory);
  if (await canEnter(user, real)) return real;
  if (process.platform === "linux") return DATA_PATH;
  throw new AdapterError(
    "denied",
    `the user of PostgreSQL cannot reach ${real}; make the directories above it accessible (chmod o+x), or set DATABASE_URL`,
  );
}

async function makeCluster(folder: string, initdb: string, user: ServerUser | null): Promise<void> {
  const fresh = join(folder, "data.new");
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  await rm(join(folder, "password"), { force: true });
  await writeFile(join(folder, "password"), `${password}\n`, { mode: 0o600, flag: "wx" });
  if (user !== null) await chown(fresh, user.uid, user.gid);
  await runInitdb(fresh, initdb, { user, password });
  await rm(join(folder, "data"), { recursive: true, force: true });
  await rename(fresh, join(folder, "data"));
  await syncFile(folder);
}

async function runInitdb(
  directory: string,
  initdb: string,
  access: { readonly user: ServerUser | null; readonly password: string },
): Promise<void> {
  const { user, password } = access;
  const dataHandle = await open(directory, "r");
  // On the command line every process of the machine could read it.
  const passwordPath = `${directory}.password`;
  await writeFile(passwordPath, `${password}\n`, { mode: 0o600, flag: "w" });
  await chmod(passwordPath, 0o600);
  if (user !== null) await chown(passwordPath, user.uid, user.gid);
  const passwordHandle = await open(passwordPath, "r");
  try {
    await runToEnd(initdb, {
      arguments: [
        `--pgdata=${await pathForServer(directory, user)}`,
        `--username=${CLUSTER_USER}`,
        `--pwfile=${process.platform === "linux" ? "/proc/self/fd/4" : passwordPath}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // Sorting by code point: the same on every machine, whatever locales it has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
      ],
      user,
      descriptors: [dataHandle.fd, passwordHandle.fd],
    });
  } finally {
    await passwordHandle.close();
    await rm(passwordPath, { force: true });
    await dataHandle.close();
  }
}

interface Program {
  readonly arguments: readonly string[];
  readonly user: ServerUser | null;
  readonly descriptors: readonly number[];
}

function runToEnd(command: string, program: Program): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, program.arguments, {
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe", ...program.descriptors],
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
      timeout: INITDB_MAX_MS,
      ...program.user,
    });
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-OUTPUT_MAX);
    });
    child.on("error", (cause) => {
      reject(new AdapterError("unavailable", `cannot run ${command}: ${cause.message}`, { cause }));
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new AdapterError("unavailable", `initdb could not make the store's database: ${output.trim()}`),
        );
    });
  });
}
