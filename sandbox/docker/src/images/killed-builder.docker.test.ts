/** What a builder leaves that is killed, on a real engine. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { LABELS } from "../run/labels.ts";
import { testImage } from "../testing/test-image.ts";
import { reap } from "../reap/reap.ts";
import { ensureImages } from "./ensure-images.ts";

const CHILD = fileURLToPath(new URL("./testing/build-until-killed.ts", import.meta.url));
const KILLS = Number(process.env["APEX_TEST_KILLS"] ?? 8);
/** Building and trying a twin on a busy machine. */
const KILL_WITHIN_MS = 2_000;
/** What the engine still does for one that has died. */
const SETTLE_MS = 2_000;
const folder = mkdtempSync(path.join(tmpdir(), "apex-killed-builder-"));
const twin = path.join(import.meta.dirname, "../../../twin/src");

dockerDescribe("a builder that is killed", () => {
  let engine: DockerEngine;

  beforeAll(async () => {
    engine = await openDocker();
    await testImage(engine);
    await ensureImages(engine, { twinDirectory: twin, terraform: "terraform", cacheDirectory: folder });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function madeBy(pid: number | undefined) {
    const all = await engine.docker.listImages();
    return all.filter((image) => image.Labels?.[LABELS.owner]?.startsWith(`${pid}:`));
  }

  test(`leaves nothing unfinished at any of ${KILLS} moments, once it is reaped`, {
    timeout: KILLS * 30_000,
  }, async () => {
    let made = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      writeFileSync(path.join(folder, "main.ts"), `console.log(${JSON.stringify(randomUUID())});\n`);
      const child = spawn(process.execPath, [CHILD, folder, folder], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      // The last one gets to its end.
      if (kill === KILLS - 1) await once(child.stdout, "data");
      else await pause((kill * KILL_WITHIN_MS) / KILLS);
      const killed = once(child, "exit");
      child.kill("SIGKILL");
      await killed;
      await pause(SETTLE_MS);
      made += (await madeBy(child.pid)).length;
      await reap(engine, { dryRun: false, now: Date.now() });
      const kept = await madeBy(child.pid);
      for (const { RepoTags } of kept) {
        expect(RepoTags).toEqual([expect.stringMatching(/^apex\/twin:/)]);
        for (const tag of RepoTags ?? []) await engine.docker.getImage(tag).remove();
      }
      expect(await madeBy(child.pid)).toEqual([]);
    }
    expect(made).toBeGreaterThan(0);
  });
});
