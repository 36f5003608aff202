import type { DockerEngine } from "@apex/sandbox-docker";
import { expect, test } from "vitest";
import { APEX_VERSION } from "../version.ts";
import { HostRefusal, requireAnswer, requireSameVersion } from "./host-refusal.ts";

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
