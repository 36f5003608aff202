// The one entry of the README's commands: brings what a fresh machine lacks, says what it does, then runs the command.
// Plain JavaScript for the shell's Node (>= 20); everything after it runs on Node 24 from the workspace.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDocker } from "./docker.mjs";
import { needsDocker } from "./needs-docker.mjs";
import { ensurePrometheus } from "./prometheus.mjs";
import { ensureRedis } from "./redis.mjs";
import { ensureTerraform } from "./terraform.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const STAMP = path.join(ROOT, "node_modules", ".apex-setup");
/** A user's own queue may be on Redis, and only our tests and benches start a server. */
const WITH_REDIS = new Set(["test", "test:chaos", "bench"]);
/** Users have a Prometheus of their own. */
const WITH_PROMETHEUS = new Set(["test"]);
/** What a user runs needs nothing of the tests' own: their ClickHouse alone is half a gigabyte. */
const WITHOUT_TESTS = new Set(["demo", "apex"]);
/** Node runs TypeScript without a flag or a warning from here on. */
const NODE_FOR_TYPESCRIPT = [24, 12];

const COMMANDS = {
  demo: ["packages/cli/src/main.ts", "demo"],
  apex: ["packages/cli/src/main.ts"],
  test: ["node_modules/vitest/vitest.mjs", "run"],
  "test:chaos": ["tests/chaos/main.ts"],
  bench: ["node_modules/vitest/vitest.mjs", "bench", "--run"],
  check: [".ci/check.ts"],
};

function say(text) {
  process.stderr.write(`apex setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(2);
}

function isAtLeast(version, [major, minor]) {
  const [haveMajor = 0, haveMinor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

function output(command, args) {
  const result = spawnSync(command, args, { encoding: "utf8", cwd: ROOT });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

function packageManager() {
  const wanted = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")).packageManager;
  const version = wanted.replace("pnpm@", "");
  return output("pnpm", ["--version"]) === version
    ? { command: "pnpm", args: [] }
    : { command: "npm", args: ["exec", "--yes", `--package=${wanted}`, "--", "pnpm"] };
}

function ensurePackages(withTests) {
  const lock = createHash("sha256")
    .update(readFileSync(path.join(ROOT, "pnpm-lock.yaml")))
    .update(readFileSync(path.join(ROOT, "pnpm-workspace.yaml")))
    .digest("hex");
  const whole = `${lock} with tests`;
  const installed = existsSync(STAMP) ? readFileSync(STAMP, "utf8") : "";
  if (installed === whole || (!withTests && installed === lock)) return;
  say("installing the packages of pnpm-lock.yaml (once, then only when it changes)");
  const { command, args } = packageManager();
  const scope = withTests ? [] : ["--filter", "!@apex/tests"];
  const options = ["install", "--frozen-lockfile", "--reporter=append-only", ...scope];
  const install = spawnSync(command, [...args, ...options], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, CI: "true" },
  });
  if (install.status !== 0) {
    process.stderr.write(`${install.stdout ?? ""}${install.stderr ?? ""}`);
    fail(
      "the packages could not be installed; the lines above say why (a proxy or registry is set in ~/.npmrc)",
    );
  }
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, withTests ? whole : lock);
}

function nodeForTypescript() {
  const bundled = path.join(ROOT, "node_modules", ".bin", "node");
  if (existsSync(bundled) && isAtLeast(output(bundled, ["--version"]) ?? "v0", NODE_FOR_TYPESCRIPT))
    return bundled;
  if (isAtLeast(process.version, NODE_FOR_TYPESCRIPT)) return process.execPath;
  return fail(
    `Apex runs its TypeScript as it is, which needs Node ${NODE_FOR_TYPESCRIPT.join(".")} or newer. There is no Node ` +
      `package for ${process.platform}-${process.arch}, and this is ${process.version}: install Node 24 and try again.`,
  );
}

const [name = "", ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined)
  fail(`unknown command ${JSON.stringify(name)}; there are ${Object.keys(COMMANDS).join(", ")}`);
if (!isAtLeast(process.version, [20, 0])) fail(`Node 20 or newer is needed; this is ${process.version}`);

ensurePackages(!WITHOUT_TESTS.has(name));
const node = nodeForTypescript();
const terraform = await ensureTerraform({ root: ROOT, say });
if (needsDocker(name, rest)) await ensureDocker({ root: ROOT, say });
if (WITH_REDIS.has(name)) ensureRedis({ root: ROOT, say });
if (WITH_PROMETHEUS.has(name)) ensurePrometheus({ root: ROOT, say });
const searchPath = [path.join(ROOT, "node_modules", ".bin"), terraform.directory, process.env.PATH].filter(
  Boolean,
);
const result = spawnSync(node, [path.join(ROOT, command[0]), ...command.slice(1), ...rest], {
  // `apex` works where the user stands; the others belong to the repository.
  cwd: name === "apex" ? (process.env.INIT_CWD ?? process.cwd()) : ROOT,
  stdio: "inherit",
  env: {
    ...process.env,
    PATH: searchPath.join(path.delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
  },
});
process.exit(result.status ?? 1);
