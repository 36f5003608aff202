import { expect, test } from "vitest";
import { openQueues } from "./queues.ts";
import { openWorker } from "./worker.ts";
import { MemoryRecords } from "./testing/memory-records.ts";

// Port 1 is nobody's.
test.each([
  [
    { kind: "redis", url: "redis://:secret@127.0.0.1:1/0", installation: "1b4e28ba" },
    "Redis (REDIS_URL) does not answer: connect ECONNREFUSED",
  ],
  [
    { kind: "postgres", connection: "postgres://a:secret@127.0.0.1:1/b" },
    "does not answer: connect ECONNREFUSED",
  ],
] as const)(
  "a server that is not there is unavailable, and its password is not told: %o",
  async (server, text) => {
    const failure = await openQueues(server).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(failure).toMatchObject({ kind: "unavailable", message: expect.stringContaining(text) });
    expect(String(failure)).not.toContain("secret");
  },
);

test("an address that is none is told, also to a worker, which would wait for ever", async () => {
  const server = { kind: "redis", url: "not a url", installation: "1b4e28ba" } as const;
  const invalid = { kind: "invalid", message: expect.stringContaining("write it as redis://") };
  await expect(openQueues(server)).rejects.toMatchObject(invalid);
  const worker = openWorker({
    server,
    records: new MemoryRecords([]),
    executors: [],
    capacity: { cores: 1, memoryBytes: 1, gpus: 0 },
    identity: { id: "w1", host: "here" },
    reap: async () => undefined,
  });
  await expect(worker.run(new AbortController().signal)).rejects.toMatchObject(invalid);
});
