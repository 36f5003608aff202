/**
 * The executable behind a mirrored provider: Terraform starts it, reads one line from its output, and talks to the
 * socket that the line names. Not for use by hand.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownedPrefix } from "@apex/core";
import { PROCESSES } from "@apex/core/node";
import { createRunContext } from "../provider/provider-session.ts";
import { type ServedProvider, serveProvider } from "../provider/serve-provider.ts";
import { bundledSchemaPack } from "../schema/bundled-schema-packs.ts";

/** Terraform's fixed cookie: tells a plugin that Terraform and no person has started it. */
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/** go-plugin's own protocol, and Terraform's. */
const HANDSHAKE = "1|5|unix";
/**
 * Above any real schema version: Terraform refuses a state that is newer than the schema it is served, and the packs
 * do not know the real versions.
 */
const SCHEMA_VERSION_FLOOR = 1_000;

/** Short: the path of a socket has about a hundred characters, and the folder for temporary files may have most of them. */
const SOCKET = "s";

/** Terraform shows what stands where the handshake should be. */
function refuse(reason: string): never {
  process.stdout.write(`${reason}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const name = process.argv[2] ?? "";
  if (process.env["TF_PLUGIN_MAGIC_COOKIE"] !== COOKIE) {
    refuse("This is a stand-in for a Terraform provider; Terraform starts it.");
  }
  if ((process.env["PLUGIN_CLIENT_CERT"] ?? "") !== "") {
    refuse(
      "Apex stand-in provider: set TF_DISABLE_PLUGIN_TLS=1 in the environment of terraform and try again.",
    );
  }
  const pack = bundledSchemaPack(name);
  if (pack === undefined) refuse(`Apex stand-in provider: no schemas of provider ${name}.`);
  const directory = mkdtempSync(join(tmpdir(), ownedPrefix("provider", PROCESSES)));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(0));
  // Terraform ends its plugins itself; a Ctrl-C at the terminal reaches them too, and would be too early.
  process.on("SIGINT", () => {});
  const served: ServedProvider = await serveProvider({
    pack,
    run: createRunContext({ schemaVersionFloor: SCHEMA_VERSION_FLOOR }),
    socketPath: join(directory, SOCKET),
    onShutdown: () => {
      // After the answer has left.
      setImmediate(() => {
        served.close();
        process.exit(0);
      });
    },
  });
  process.stdout.write(`${HANDSHAKE}|${served.socketPath}|grpc|\n`);
  // The parent is gone when its end of the pipe is: never outlive Terraform.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 1_000).unref();
}

await main();
