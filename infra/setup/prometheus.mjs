// The collector of Prometheus is tested on a real server with recorded series.
import { canHaveServer, ensureServer, hasServer } from "./debian-server.mjs";

const PROMETHEUS = {
  what: "prometheus",
  program: "prometheus",
  package: "prometheus",
  switch: "APEX_PROMETHEUS",
  orElse: "Prometheus with promtool",
  without: "without one, the tests of its collector on a real server are skipped",
};

/** Whether the server's program is on the PATH. */
export function hasPrometheus(env) {
  return hasServer(PROMETHEUS, env);
}

/** Whether one is there, or could be put there without asking anybody. */
export function canHavePrometheus(env, host) {
  return canHaveServer(PROMETHEUS, env, host);
}

/** Sees to it that there is a prometheus; takes what {@link ensureServer} takes. */
export function ensurePrometheus(options) {
  ensureServer(PROMETHEUS, options);
}
