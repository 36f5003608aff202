import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { gcpAuth } from "./auth.ts";

test("a machine without credentials is told of by us alone; other warnings are not held back", async () => {
  const heard: string[] = [];
  const hear = ({ name, message }: Error): void => void heard.push(`${name}: ${message}`);
  process.on("warning", hear);
  onTestFinished(() => void process.off("warning", hear));
  await gcpAuth();
  await gcpAuth("acme-prod");
  // As gcp-metadata calls it.
  process.emitWarning("received unexpected error = x code = UNKNOWN", "MetadataLookupWarning");
  process.emitWarning("something else", "ApexTestWarning");
  await setImmediate();
  expect(heard).toEqual(["ApexTestWarning: something else"]);
});
