import { appendFile, copyFile, readdir, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Resource } from "@apex/core";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing.ts";
import { type CollectionRound, withRound } from "./collection-round.ts";
import type { PartItem } from "./part-item.ts";
import { readCollection } from "./read-collection.ts";

const T0 = Date.UTC(2026, 10, 21, 7);
const HOUR = 3_600_000;

const instance = (id: string, changes: Partial<Resource> = {}): PartItem => ({
  kind: "resource",
  resource: {
    id,
    provider: "aws",
    type: "aws_instance",
    aliases: [],
    tags: { name: id },
    attributes: { instance_type: "m5.large", root_block_device: [{ volume_size: 8 }] },
    ...changes,
  },
});

async function put(round: CollectionRound, key: string, items: readonly PartItem[]): Promise<void> {
  const part = round.part(key, `title of ${key}`);
  for (const item of items) await part.add(item);
  await part.commit();
  await round.markDone([key]);
}

const ids = async (directory: string) => (await readCollection(directory)).resources.map(({ id }) => id);

test("what a part yielded is read again, and replaces what it yielded before", async () => {
  await using directory = await temporaryDirectory();
  const observed = { at: "2026-11-21T07:00:00Z", state: "running", details: { image_name: "al2023" } };
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    await put(round, "aws/1/eu-west-1/ec2", [instance("i-1", { observed }), instance("i-2")]);
    await put(round, "aws/1/us-east-1/ec2", [instance("i-3")]);
    await round.end(T0 + 1);
  });
  const { resources, diagnostics } = await readCollection(directory.path);
  expect(resources.map(({ id }) => id)).toEqual(["i-1", "i-2", "i-3"]);
  expect(resources[0]?.observed).toEqual(observed);
  expect(resources[0]?.attributes["root_block_device"]).toEqual([{ volume_size: 8 }]);
  expect(diagnostics).toEqual([]);

  await withRound(directory.path, "aws", { nowMs: T0 + HOUR }, async (round) => {
    await put(round, "aws/1/eu-west-1/ec2", [instance("i-2")]);
    await put(round, "aws/1/us-east-1/ec2", []);
    await round.end(T0 + HOUR);
  });
  expect(await ids(directory.path)).toEqual(["i-2"]);
});

test("what lacks in every region is told once, with the parts; other remarks stay as they are", async () => {
  await using directory = await temporaryDirectory();
  const lacking: PartItem = {
    kind: "diagnostic",
    diagnostic: {
      severity: "warning",
      code: "collect-not-permitted",
      summary: "ec2:DescribeImages failed: images are not known",
      detail: "it is not permitted",
    },
  };
  const asked: PartItem = {
    kind: "diagnostic",
    diagnostic: { severity: "info", code: "cost-explorer-asked", summary: "Cost Explorer: 1 request" },
  };
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    for (let region = 1; region <= 10; region += 1)
      await put(round, `aws/1/region-${region}/ec2`, [lacking, lacking, asked]);
    await round.end(T0);
  });
  const { diagnostics } = await readCollection(directory.path);
  expect(diagnostics.filter(({ code }) => code === "cost-explorer-asked")).toHaveLength(10);
  expect(diagnostics.filter(({ code }) => code === "collect-not-permitted")).toEqual([
    {
      ...lacking.diagnostic,
      detail: expect.stringMatching(
        /^it is not permitted\. In: title of aws\/1\/region-10\/ec2, .* and 2 more\.$/,
      ),
    },
  ]);
});

test("keys that differ in signs alone are different parts", async () => {
  await using directory = await temporaryDirectory();
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    await put(round, "aws/a/b", [instance("i-1")]);
    await put(round, "aws/a_b", [instance("i-2")]);
    await put(round, "aws/a:b", [instance("i-3")]);
    expect(() => round.part("../../etc/passwd\n", "")).toThrow(/no key of a part/);
    await round.end(T0);
  });
  expect((await ids(directory.path)).toSorted()).toEqual(["i-1", "i-2", "i-3"]);
});

test("a part that was not committed leaves what was there, and nothing beside it", async () => {
  await using directory = await temporaryDirectory();
  const parts = join(directory.path, "sources/aws/parts");
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    await put(round, "aws/ec2", [instance("i-1")]);
    const half = round.part("aws/ec2", "again");
    await half.add(instance("i-2", { attributes: { user: "x".repeat(400_000) } }));
    const [written = ""] = (await readdir(parts)).filter((name) => name.endsWith(".tmp"));
    await copyFile(join(parts, written), join(parts, `killed-${written}`));
    await half.discard();
    expect(await readdir(parts)).toHaveLength(2);
  });
  expect(await ids(directory.path)).toEqual(["i-1"]);
  // What a killed process left of it is no part: the next one tidies up.
  await withRound(directory.path, "aws", { nowMs: T0 }, async () => undefined);
  expect(await readdir(parts)).toHaveLength(1);
});

test("a round that stopped goes on with its own now and knows what is done; one that ended does not", async () => {
  await using directory = await temporaryDirectory();
  await withRound(directory.path, "aws", { nowMs: T0 }, (round) => put(round, "aws/a", [instance("i-1")]));
  await withRound(directory.path, "aws", { nowMs: T0 + HOUR }, async (round) => {
    expect(round).toMatchObject({ startedMs: T0, isResumed: true });
    expect([round.isDone("aws/a"), round.isDone("aws/b")]).toEqual([true, false]);
    await round.end(T0 + HOUR);
  });
  await withRound(directory.path, "aws", { nowMs: T0 + 2 * HOUR }, async (round) => {
    expect(round).toMatchObject({ startedMs: T0 + 2 * HOUR, isResumed: false });
    expect(round.isDone("aws/a")).toBe(false);
  });
});

test.each([
  ["a day later", T0 + 24 * HOUR],
  ["by a clock that was set back", T0 - HOUR],
])("a round that stopped is begun anew %s", async (_, nowMs) => {
  await using directory = await temporaryDirectory();
  await withRound(directory.path, "aws", { nowMs: T0 }, (round) => put(round, "aws/a", []));
  await withRound(directory.path, "aws", { nowMs }, async (round) => {
    expect(round).toMatchObject({ startedMs: nowMs, isResumed: false });
  });
});

test("an event cut at any byte is as if it had not been, and the next ones count", async () => {
  await using directory = await temporaryDirectory();
  const journal = join(directory.path, "sources/aws/round.jsonl");
  await withRound(directory.path, "aws", { nowMs: T0 }, (round) => round.markDone(["aws/a"]));
  const before = (await readFile(journal)).length;
  await withRound(directory.path, "aws", { nowMs: T0 }, (round) => round.markDone(["aws/b"]));
  const whole = (await readFile(journal)).length;
  for (let size = whole - 2; size > before + 1; size -= 3) {
    await truncate(journal, size);
    await withRound(directory.path, "aws", { nowMs: T0 + 1 }, async (round) => {
      expect([round.isDone("aws/a"), round.isDone("aws/b")]).toEqual([true, false]);
      await round.markDone(["aws/c"]);
    });
    await withRound(directory.path, "aws", { nowMs: T0 + 1 }, async (round) => {
      expect(round.isDone("aws/c")).toBe(true);
    });
  }
});

test("what failed is told once for a reason, until it is done", async () => {
  await using directory = await temporaryDirectory();
  const reason = "ec2:DescribeVolumes is not permitted";
  const failed = (key: string) => ({ key, title: `volumes of ${key}`, reason, isPassing: false });
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    for (const key of ["aws/a", "aws/b", "aws/c"]) await round.markFailed(failed(key));
    await put(round, "aws/c", [instance("i-1")]);
    await round.end(T0);
  });
  expect((await readCollection(directory.path)).diagnostics).toEqual([
    {
      severity: "error",
      code: "collect-failed",
      summary: reason,
      detail: "Not collected: volumes of aws/a, volumes of aws/b.",
    },
  ]);
});

test("what failed counts for the last start alone: the next one may ask for it in other parts", async () => {
  await using directory = await temporaryDirectory();
  await withRound(directory.path, "aws", { nowMs: T0 }, (round) =>
    round.markFailed({ key: "aws/metrics", title: "metrics", reason: "expired", isPassing: true }),
  );
  const summaries = async () =>
    (await readCollection(directory.path)).diagnostics.map(({ summary }) => summary);
  expect(await summaries()).toContain("expired");
  await withRound(directory.path, "aws", { nowMs: T0 + 1 }, (round) => round.end(T0 + 1));
  expect(await summaries()).toEqual([]);
});

test("what the last round did not bring is still there and told, and so is a round that has not ended", async () => {
  await using directory = await temporaryDirectory();
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    await put(round, "aws/a", [instance("i-1")]);
    await put(round, "aws/b", [instance("i-2")]);
    await round.end(T0);
  });
  await withRound(directory.path, "aws", { nowMs: T0 + HOUR }, (round) =>
    put(round, "aws/b", [instance("i-3")]),
  );
  const { resources, diagnostics } = await readCollection(directory.path);
  expect(resources.map(({ id }) => id)).toEqual(["i-1", "i-3"]);
  expect(diagnostics.map(({ code, detail }) => [code, detail])).toEqual([
    ["collection-unfinished", expect.stringContaining("apex collect aws")],
    ["collection-stale", expect.stringContaining("title of aws/a")],
  ]);
});

test("until when metrics are there is kept by resource", async () => {
  await using directory = await temporaryDirectory();
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    expect(round.marks.size).toBe(0);
    await round.setMarks(
      new Map([
        ["__proto__", 1],
        ["i-1", T0],
      ]),
    );
  });
  await withRound(directory.path, "aws", { nowMs: T0 }, async (round) => {
    expect(round.marks.get("i-1")).toBe(T0);
  });
});

test("a damaged part says where, and a directory without a collection says what to do", async () => {
  await using directory = await temporaryDirectory();
  await expect(readCollection(join(directory.path, "none"))).rejects.toThrow(
    /there is no directory .*apex collect/,
  );
  await expect(readCollection(directory.path)).rejects.toThrow(/holds no collection/);
  await withRound(directory.path, "aws", { nowMs: T0 }, (round) => put(round, "aws/a", [instance("i-1")]));
  const folder = join(directory.path, "sources/aws/parts");
  const [name = ""] = await readdir(folder);
  await appendFile(join(folder, name), '{"kind":"resource"}\n');
  await expect(readCollection(directory.path)).rejects.toThrow(/line 3 is damaged/);
});
