import { chmod, lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AdapterError, type CommandIsolation, type IsolatedCommands } from "@apex/core";
import { z } from "zod";
import { writeSettings } from "./terraform-settings.ts";
import { ALWAYS, hasJsonInit, type OpenPlace, type PlaceRequest } from "./terraform-place.ts";

/** The first process of the place: it lives as long as the place does, and belongs to the user that Terraform runs as. */
const FIRST_PID = 1;
/** More than anybody runs; a place that answers later is broken. */
const SMALL_COMMAND_TIMEOUT_MS = 60_000;

const Version = z.object({ terraform_version: z.string() });

/**
 * Terraform in an isolated place. Everything that it reads lies in `home`, which it cannot write to; what it writes goes
 * to the place's scratch.
 */
export function isolatedPlace(isolation: CommandIsolation): OpenPlace {
  let version: Promise<string> | undefined;
  const versionIn = (place: IsolatedCommands, cwd: string): Promise<string> => {
    version ??= readVersion(place, cwd).catch((error: unknown) => {
      version = undefined;
      throw error;
    });
    return version;
  };
  return async (request) => {
    const { home: directory, signal } = request;
    const place = await isolation.open({ directory, ...(signal === undefined ? {} : { signal }) });
    try {
      return terraformIn(place, request, await versionIn(place, directory));
    } catch (error) {
      await place.close();
      throw error;
    }
  };
}

function terraformIn(
  place: IsolatedCommands,
  request: PlaceRequest,
  version: string,
): Awaited<ReturnType<OpenPlace>> {
  const { scratch } = place;
  const dataDirectory = join(scratch, "data");
  let settings = "";
  return {
    version,
    hasJsonInit: hasJsonInit(version),
    scratch,
    servingPid: FIRST_PID,
    prepare: async ({ home, modulesManifest }) => {
      settings = await writeSettings(home);
      await openToReaders(home);
      if (modulesManifest !== null) await copyManifest(place, modulesManifest, dataDirectory);
    },
    run: ({ args, cwd, reattach, signal }) =>
      place.run({
        args: ["terraform", ...args],
        cwd,
        env: {
          ...ALWAYS,
          HOME: scratch,
          TMPDIR: scratch,
          TF_DATA_DIR: dataDirectory,
          TF_CLI_CONFIG_FILE: settings,
          TF_REATTACH_PROVIDERS: reattach,
        },
        timeoutMs: request.timeoutMs,
        ...(signal === undefined ? {} : { signal }),
      }),
    close: () => place.close(),
  };
}

async function readVersion(place: IsolatedCommands, cwd: string): Promise<string> {
  const said = await place.run({
    args: ["terraform", "version", "-json"],
    cwd,
    env: ALWAYS,
    timeoutMs: SMALL_COMMAND_TIMEOUT_MS,
  });
  try {
    return Version.parse(JSON.parse(said.stdout)).terraform_version;
  } catch (cause) {
    const text = (said.stderr || said.stdout).trim().slice(0, 300);
    const message = `The sandbox's image has no Terraform that answers "version -json"; build it again with "apex sandbox images": ${text}`;
    throw new AdapterError("unavailable", message, { cause });
  }
}

/** Modules are looked up in the data directory, which must be writable; their files stay where they are. */
async function copyManifest(place: IsolatedCommands, from: string, dataDirectory: string): Promise<void> {
  const to = join(dataDirectory, "modules", "modules.json");
  const code = `const fs = require("node:fs"); fs.mkdirSync(${JSON.stringify(dirname(to))}, { recursive: true }); fs.copyFileSync(${JSON.stringify(from)}, ${JSON.stringify(to)})`;
  const copied = await place.run({
    args: ["node", "-e", code],
    cwd: "/",
    env: {},
    timeoutMs: SMALL_COMMAND_TIMEOUT_MS,
  });
  if (copied.exitCode !== 0) {
    throw new AdapterError("unavailable", `preparing modules in the sandbox failed: ${copied.stderr.trim()}`);
  }
}

/** Lets every user read the tree, and connect to the sockets in it. The directory above is closed to all but us. */
async function openToReaders(path: string): Promise<void> {
  const status = await lstat(path);
  if (status.isSymbolicLink()) return;
  const mode = status.mode & 0o7777;
  const wanted = mode | (status.isDirectory() ? 0o555 : status.isSocket() ? 0o666 : 0o444);
  if (wanted !== mode) await chmod(path, wanted);
  if (!status.isDirectory()) return;
  for (const name of await readdir(path)) await openToReaders(join(path, name));
}
