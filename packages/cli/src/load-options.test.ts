import { expect, test } from "vitest";
import { EXIT_CODES } from "./exit-codes.ts";
import { runCli } from "./run-cli.ts";
import { recordedIo } from "./testing.ts";

const OPTIMIZE = ["optimize", "--terraform", "infra", "--state", "state.json", "--metrics", "m.csv"];
const VALIDATE = ["validate", ...OPTIMIZE.slice(1), "--patch", "p.diff", "--workload", "a.log"];

async function run(...argv: readonly string[]) {
  const io = recordedIo({ cwd: "/nowhere" });
  return { exitCode: await runCli(argv, io), stderr: io.stderr() };
}

test.each([
  [["--workload", "a.log"], "--workload says how a load is replayed"],
  [["--target", "aws_instance.a", "--slo", "slo.yaml"], "--target, --slo say how a load is replayed"],
  [["--window", "a/b"], "--window says"],
  [["--image", "shop:1"], "--image says"],
  [["--arrival-factor", "2"], "--arrival-factor says"],
  [["--env", "A=b"], "--env says"],
  [["--ready-path", "/up"], "--ready-path says"],
  [["--scale", "0.5"], "--scale says"],
  // The defaults stand for nobody's wish: even their own values do when they are typed.
  [["--port", "8080"], "--port says"],
  [["--busiest", "60"], "--busiest says"],
  [["--minutes", "5"], "--minutes says"],
])("optimize without --validate does not pass %j over in silence", async (argv, message) => {
  const { exitCode, stderr } = await run(...OPTIMIZE, "--apply", ...argv);
  expect(stderr).toContain(message);
  expect(stderr).toContain("without --validate none is");
  expect(exitCode).toBe(EXIT_CODES.wrongUse);
});

test("without any of them it goes on to its inputs", async () => {
  const { exitCode, stderr } = await run(...OPTIMIZE, "--apply");
  expect(stderr).toContain("infra does not exist");
  expect(exitCode).toBe(EXIT_CODES.badInput);
});

test.each([
  [[...OPTIMIZE, "--validate", "--workload", "a.log", "--providers", "real"], "leave --providers real out"],
  [[...VALIDATE, "--providers", "real"], "unknown option '--providers'"],
  [[...VALIDATE, "--port", "80"], "--port: only an image of your own has that; name it with --image"],
  [
    [...VALIDATE, "--env", "A=1", "--ready-path", "/"],
    "--ready-path, --env: only an image of your own has those",
  ],
  [[...OPTIMIZE, "--no-model", "--tenant", "acme"], "--no-model, --tenant: without --fix no model is asked"],
  [[...VALIDATE, "--image", "shop:1", "--env", "HOME"], "write NAME=VALUE"],
  [[...VALIDATE, "--image", "shop:1", "--env", "=1"], "write NAME=VALUE"],
  [[...VALIDATE, "--scale", "1.5"], "above 0 and at most 1"],
  [[...VALIDATE, "--scale", "0"], "above 0 and at most 1"],
  [[...VALIDATE, "--minutes", "-1"], "above 0"],
  // Even the default's value, once it is typed.
  [[...VALIDATE, "--busiest", "60", "--window", "a/b"], "cannot be used with option '--busiest <minutes>'"],
  [
    [...OPTIMIZE, "--validate", "--window", "a/b", "--busiest", "5"],
    "cannot be used with option '--busiest <minutes>'",
  ],
])("%j is wrong use before anything runs", async (argv, message) => {
  const { exitCode, stderr } = await run(...argv);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(EXIT_CODES.wrongUse);
});

test("an image takes its options, with = in a value", async () => {
  const { stderr } = await run(
    ...VALIDATE,
    "--image",
    "shop:1",
    "--env",
    "A=b=c",
    "--env",
    "B=",
    "--port",
    "80",
  );
  expect(stderr).toContain("infra does not exist");
});
