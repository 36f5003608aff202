import { TWIN_PROTOCOL } from "@apex/core";
import { expect, test } from "vitest";
import { PROTOCOL } from "./protocol.ts";

test("the twin's copy of the protocol is the sandbox's", () => {
  expect(PROTOCOL).toEqual(TWIN_PROTOCOL);
});
