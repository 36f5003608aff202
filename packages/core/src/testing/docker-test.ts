import { beforeAll, describe, test } from "vitest";
import { findEngine } from "./find-engine.mjs";

/** What a test that needs a Docker engine does here: it runs, it is skipped and says why, or it fails and says why. */
export type DockerDecision =
  | { readonly kind: "run" }
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "fail"; readonly reason: string };

/**
 * Decides from the environment, as the setup does: see {@link findEngine}. `APEX_REQUIRE_DOCKER=1`, which continuous
 * integration sets where an engine is expected, turns a missing engine into a failure.
 */
export async function decideOnDocker(
  env: Readonly<Record<string, string | undefined>>,
): Promise<DockerDecision> {
  const search = await findEngine(env);
  if (search.kind === "found") return { kind: "run" };
  return env["APEX_REQUIRE_DOCKER"] === "1"
    ? { kind: "fail", reason: `${search.reason}, and APEX_REQUIRE_DOCKER=1 says that one must` }
    : { kind: "skip", reason: search.reason };
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
