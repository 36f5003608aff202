// Continuous integration and the servers that tests start themselves: sees to it that the one that is named is there to be started, and
// prints 1 where the tests must have it. A package that was installed stays, and says so.
// Plain JavaScript for the shell's Node, since it runs before anything is installed.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { canHavePrometheus, ensurePrometheus, hasPrometheus } from "../infra/setup/prometheus.mjs";
import { canHaveRedis, ensureRedis, hasRedis } from "../infra/setup/redis.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const SERVERS = {
  redis: {
    canHave: canHaveRedis,
    ensure: ensureRedis,
    has: hasRedis,
    program: "redis-server",
    packages: "redis-server redis-tools",
  },
  prometheus: {
    canHave: canHavePrometheus,
    ensure: ensurePrometheus,
    has: hasPrometheus,
    program: "prometheus",
    packages: "prometheus",
  },
};

function say(text) {
  process.stderr.write(`apex ci: ${text}\n`);
}

const server = SERVERS[process.argv[2]];
if (server === undefined) throw new Error(`which of ${Object.keys(SERVERS).join(", ")}?`);
const isExpected = server.canHave();
const wasThere = server.has();
server.ensure({ root: ROOT, say, isRetry: true });
if (!wasThere && server.has())
  say(`${server.program} was installed and stays: apt-get purge ${server.packages}`);
if (isExpected && !server.has())
  say(
    `NO ${server.program.toUpperCase()} on a machine where one was expected: its tests will FAIL, not be skipped`,
  );
process.stdout.write(isExpected ? "1" : "0");
