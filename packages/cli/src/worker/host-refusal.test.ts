import type { DockerEngine } from "@apex/sandbox-docker";
import { expect, test } from "vitest";
import { APEX_VERSION } from "../version.ts";
import { HostRefusal, requireAnswer, requireSameImage, requireSameVersion } from "./host-refusal.ts";

/** The two ways in which an engine of the client library is away. */
function engine(ping: () => Promise<unknown>): Pick<DockerEngine, "docker" | "address"> {
  return { docker: { ping } as DockerEngine["docker"], address: "unix:///run/none.sock" };
}

test("an engine that is gone, or hangs, is this host's to tell and no failed attempt", async () => {
  await expect(requireAnswer(engine(() => Promise.reject(new Error("ECONNREFUSED"))))).rejects.toThrow(
    HostRefusal,
  );
  const hanging = requireAnswer(
    engine(() => new Promise(() => undefined)),
    1,
  );
  await expect(hanging).rejects.toThrow(
    "unix:///run/none.sock does not answer this worker (no answer in 1 ms)",
  );
  await requireAnswer(engine(() => Promise.resolve("OK")));
});

test("a job of another Apex is left to its workers, also where this one cannot read it", () => {
  const other = '{"schema":"apex.validation-job/v9","apexVersion":"99.0.0"}';
  expect(() => requireSameVersion(other)).toThrow("start a worker of that version");
  // What is no job at all its reader refuses.
  for (const text of [`{"apexVersion":"${APEX_VERSION}"}`, "{", "{}"]) requireSameVersion(text);
});

/** A client library whose engine has these images, by reference. */
function withImages(images: Readonly<Record<string, string>>): Pick<DockerEngine, "docker"> {
  const getImage = (reference: string) => ({
    inspect: async () => {
      if (images[reference] === undefined) throw new Error("no such image");
      return { Id: images[reference] };
    },
  });
  return { docker: { getImage } as unknown as DockerEngine["docker"] };
}

test.each([
  ["what its name stood for", "shop:1", "sha256:a", "taken"],
  ["any that is here, where no engine knew it", "shop:1", null, "taken"],
  ["one that is named by its id", "sha256:a", "sha256:a", "taken"],
  ["one that is named by its id, where no engine knew it", "sha256:a", null, "taken"],
  ["another by now", "shop:1", "sha256:b", "shop:1 is another image on this worker"],
  ["not here", "shop:2", "sha256:a", "shop:2 is not on this worker"],
  ["not here, though its id is known", "sha256:c", "sha256:c", "sha256:c is not on this worker"],
])("the user's own image is %s", async (_name, image, imageId, expected) => {
  const engine = withImages({ "shop:1": "sha256:a", "sha256:a": "sha256:a" });
  const outcome = await requireSameImage(engine, { own: { image, imageId, port: 80, env: {} } }).then(
    () => "taken",
    (error: HostRefusal) => error.message,
  );
  expect(outcome).toContain(expected);
});
