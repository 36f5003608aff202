import { type CampaignRun, decimal } from "@apex/core";
import { expect, test } from "vitest";
import { recordedIo } from "../testing.ts";
import { openStatusScreen } from "./status-screen.ts";

function run(changes: Partial<CampaignRun>): CampaignRun {
  return {
    runId: "val-1",
    position: 0,
    target: "aws_instance.web",
    change: "m5.xlarge → m5.large",
    monthlySavings: { list: decimal("70"), net: null },
    state: "waiting",
    attempts: 0,
    isReused: false,
    verdict: null,
    reason: null,
    progress: null,
    worker: null,
    cap: decimal("1"),
    charged: null,
    freeReason: null,
    result: null,
    startedAt: null,
    endedAt: null,
    ...changes,
  };
}

test("on a terminal the status is redrawn in its place, and the last one stays as the result", () => {
  const io = recordedIo({ isTerminal: true });
  const screen = openStatusScreen(io);
  screen.show("one\ntwo\n", [run({})]);
  screen.show("three\n", [run({})]);
  screen.end("done\n");
  expect(io.stderr()).toBe("one\ntwo\n\u001b[2A\u001b[0Jthree\n\u001b[1A\u001b[0J");
  expect(io.stdout()).toBe("done\n");
});

test("in a log each run has a line when it gets further, without control characters", () => {
  const io = recordedIo();
  const screen = openStatusScreen(io);
  screen.show("", [run({})]);
  screen.show("", [run({ state: "running", progress: "10 %" })]);
  screen.show("", [run({ state: "running", progress: "20 %" })]);
  screen.show("", [run({ state: "dead", reason: "It \u001b[31mbroke.\nWith details" })]);
  screen.end("done\n");
  expect(io.stderr().split("\n")).toEqual([
    "aws_instance.web (m5.xlarge → m5.large): running",
    "aws_instance.web (m5.xlarge → m5.large): dead: It [31mbroke.",
    "",
  ]);
  expect(io.stdout()).toBe("done\n");
});
