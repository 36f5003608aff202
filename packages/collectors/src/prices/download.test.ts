import { writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdapterError } from "@apex/core";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { type Download, download, removeDownload } from "./download.ts";
import { type PriceServer, priceServer } from "./testing/price-server.ts";

const BODY = "0123456789".repeat(20_000);

let folder: string;
let server: PriceServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-download-test-"));
  server = await priceServer();
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
});

function fetched(path = "/list.csv", signal = new AbortController().signal): Promise<Download> {
  return download({ url: `${server.url}${path}`, to: join(folder, "list"), signal, firstPauseMs: 1 });
}

async function text(): Promise<string> {
  return await readFile(join(folder, "list"), "utf8");
}

it("goes on in a later process where one gave up", async () => {
  server.serve({
    path: "/list.csv",
    body: BODY,
    etag: '"one"',
    failures: [503, "cut", 503, "cut", 503, 503],
  });
  await expect(fetched()).rejects.toThrow("it goes on where it stopped");
  const asked = server.asked.length;
  expect(await fetched()).toMatchObject({ kind: "downloaded", bytes: BODY.length });
  expect(server.asked.slice(asked).every((each) => each.includes("bytes="))).toBe(true);
  expect(await text()).toBe(BODY);
});

it("starts anew when the file has changed meanwhile", async () => {
  server.serve({ path: "/list.csv", body: BODY, etag: '"one"', failures: ["cut", 503, 503, 503, 503] });
  await expect(fetched()).rejects.toBeInstanceOf(AdapterError);
  server.serve({ path: "/list.csv", body: `${BODY}!`, etag: '"two"' });
  await fetched();
  expect(await text()).toBe(`${BODY}!`);
});

it("does not go on with what another address left behind", async () => {
  server.serve({ path: "/old.csv", body: BODY, etag: '"one"', failures: ["cut", 503, 503, 503, 503] });
  await expect(fetched("/old.csv")).rejects.toBeInstanceOf(AdapterError);
  server.serve({ path: "/list.csv", body: "all new", etag: '"one"' });
  await fetched();
  expect(await text()).toBe("all new");
});

it("ends with the signal's reason, and leaves nothing once removed", async () => {
  server.serve({ path: "/list.csv", body: BODY, etag: '"one"', failures: [503] });
  const stop = new AbortController();
  const running = fetched("/list.csv", stop.signal);
  stop.abort(new Error("stopped by the user"));
  await expect(running).rejects.toThrow("stopped by the user");
  await removeDownload(join(folder, "list"));
  expect(await readdir(folder)).toEqual([]);
});

it("does not take for whole what another process has begun to fetch anew in the same place", async () => {
  server.serve({ path: "/list.csv", body: BODY, etag: '"one"' });
  const to = join(folder, "list");
  const begunAnew = (bytes: number): void => {
    if (bytes === BODY.length) writeFileSync(to, BODY.slice(0, 1000));
  };
  const { signal } = new AbortController();
  await expect(
    download({ url: `${server.url}/list.csv`, to, signal, onProgress: begunAnew }),
  ).rejects.toThrow(/another process is fetching.*run it again/);
});

it("says what to check when there is no such file", async () => {
  await expect(fetched("/none.csv")).rejects.toThrow(/does not exist; check the region and the URL/);
});
