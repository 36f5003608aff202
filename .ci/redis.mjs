// Continuous integration and Redis: sees to it that there is a server to start, and prints 1 where the tests must have one.
// A package that was installed stays, and says so.
// Plain JavaScript for the shell's Node, since it runs before anything is installed.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { canHaveRedis, ensureRedis, hasRedis } from "../infra/setup/redis.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

function say(text) {
  process.stderr.write(`apex ci: ${text}\n`);
}

const isExpected = canHaveRedis();
const wasThere = hasRedis();
ensureRedis({ root: ROOT, say, isRetry: true });
if (!wasThere && hasRedis())
  say("redis-server was installed and stays: apt-get purge redis-server redis-tools");
if (isExpected && !hasRedis())
  say("NO REDIS-SERVER on a machine where one was expected: the tests on Redis will FAIL, not be skipped");
process.stdout.write(isExpected ? "1" : "0");
