/** Building the images on a real engine: once, by many at a time, and without a trace when it fails. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { ownLabels } from "../run/labels.ts";
import { buildImage, type ImageProgress } from "./build-image.ts";
import { ensureBaseImage, ensureImages, type ImageRecipe, type ImageReferences } from "./ensure-images.ts";
import { openFileMemory } from "./file-memory.ts";
import { baseContent, type ImageContent, IMAGE_LABEL, twinContent } from "./image-content.ts";
import { removeUnusedImages } from "./remove-unused-images.ts";
import { runIn } from "./testing/run-in.ts";

const RUN = `images-${randomUUID()}`;
/** On every image that a test builds directly. */
const TEST_LABEL = "apex.test";
const LEASE_MS = 10 * 60_000;
/** Kept over the tests, as the command line keeps it: the large files are read once. */
const cache = mkdtempSync(path.join(tmpdir(), "apex-images-cache-"));
const GONE = { statusCode: 404 };
const never = new AbortController().signal;

let engine: DockerEngine;
let recipe: ImageRecipe;
let images: ImageReferences;
let folder: string;

/** Ids of all images that a build of this test has made, its steps included. Others build at the same time. */
async function made(): Promise<readonly string[]> {
  const all = await engine.docker.listImages({ all: true, filters: { label: [`${TEST_LABEL}=${RUN}`] } });
  return all.map((image) => image.Id);
}

const runTwin = (image: string) => runIn(engine, ["node", "/opt/apex/twin/main.ts"], { runId: RUN, image });

/** A twin of its own, so that the image is not there yet. */
function uniqueTwin(): string {
  writeFileSync(path.join(folder, "main.ts"), `console.log(${JSON.stringify(randomUUID())});\n`);
  return folder;
}

/** The engine, and the ids of the images that are tried on it. */
function watchTrials(): { readonly watched: DockerEngine; readonly tried: readonly string[] } {
  const tried: string[] = [];
  const docker = new Proxy(engine.docker, {
    get(target, name: keyof DockerEngine["docker"]) {
      if (name !== "createContainer") return (target[name] as () => unknown).bind(target);
      return async (options: { readonly Image: string }) => {
        tried.push(options.Image);
        return target.createContainer(options);
      };
    },
  });
  return { watched: { ...engine, docker }, tried };
}

dockerDescribe("images", () => {
  beforeAll(async () => {
    engine = await openDocker();
    recipe = {
      twinDirectory: path.resolve(import.meta.dirname, "../../../twin/src"),
      terraform: "terraform",
      cacheDirectory: cache,
    };
    images = await ensureImages(engine, recipe);
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "apex-images-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("what is there already is not built again", async () => {
    const steps: ImageProgress[] = [];
    expect(await ensureImages(engine, recipe, { onProgress: (step) => steps.push(step) })).toEqual(images);
    expect(steps).toEqual([]);
  });

  test("progress tells the steps and every byte, and the reference is the content's", async () => {
    const steps: ImageProgress[] = [];
    const own = { ...recipe, twinDirectory: uniqueTwin() };
    const built = await ensureImages(engine, own, { onProgress: (step) => steps.push(step) });
    try {
      const sent = steps.filter((step) => step.kind === "sending");
      expect(sent.at(-1)?.sentBytes).toBe(sent.at(-1)?.totalBytes);
      expect(steps.flatMap((step) => (step.kind === "step" ? [step.text] : [])).length).toBe(4);
      expect(new Set(steps.map((step) => step.image))).toEqual(new Set(["twin"]));
      expect([built.base, built.terraform]).toEqual([images.base, images.terraform]);
      expect((await runTwin(built.twin)).exitCode).toBe(0);
    } finally {
      await engine.docker.getImage(built.twin).remove();
    }
  });

  test("builders at the same time get the same image, and it works", async () => {
    const own = { ...recipe, twinDirectory: uniqueTwin() };
    const { watched, tried } = watchTrials();
    const built = await Promise.all(Array.from({ length: 4 }, () => ensureImages(watched, own)));
    const [first] = built;
    try {
      expect(new Set(built.map((each) => each.twin)).size).toBe(1);
      expect((await runTwin(first!.twin)).exitCode).toBe(0);
    } finally {
      await engine.docker.getImage(first!.twin).remove();
    }
    expect(tried.length).toBeGreaterThan(1);
    for (const id of tried) await expect(engine.docker.getImage(id).inspect()).rejects.toMatchObject(GONE);
  });

  test("the images share the base's layer: it is on the disk once", async () => {
    const layers = await Promise.all(
      [images.base ?? "", images.twin, images.terraform].map(
        async (reference) => (await engine.docker.getImage(reference).inspect()).RootFS.Layers ?? [],
      ),
    );
    expect(layers.map((each) => each.length)).toEqual([1, 2, 2]);
    expect(new Set(layers.map((each) => each[0])).size).toBe(1);
  });

  test("the base can be had alone", async () => {
    expect(await ensureBaseImage(engine, { cacheDirectory: cache })).toBe(images.base);
  });

  test("images that were built otherwise are taken as they are, and missed when they are not there", async () => {
    const ready = { twin: images.base ?? "", terraform: images.terraform };
    expect(await ensureImages(engine, { ...recipe, ready })).toEqual({ base: undefined, ...ready });
    const missing = ensureImages(engine, { ...recipe, ready: { twin: "apex/none:1" } });
    await expect(missing).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringContaining("unset APEX_TWIN_IMAGE"),
    });
  });

  test.each([
    ["the twin's sources", { twinDirectory: "/nowhere/twin" }],
    ["Node", { node: "/nowhere/node" }],
  ])("%s that are not there are told before anything is built", async (_name, changes) => {
    await expect(ensureImages(engine, { ...recipe, ...changes })).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringContaining("/nowhere"),
    });
  });

  /** A twin that nobody else builds, with more instructions at its end. */
  async function content(...instructions: readonly string[]): Promise<ImageContent> {
    const memory = await openFileMemory(cache);
    const base = await baseContent(process.execPath, memory);
    const twin = await twinContent(uniqueTwin(), base, memory);
    const [from = "", ...rest] = twin.dockerfile.trimEnd().split("\n");
    const lines = [from, `LABEL ${TEST_LABEL}=${RUN}`, ...rest, ...instructions];
    return { ...twin, dockerfile: `${lines.join("\n")}\n` };
  }

  test("what a build makes can be told from what others make, its steps too", async () => {
    const id = await buildImage(engine.docker, await content(), { signal: never });
    expect((await made()).length).toBeGreaterThan(1);
    await engine.docker.getImage(id).remove();
    expect(await made()).toEqual([]);
  });

  test("a build that fails is an error with the engine's words, and nothing is left of it", async () => {
    const broken = await content("COPY rootfs/none /none");
    await expect(buildImage(engine.docker, broken, { signal: never })).rejects.toMatchObject({
      name: "AdapterError",
      message: expect.stringMatching(/^building the image apex\/twin:.*rootfs\/none/),
    });
    expect(await made()).toEqual([]);
  });

  test("a Dockerfile that the engine does not take is an error", async () => {
    const broken = { ...(await content()), dockerfile: "FORM scratch\n" };
    await expect(buildImage(engine.docker, broken, { signal: never })).rejects.toMatchObject({
      name: "AdapterError",
      message: expect.stringContaining("FORM"),
    });
  });

  test.each([
    ["while it is sent", (progress: ImageProgress) => progress.kind === "sending"],
    ["at its first step", (progress: ImageProgress) => progress.kind === "step"],
    [
      "at a later step",
      (progress: ImageProgress) => progress.kind === "step" && progress.text.includes("COPY"),
    ],
  ])("a build that is aborted %s ends with the reason, and nothing is left of it", async (_name, isTime) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const building = buildImage(engine.docker, await content(), {
      signal: controller.signal,
      onProgress: (progress) => {
        if (isTime(progress)) controller.abort(reason);
      },
    });
    await expect(building).rejects.toBe(reason);
    expect(await made()).toEqual([]);
  });

  test("a signal that was given before is not even tried against", async () => {
    const steps: ImageProgress[] = [];
    const own = { ...recipe, twinDirectory: uniqueTwin() };
    const building = ensureImages(engine, own, {
      signal: AbortSignal.abort(new Error("before")),
      onProgress: (step) => steps.push(step),
    });
    await expect(building).rejects.toThrow("before");
    expect(steps).toEqual([]);
  });

  test("a file that is gone when its turn comes is an error, and nothing is left of the build", async () => {
    const twin = await content();
    rmSync(path.join(folder, "main.ts"));
    await expect(buildImage(engine.docker, twin, { signal: never })).rejects.toMatchObject({
      name: "AdapterError",
      message: expect.stringContaining("ENOENT"),
    });
    expect(await made()).toEqual([]);
  });

  test("an image whose program does not run gets no name and does not stay: its words are told", async () => {
    writeFileSync(path.join(folder, "main.ts"), `this is no program ${randomUUID()}\n`);
    const { watched, tried } = watchTrials();
    const own = { ...recipe, twinDirectory: folder };
    await expect(ensureImages(watched, own)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("SyntaxError"),
    });
    expect(tried.length).toBe(1);
    await expect(engine.docker.getImage(tried[0] ?? "").inspect()).rejects.toMatchObject(GONE);
  });

  test("an unused image is removed when it is old enough, a used one is not", async () => {
    const built = await ensureImages(engine, { ...recipe, twinDirectory: uniqueTwin() });
    // What others have built is none of this test's business.
    const { docker } = engine;
    const mine = async () => {
      const all = await docker.listImages({ filters: { label: [IMAGE_LABEL] } });
      return all.filter((image) => image.RepoTags?.includes(built.twin));
    };
    const narrowed = {
      ...engine,
      docker: {
        listImages: mine,
        listContainers: (options: object) => docker.listContainers(options),
        getImage: (name: string) => docker.getImage(name),
      } as unknown as DockerEngine["docker"],
    };
    expect(await removeUnusedImages(narrowed, { keep: [] })).toEqual([]);
    const container = await docker.createContainer({ Image: built.twin, Labels: ownLabels(RUN, LEASE_MS) });
    try {
      expect(await removeUnusedImages(narrowed, { keep: [], ageMinMs: 0 })).toEqual([]);
    } finally {
      await container.remove();
    }
    expect(await removeUnusedImages(narrowed, { keep: [built.twin], ageMinMs: 0 })).toEqual([]);
    expect(await removeUnusedImages(narrowed, { keep: [], ageMinMs: 0 })).toEqual([built.twin]);
    expect(await mine()).toEqual([]);
  });

  test("in the end nothing is left of any build: an engine that goes on after its client is gone is found here", async () => {
    expect(await made()).toEqual([]);
  });
});
