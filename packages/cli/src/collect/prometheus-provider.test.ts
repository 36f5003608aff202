import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "apex-prometheus-provider-"));
  return () => rmSync(home, { recursive: true, force: true });
});

/** Exit code and what is said of `apex collect prometheus` with these options. */
async function collect(...options: readonly string[]) {
  const io = recordedIo({ cwd: home, env: { APEX_HOME: home } });
  const code = await runCli(["collect", "prometheus", "--quiet", ...options], io);
  return { code, said: io.stderr() };
}

/** A server that knows no metric, and remembers the headers that it was asked with. */
async function emptyPrometheus() {
  const asked: Record<string, string | string[] | undefined>[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const isQuery = request.url?.startsWith("/api/v1/query") === true;
    const data = isQuery ? { resultType: "scalar", result: [0, "1"] } : [];
    response.end(JSON.stringify({ status: "success", data }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("credentials come from files and go with every request, headers too; what has nothing is told so", async () => {
  writeFileSync(path.join(home, "token"), "s3cret\n");
  const { url, asked } = await emptyPrometheus();
  const { code, said } = await collect(
    "--url",
    url,
    "--token-file",
    "token",
    "--header",
    "X-Scope-OrgID: ml",
  );
  expect([code, said]).toEqual([1, expect.stringMatching(/there is nothing.*the server that you mean/s)]);
  expect(asked.length).toBeGreaterThan(1);
  for (const headers of asked)
    expect(headers).toMatchObject({ authorization: "Bearer s3cret", "x-scope-orgid": "ml" });
});

test.each([
  [["--match", "cluster=prod"], /--match "cluster=prod": write it as label="value"/],
  [["--match", 'a="b"} or up{a="b"'], /write it as label="value"/],
  [["--machine-label", "a b"], /--machine-label "a b" is no name of a label/],
  [["--header", "X-A\r\nB: c"], /a --header is not written as 'Name: value'/],
  [["--header", "Bearer s3cret"], /^(?!.*s3cret).*--header is not written/],
  [["--token-file", "missing"], /--token-file missing cannot be read/],
  [["--timeout", "0"], /give a number above 0/],
])("%j is refused before anything is asked", async (options, message) => {
  const { url, asked } = await emptyPrometheus();
  const { code, said } = await collect("--url", url, ...options);
  expect([code, asked.length]).toEqual([expect.toBeOneOf([2, 3]), 0]);
  expect(said).toMatch(message);
});

test("an empty file of credentials is none, and its content is never shown", async () => {
  writeFileSync(path.join(home, "empty"), " \n");
  writeFileSync(path.join(home, "odd"), "to ken");
  const { url } = await emptyPrometheus();
  expect((await collect("--url", url, "--token-file", "empty")).said).toContain("is empty");
  const odd = await collect("--url", url, "--token-file", "odd");
  expect(odd.said).toContain("check --token-file");
  expect(odd.said).not.toContain("to ken");
});
