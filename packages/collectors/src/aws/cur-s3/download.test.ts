import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { expect, it, onTestFinished } from "vitest";
import { testClient } from "../../testing/aws.ts";
import { testFolder } from "../../testing/collect-all.ts";
import { download } from "./download.ts";

/** More than the buffers between two processes hold, so that some of it is on the disk when the connection breaks. */
const CONTENT = Buffer.from("0123456789".repeat(1_600_000));
const { signal } = new AbortController();

/** An S3 that cuts the first answers off after a quarter of what they have to send, and may damage or replace the object. */
async function brokenS3(cuts: number, { etag = md5(CONTENT), isReplaced = false, isCutAtOnce = false } = {}) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const common = { etag: `"${etag}"`, "content-length": String(CONTENT.length) };
    if (request.method === "HEAD") {
      response.writeHead(200, common).end();
      return;
    }
    if (isReplaced) {
      response.writeHead(412, { "content-type": "application/xml" });
      response.end("<Error><Code>PreconditionFailed</Code><Message>changed</Message></Error>");
      return;
    }
    const { range } = request.headers;
    ranges.push(range);
    if (isCutAtOnce && ranges.length <= cuts) {
      request.socket.destroy();
      return;
    }
    const rest = CONTENT.subarray(Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0));
    response.writeHead(range === undefined ? 200 : 206, { ...common, "content-length": String(rest.length) });
    if (ranges.length > cuts) response.end(rest);
    else response.write(rest.subarray(0, Math.ceil(rest.length / 4)), () => response.socket?.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const client = new S3Client({
    ...testClient(`http://127.0.0.1:${address.port}`),
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return { client, ranges };
}

function md5(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}

const OBJECT = { bucket: "bills", key: "cur-1.csv" };

it("a download whose connection breaks goes on where it broke and is whole", async () => {
  const { client, ranges } = await brokenS3(2);
  const path = join(testFolder(), "bill");
  await download(client, OBJECT, path, signal);
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
  expect(ranges).toHaveLength(3);
  expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ""))).toBe(true);
});

it("a connection that always breaks ends after five attempts", async () => {
  const { client, ranges } = await brokenS3(100);
  await expect(download(client, OBJECT, join(testFolder(), "bill"), signal)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/^s3:\/\/bills\/cur-1.csv broke off 5 times .*collect again$/),
  });
  expect(ranges).toHaveLength(5);
});

it("a connection that breaks before the first byte is taken up again", async () => {
  const { client, ranges } = await brokenS3(1, { isCutAtOnce: true });
  const path = join(testFolder(), "bill");
  await download(client, OBJECT, path, signal);
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
  expect(ranges).toEqual([undefined, undefined]);
});

it.skipIf(!existsSync("/dev/full"))("a disk that is full is no connection that breaks", async () => {
  const { client, ranges } = await brokenS3(0);
  await expect(download(client, OBJECT, "/dev/full", signal)).rejects.toMatchObject({
    kind: "unavailable",
    message: "cannot write to /dev/full: the disk is full; free some space or set TMPDIR, and collect again",
  });
  expect(ranges).toHaveLength(1);
});

it("an object that is damaged on its way, or replaced meanwhile, is not taken", async () => {
  const damaged = await brokenS3(0, { etag: md5(Buffer.from("other")) });
  await expect(download(damaged.client, OBJECT, join(testFolder(), "bill"), signal)).rejects.toMatchObject({
    kind: "unavailable",
    message: "s3://bills/cur-1.csv came damaged: its MD5 is not the one that S3 has; collect again",
  });
  const replaced = await brokenS3(0, { isReplaced: true });
  await expect(download(replaced.client, OBJECT, join(testFolder(), "bill"), signal)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("changed while it was read"),
  });
});
