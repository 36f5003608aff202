import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

/** What `apex collect` says of a command line; nothing of it leaves this machine. */
async function collect(...words: readonly string[]) {
  const home = await mkdtemp(path.join(tmpdir(), "apex-options-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const io = recordedIo({ cwd: home, env: { APEX_HOME: home } });
  const code = await runCli(["collect", ...words, "--quiet"], io);
  return { code, said: io.stderr() };
}

test.each([
  [["aws", "--regions", "eu-west-1,a b,../x,.evil.example"], "--regions a b, ../x, .evil.example: write"],
  [["gcp", "--regions", "eu-west-1"], "--regions eu-west-1: write regions as europe-west1"],
  [["aws", "--endpoint-url", "127.0.0.1:5000"], "--endpoint-url 127.0.0.1:5000: write it as http://"],
  [["aws", "--endpoint-url", "localhost:5000"], "--endpoint-url localhost:5000: write it as http://"],
  [
    ["aws", "--services", "ec2"],
    "--services: there is no service ec2; those that are collected are ec2-inst",
  ],
  [["aws", "--assume-role", "arn:x"], "arn:x is no ARN of a role"],
])("%j is one line, and wrong use", async (words, said) => {
  expect(await collect(...words)).toEqual({
    code: EXIT_CODES.wrongUse,
    said: expect.stringMatching(/^apex: [^\n]*\n$/),
  });
  expect((await collect(...words)).said).toContain(said);
});

test.each(["http", "ftp"])(
  "an address (%s) with a password is refused without telling it",
  async (scheme) => {
    const { code, said } = await collect("aws", "--endpoint-url", `${scheme}://me:hidden@127.0.0.1:1`);
    expect([code, said]).toEqual([EXIT_CODES.wrongUse, expect.stringContaining("--endpoint-url: ")]);
    expect(said).not.toContain("hidden");
  },
);

test.each(["0", "-1", "x", "3651", "1e300"])("--days %s is wrong use", async (days) => {
  const { code, said } = await collect("prometheus", "--url", "http://127.0.0.1:1", "--days", days);
  expect([code, said]).toEqual([
    EXIT_CODES.wrongUse,
    expect.stringMatching(/'--days <n>' argument '.*' is invalid\. give /),
  ]);
});
