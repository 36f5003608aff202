import { expect, test } from "vitest";
import { openQueues } from "./index.ts";

test.each([
  ["another scheme", "http://:secret-password@127.0.0.1:1"],
  ["a password alone", "secret-password"],
  ["a password with a character of addresses", "redis://:1#secret-password@127.0.0.1:1"],
  ["spaces", "redis://127.0.0.1:1 secret-password"],
])("REDIS_URL with %s is told to be no address, without the password", async (_name, url) => {
  await expect(openQueues({ kind: "redis", url, installation: "a" })).rejects.toMatchObject({
    kind: "invalid",
    message: expect.not.stringContaining("secret-password"),
  });
});
