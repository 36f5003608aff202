import { expect, test } from "vitest";
import { bridgeBytes, parseNetDev, processNetwork } from "./network-counters.ts";

const HEADER = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

test("interfaces are summed, loopback is not among them", () => {
  const text = `${HEADER}    lo: 808534061 5661052    0    0    0     0          0         0 808534061 5661052    0    0    0     0       0          0
  eth0: 1180       9    0    0    0     0          0         0      398       6    0    0    0     0       0          0
  eth1:20 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0
`;
  expect(parseNetDev(text)).toEqual({ received: 1200, sent: 400 });
  expect(parseNetDev(HEADER)).toEqual({ received: 0, sent: 0 });
});

test("a process that is gone has no counters, a bridge that is gone has counted nothing", async () => {
  expect(await processNetwork(0)).toBeUndefined();
  expect(await processNetwork(2 ** 22 + 1)).toBeUndefined();
  expect(await bridgeBytes("apex-not-there")).toBe(0n);
});
