import { createWriteStream } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { logChunks } from "./log-chunks.ts";
import { readWorkloadFiles } from "./read-workload-files.ts";
import { type RecordedLoadOptions, readRecordedLoad } from "./recorded-load.ts";

const START_MS = Date.UTC(2026, 9, 14, 17);
const HEADER = "timestamp,method,path,status,bytes,duration_ms\n";

/** A CSV line of a request so many seconds after the start. */
function line(seconds: number, requestPath = "/p/1"): string {
  return `${new Date(START_MS + seconds * 1000).toISOString()},GET,${requestPath},200,512,12.5\n`;
}

const lines = (count: number, gapSeconds = 1) =>
  HEADER + Array.from({ length: count }, (_, index) => line(index * gapSeconds)).join("");

let home = "";
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-load-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(home, name);
  await writeFile(file, content);
  return file;
}

const read = (...files: string[]) => readWorkloadFiles(files, { cwd: home });
const load = (files: readonly string[], options: Partial<RecordedLoadOptions> = {}) =>
  readRecordedLoad(
    { cwd: home, signal: new AbortController().signal },
    files,
    { busiest: 60, ...options },
    { detail: () => {} },
  );

describe("logs are read from disk", () => {
  test("gzip by content, whatever the name, several members and several files", async () => {
    const plain = await write("a.log.gz", lines(3));
    const packed = await write("b.log", Buffer.concat([gzipSync(lines(2)), gzipSync(line(90))]));
    const { workload } = await read(plain, packed);
    expect(workload.origin.files.map(({ name, requests }) => [name, requests])).toEqual([
      ["a.log.gz", 3],
      ["b.log", 3],
    ]);
    expect(workload.timesMs.length).toBe(6);
  });

  test("broken UTF-8, a byte order mark and UTF-16 do not stop it", async () => {
    const broken = Buffer.concat([
      Buffer.from(HEADER + line(0)),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(line(1)),
    ]);
    const { workload, diagnostics } = await read(await write("a.csv", broken));
    expect(workload.timesMs.length).toBe(2);
    expect(diagnostics.map(({ code }) => code)).toContain("workload-lines-rejected");
    const marked = await read(await write("b.csv", `\ufeff${lines(2)}`));
    expect(marked.workload.timesMs.length).toBe(2);
    const wide = await read(await write("c.csv", Buffer.from(`\ufeff${lines(2)}`, "utf16le")));
    expect(wide.workload.timesMs.length).toBe(2);
  });

  test("characters cut between two chunks are put together", async () => {
    const file = await write("a.csv", gzipSync(HEADER + line(0, `/${"ü".repeat(200_000)}`)));
    let text = "";
    for await (const chunk of logChunks(file)) text += chunk;
    expect(text).not.toContain("\ufffd");
  });

  test("progress counts the bytes on disk up to the size of all files", async () => {
    const files = [await write("a.csv", lines(5_000)), await write("b.csv", gzipSync(lines(5_000)))];
    const seen: { readBytes: number; totalBytes: number }[] = [];
    await readWorkloadFiles(files, { cwd: home, onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)?.readBytes).toBe(seen.at(-1)?.totalBytes);
  });

  test("a long log takes no more memory than its columns", async () => {
    const requests = 40_000;
    const file = path.join(home, "long.csv.gz");
    const filler = "x".repeat(200);
    await pipeline(
      Readable.from(
        (function* () {
          yield HEADER;
          for (let index = 0; index < requests; index += 1) yield line(index / 1000, `/p?q=${filler}`);
        })(),
      ),
      createGzip({ level: 1 }),
      createWriteStream(file),
    );
    let peak = 0;
    const { workload } = await readWorkloadFiles([file], {
      cwd: home,
      onProgress: () => {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      },
    });
    expect(workload.timesMs.length).toBe(requests);
    // 10 MB of text; the columns with room to grow are some 60 bytes a request.
    expect(peak).toBeLessThan(8 * 1024 ** 2);
  });

  test("stops when it is aborted", async () => {
    const controller = new AbortController();
    const file = await write("a.csv", lines(50_000));
    const reading = readWorkloadFiles([file], {
      cwd: home,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("what cannot be read is refused with what to do", () => {
  test("a missing file, a directory", async () => {
    await expect(read(path.join(home, "none.log"))).rejects.toThrow(/none\.log does not exist/);
    await mkdir(path.join(home, "logs"));
    await expect(read(path.join(home, "logs"))).rejects.toThrow(/is a directory; name the files in it/);
  });

  test("an empty file, lines without a request", async () => {
    await expect(read(await write("a.log", ""))).rejects.toThrow(/no request in .*a\.log: the file is empty/);
    const bad = await write("c.csv", `${HEADER}not a time,GET,/,200,1,1\n`);
    await expect(read(bad)).rejects.toThrow(/no request in .*\n.*1 line of 2 could not be read/);
  });

  test("gzip that ends early or is damaged", async () => {
    const packed = gzipSync(lines(20_000));
    await expect(read(await write("a.gz", packed.subarray(0, packed.length / 2)))).rejects.toThrow(
      /a\.gz is gzip that ends in its middle/,
    );
    const damaged = Buffer.from(packed);
    damaged.fill(0xaa, 100, 2_000);
    await expect(read(await write("b.gz", damaged))).rejects.toThrow(/b\.gz is damaged gzip/);
  });

  test("other archives, other formats", async () => {
    await expect(read(await write("a.zst", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2])))).rejects.toThrow(
      /is Zstandard; unpack it with unzstd first/,
    );
    await expect(read(await write("b.log", "Dear diary\nsecret-4711\n"))).rejects.toThrow(
      /b\.log is no log that can be read[\s\S]*letters and digits masked/,
    );
    await expect(read(await write("c.log", "Dear diary\nsecret-4711\n"))).rejects.not.toThrow(/4711/);
  });
});

describe("what was left out or assumed is said", () => {
  test("rejected lines by reason with a masked sample and its place", async () => {
    const file = await write("a.csv", lines(10));
    await appendFile(file, "hunter2 is my password\n");
    const { diagnostics } = await read(file);
    expect(diagnostics.find(({ code }) => code === "workload-lines-rejected")).toMatchObject({
      severity: "warning",
      summary: expect.stringContaining("1 line of 12 could not be read and is not replayed"),
      source: { file: "a.csv", line: 12 },
    });
    expect(JSON.stringify(diagnostics)).not.toContain("hunter");
  });

  test("stamps without a zone, a file given twice, whole seconds", async () => {
    const text = `${HEADER}2026-10-14T17:00:00,GET,/,200,1,1\n2026-10-14T17:00:01,GET,/,200,1,1\n`;
    const files = [await write("a.csv", text), await write("b.csv", text)];
    const { diagnostics } = await read(...files);
    const bySeverity = new Map(diagnostics.map(({ code, severity }) => [code, severity]));
    expect(bySeverity.get("workload-zone-assumed")).toBe("warning");
    expect(bySeverity.get("workload-lines-repeated")).toBe("warning");
    expect(bySeverity.get("workload-whole-seconds")).toBe("info");
  });
});

describe("a window is selected", () => {
  test("the busiest minutes where none is given", async () => {
    const quiet = lines(600, 2);
    const busy = Array.from({ length: 600 }, (_, index) => line(400 + index / 10)).join("");
    const { workload } = await load([await write("a.csv", quiet + busy)], { busiest: 1 });
    expect(workload.window.endMs - workload.window.startMs).toBe(60_000);
    expect(workload.timesMs.length).toBeGreaterThan(600);
    expect(Math.abs(workload.window.startMs - START_MS - 400_000)).toBeLessThan(3_000);
  });

  test("the one that is given, cut to the log with a word", async () => {
    const file = await write("a.csv", lines(600));
    const { workload, diagnostics } = await load([file], {
      window: "2026-10-14T17:05:00Z/2026-10-14T19:30:00+02:00",
    });
    expect(workload.timesMs.length).toBe(300);
    expect(diagnostics.map(({ code }) => code)).toContain("workload-window-cut");
    const few = await load([file], { window: "2026-10-14T17:05:00Z/2026-10-14T17:05:10Z" });
    expect(few.diagnostics.map(({ code }) => code)).toContain("workload-few-requests");
  });

  test("one beside the log is refused with what the log spans", async () => {
    await expect(
      load([await write("a.csv", lines(10))], { window: "2026-10-15T17:05:00Z/2026-10-15T18:00:00Z" }),
    ).rejects.toThrow(/no request of the log lies in .*the log spans 2026-10-14T17:00:00Z/);
  });

  test.each([
    ["2026-10-14T17:05:00Z", /no[t]? a start and an end/],
    ["2026-10-14T17:05:00/2026-10-14T18:00:00Z", /names no zone; write 2026-10-14T17:05:00Z for UTC/],
    ["yesterday/today", /"yesterday" is no instant/],
    ["2026-10-14T18:00:00Z/2026-10-14T17:00:00Z", /is not after/],
  ])("%s is refused before any file is read", async (window, message) => {
    await expect(load([path.join(home, "none.log")], { window })).rejects.toThrow(message);
  });
});
