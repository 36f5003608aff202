import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { callsIn, putProgram } from "./testing/programs.ts";
// @ts-expect-error plain JavaScript for the shell's Node, without types
import { canHavePrometheus, ensurePrometheus, hasPrometheus } from "./prometheus.mjs";
// @ts-expect-error the same
import { THIS_HOST } from "./this-host.mjs";

let root: string;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "apex-setup-"));
  mkdirSync(path.join(root, "bin"));
  writeFileSync(path.join(root, "os-release"), "ID=debian\n");
  said = [];
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function machine(env: Readonly<Record<string, string>> = {}) {
  const host = {
    ...THIS_HOST,
    platform: "linux",
    isRoot: true,
    osRelease: path.join(root, "os-release"),
    servicePolicy: path.join(root, "policy"),
  };
  return {
    root,
    say: (text: string) => said.push(text),
    env: { PATH: path.join(root, "bin"), ...env },
    host,
  };
}

test("Debian's package is installed once, and its service neither starts now nor at boot", () => {
  putProgram(
    root,
    "apt-get",
    `[ -x ${root}/policy ] && ${root}/policy; [ $? = 101 ] && echo "no service" >> ${root}/calls
printf '#!/bin/sh\\n' > ${root}/bin/prometheus; /bin/chmod +x ${root}/bin/prometheus`,
  );
  putProgram(root, "update-rc.d", "");
  const here = machine();
  expect(canHavePrometheus(here.env, here.host)).toBe(true);
  ensurePrometheus(here);
  ensurePrometheus(here);
  expect(hasPrometheus(here.env)).toBe(true);
  expect(callsIn(root).map((call) => call.replace(/^apt-get -o \S+ /, "apt-get "))).toEqual([
    "apt-get install -y --no-install-recommends prometheus",
    "no service",
    "update-rc.d prometheus disable",
  ]);
  expect(existsSync(path.join(root, "policy"))).toBe(false);
  expect(said).toEqual([expect.stringContaining("APEX_PROMETHEUS=off does without")]);
});

test("APEX_PROMETHEUS=off leaves everything as it is", () => {
  putProgram(root, "apt-get", "exit 0");
  const { env, ...here } = machine({ APEX_PROMETHEUS: "off" });
  ensurePrometheus({ ...here, env });
  expect([said, callsIn(root)]).toEqual([[], []]);
  expect(canHavePrometheus(env, here.host)).toBe(false);
});
