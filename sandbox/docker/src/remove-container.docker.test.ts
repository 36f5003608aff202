import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import type Docker from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "./connect.ts";
import { ensureBaseImage } from "./images/ensure-images.ts";
import { removeContainer } from "./remove-container.ts";
import { ownLabels } from "./run/labels.ts";

const RUN = `remove-${randomUUID()}`;
const LEASE_MS = 60_000;
const cache = mkdtempSync(join(tmpdir(), "apex-remove-cache-"));

/** An engine whose first `refusals.length` removals of a container fail with these statuses, as a busy host's do. */
function refusing(docker: Docker, refusals: number[]): Docker {
  return new Proxy(docker, {
    get(target, name: keyof Docker) {
      if (name !== "getContainer") return (target[name] as () => unknown).bind(target);
      return (id: string) => {
        const container = target.getContainer(id);
        const remove = container.remove.bind(container);
        container.remove = (async (options: object) => {
          const statusCode = refusals.shift();
          if (statusCode === undefined) return remove(options);
          throw Object.assign(new Error(`refused with ${statusCode}`), { statusCode });
        }) as typeof container.remove;
        return container;
      };
    },
  });
}

dockerDescribe("removing a container", () => {
  let engine: DockerEngine;
  let image: string;

  beforeAll(async () => {
    engine = await openDocker();
    image = await ensureBaseImage(engine, { cacheDirectory: cache });
  });

  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  async function created(): Promise<string> {
    const { id } = await engine.docker.createContainer({ Image: image, Labels: ownLabels(RUN, LEASE_MS) });
    return id;
  }

  test("what the engine cannot do yet is asked again, until the container is gone", async () => {
    const id = await created();
    const refusals = [500, 409, 503];
    await removeContainer(refusing(engine.docker, refusals), id);
    expect(refusals).toEqual([]);
    await expect(engine.docker.getContainer(id).inspect()).rejects.toMatchObject({ statusCode: 404 });
    await removeContainer(engine.docker, id);
  });

  test("what will never pass is told at once", async () => {
    const id = await created();
    const refusals = [403, 403];
    await expect(removeContainer(refusing(engine.docker, refusals), id)).rejects.toMatchObject({
      name: "AdapterError",
      kind: "denied",
      message: expect.stringContaining("removing container"),
    });
    expect(refusals).toEqual([403]);
    await removeContainer(engine.docker, id);
  });
});
