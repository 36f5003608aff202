import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownedPrefix } from "@apex/core";
import { PROCESSES } from "@apex/core/node";
import { openDocker } from "../connect.ts";
import { sandboxHost } from "../environment/sandbox-host.ts";
import { containerSpec, environmentSpec, never } from "./specs.ts";

// A process for tests that provisions and destroys the environments "env-a" and "env-b" again and again until it is killed.
const [runId = "", image = ""] = process.argv.slice(2);
const host = await sandboxHost(await openDocker());
await mkdtemp(join(tmpdir(), ownedPrefix("plan", PROCESSES)));
process.stdout.write("begins\n");

async function goOn(name: string): Promise<never> {
  for (;;) {
    const containers = ["one", "two"].map((container) => containerSpec({ image, name: container }));
    const environment = await host.provision(environmentSpec(runId, containers, name), never);
    await environment.usage();
    await environment.destroy();
  }
}

await Promise.all([goOn("env-a"), goOn("env-b")]);
