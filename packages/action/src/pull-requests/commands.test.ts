import { expect, test } from "vitest";
import { parseCommand } from "./commands.ts";

const at = { createdAt: "2026-11-22T10:00:00Z", notNowDays: 30 };

test.each([
  ["/apex never", { kind: "never", reason: "" }],
  ["/apex never the vendor says so", { kind: "never", reason: "the vendor says so" }],
  ["Thanks!\r\n\r\n/APEX Never\r\nbye", { kind: "never", reason: "" }],
  ["/apex not now", { kind: "not-now", until: "2026-12-22T10:00:00Z", reason: "" }],
  ["/apex not now 7d", { kind: "not-now", until: "2026-11-29T10:00:00Z", reason: "" }],
  [
    "/apex not now 2w after the sale",
    { kind: "not-now", until: "2026-12-06T10:00:00Z", reason: "after the sale" },
  ],
  ["/apex not-now 2026-12-31 freeze", { kind: "not-now", until: "2026-12-31T23:59:59Z", reason: "freeze" }],
  [
    "/apex not now because of the freeze",
    { kind: "not-now", until: "2026-12-22T10:00:00Z", reason: "because of the freeze" },
  ],
  ["/apex not now 2026-02-30", { kind: "unknown", text: "not now 2026-02-30" }],
  ["/apex not now 9999d", { kind: "unknown", text: "not now 9999d" }],
  ["/apex not now 0d", { kind: "unknown", text: "not now 0d" }],
  ["/apex nevermore", { kind: "unknown", text: "nevermore" }],
  ["/apex", { kind: "unknown", text: "" }],
  ["> /apex never", undefined],
  ["we should /apex never do that", undefined],
  ["/apexnever", undefined],
  ["", undefined],
])("%j", (body, expected) => {
  expect(parseCommand(body, at)).toEqual(expected);
});
