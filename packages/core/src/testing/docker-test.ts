import { request } from "node:http";
import { beforeAll, describe, test } from "vitest";

const DEFAULT_SOCKET = "/var/run/docker.sock";
const DEFAULT_TCP_PORT = 2375;
const PING_TIMEOUT_MS = 2_000;

/** What a test that needs a Docker engine does here: it runs, it is skipped and says why, or it fails and says why. */
export type DockerDecision =
  | { readonly kind: "run" }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "fail"; readonly reason: string };

type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number };

function answers(options: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ ...options, path: "/_ping", timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on("timeout", () => ping.destroy());
    ping.on("error", () => resolve(false));
    ping.end();
  });
}

function targetOf(host: string): Target | undefined {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  if (!URL.canParse(host)) return undefined;
  const url = new URL(host);
  return url.protocol === "tcp:"
    ? { host: url.hostname, port: Number(url.port || DEFAULT_TCP_PORT) }
    : undefined;
}

/**
 * Decides from the environment: `DOCKER_HOST` (unix:// or tcp://, else the default socket) is asked;
 * `APEX_DOCKER=off` counts as no engine; `APEX_REQUIRE_DOCKER=1`, which continuous integration sets where an engine is
 * expected, turns a missing engine into a failure.
 */
export async function decideOnDocker(
  env: Readonly<Record<string, string | undefined>>,
): Promise<DockerDecision> {
  const host = env["DOCKER_HOST"] ?? `unix://${DEFAULT_SOCKET}`;
  const target = targetOf(host);
  if (env["APEX_DOCKER"] !== "off" && target !== undefined && (await answers(target))) return { kind: "run" };
  const cause = env["APEX_DOCKER"] === "off" ? "APEX_DOCKER=off" : `no Docker engine answers at ${host}`;
  return env["APEX_REQUIRE_DOCKER"] === "1"
    ? { kind: "fail", reason: `${cause}, and APEX_REQUIRE_DOCKER=1 says that one must` }
    : { kind: "skip", reason: cause };
}

const decision = await decideOnDocker(process.env);
// Once a file: Vitest's default report counts what is skipped and does not say why.
if (decision.kind === "skip") console.warn(`tests that need Docker are skipped: ${decision.reason}`);

function failIfRequired(): void {
  if (decision.kind === "fail") throw new Error(decision.reason);
}

/**
 * Vitest's `test` for what needs a Docker engine. Without one it is skipped with the reason in the report, or fails when an
 * engine is required. Hooks of the file run all the same: with hooks that need the engine, use {@link dockerDescribe}.
 */
export const dockerTest = test.extend("dockerEngine", { auto: true }, ({ skip }) => {
  if (decision.kind === "skip") skip(decision.reason);
  failIfRequired();
  return decision.kind;
});

/** Vitest's `describe` for what needs a Docker engine; its hooks do not run without one. The reason is in its name. */
export function dockerDescribe(name: string, body: () => void): void {
  const title = decision.kind === "skip" ? `${name} (skipped: ${decision.reason})` : name;
  describe.skipIf(decision.kind === "skip")(title, () => {
    beforeAll(failIfRequired);
    body();
  });
}
