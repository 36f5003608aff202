import { expect, test } from "vitest";
import { canCloseHost, forgetBridge } from "./firewall.ts";

const mayClose = await canCloseHost();

test("a rule that is not there is forgotten without complaint", async () => {
  await forgetBridge("apex00000000000");
});

test.runIf(mayClose)("a rule that cannot be removed is told of", async () => {
  await expect(forgetBridge("a-name-longer-than-any-interface-has")).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("could not be removed: iptables says"),
  });
});
