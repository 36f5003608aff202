/**
 * How long the images take: when they are there, which every command pays, and from nothing, which the first one pays
 * (`APEX_BENCH_LONG=1`; each time the large files are read, sent, built and tried anew).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { buildImage } from "./build-image.ts";
import { ensureImages, type ImageRecipe } from "./ensure-images.ts";
import { openFileMemory } from "./file-memory.ts";
import { baseContent, terraformContent, twinContent } from "./image-content.ts";
import { tryImage } from "./try-image.ts";

const LONG = process.env["APEX_BENCH_LONG"] === "1";
const FIRST_BUILDS = LONG ? 5 : 1;
const TWIN = path.resolve(import.meta.dirname, "../../../twin/src");
const never = new AbortController().signal;

/** Builds and tries all three without naming them, and removes them again. */
async function buildFromNothing({ docker }: DockerEngine, cache: string): Promise<void> {
  const folder = mkdtempSync(path.join(cache, "memory-"));
  const memory = await openFileMemory(folder);
  const base = await baseContent(process.execPath, memory);
  const contents = [
    base,
    await twinContent(TWIN, base, memory),
    await terraformContent("terraform", base, memory),
  ];
  for (const content of contents) {
    const id = await buildImage(docker, content, { signal: never });
    try {
      await tryImage(docker, { kind: content.kind, id }, never);
    } finally {
      await docker.getImage(id).remove();
    }
  }
}

dockerDescribe("images", () => {
  let engine: DockerEngine;
  let recipe: ImageRecipe;
  let cache: string;

  beforeAll(async () => {
    // Not before: without an engine nothing would remove it.
    cache = mkdtempSync(path.join(tmpdir(), "apex-images-bench-"));
    engine = await openDocker();
    recipe = { twinDirectory: TWIN, terraform: "terraform", cacheDirectory: cache };
    await ensureImages(engine, recipe);
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  test("when they are there", async ({ bench }) => {
    const wanted = await ensureImages(engine, recipe);
    await bench("ensureImages", async () => {
      expect(await ensureImages(engine, recipe)).toEqual(wanted);
    }).run();
  });

  test("from nothing", async ({ bench }) => {
    const settings = { iterations: FIRST_BUILDS, time: 0, warmup: false };
    await bench("read, build and try all three", () => buildFromNothing(engine, cache)).run(settings);
  });
});
