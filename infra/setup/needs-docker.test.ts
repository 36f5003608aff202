import { expect, test } from "vitest";
// @ts-expect-error plain JavaScript for the shell's Node, without types
import { needsDocker } from "./needs-docker.mjs";

test.each([
  "demo",
  "test",
  "test sandbox/docker",
  "test:chaos",
  "bench",
  "apex validate --terraform infra",
  "apex sandbox images",
  "apex optimize --terraform infra --validate --workload web.log",
])("%s needs an engine", (line) => {
  const [name, ...args] = line.split(" ");
  expect(needsDocker(name, args)).toBe(true);
});

test.each([
  "check",
  "apex",
  "apex --help",
  "apex --version",
  "apex validate --help",
  "apex cost --terraform infra",
  "apex cost --terraform validate",
  "apex plan sandbox",
  "apex optimize --terraform infra",
  "apex mirror providers",
])("%s does without", (line) => {
  const [name, ...args] = line.split(" ");
  expect(needsDocker(name, args)).toBe(false);
});
