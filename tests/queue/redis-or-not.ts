import { hasRedis } from "../chaos/redis-server.ts";
import type { BackendKind } from "./world.ts";

const WHY_NOT = "there is no redis-server on the PATH: install the package redis-server";

/**
 * The queue's backends that can be tested here: Redis where its server is installed. `APEX_REQUIRE_REDIS=1`, which continuous
 * integration sets, turns a missing one into a failure.
 */
export function backendsHere(): readonly BackendKind[] {
  if (hasRedis()) return ["postgres", "redis"];
  if (process.env["APEX_REQUIRE_REDIS"] === "1") {
    throw new Error(`${WHY_NOT}, and APEX_REQUIRE_REDIS=1 says that it must be`);
  }
  console.warn(`tests of the queue on Redis are skipped: ${WHY_NOT}`);
  return ["postgres"];
}
