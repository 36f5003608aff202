// The queue also runs on Redis, and is tested there.
import { canHaveServer, ensureServer, hasServer } from "./debian-server.mjs";

const REDIS = {
  what: "redis",
  program: "redis-server",
  package: "redis-server",
  switch: "APEX_REDIS",
  orElse: "Redis",
  without: "without one, the tests of the queue on Redis are skipped",
};

/** Whether the server's program is on the PATH. */
export function hasRedis(env) {
  return hasServer(REDIS, env);
}

/** Whether one is there, or could be put there without asking anybody. */
export function canHaveRedis(env, host) {
  return canHaveServer(REDIS, env, host);
}

/** Sees to it that there is a redis-server; takes what {@link ensureServer} takes. */
export function ensureRedis(options) {
  ensureServer(REDIS, options);
}
