import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { isEquivalentText } from "./equivalent-text.ts";

const COMPUTE = "https://www.googleapis.com/compute/v1/projects/acme";
const IMAGE =
  "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20240110";

test.each([
  ["JSON in another form", '{"a":[1,2],"b":{}}', '{ "b": {},\n "a": [1, 2] }', true],
  ["other JSON", '{"a":[1,2]}', '{"a":[2,1]}', false],
  ["JSON against broken JSON", '{"a":1}', '{"a":1', false],
  ["texts that differ in case", "A", "a", false],
  ["the hash of the text", createHash("sha1").update("#!/bin/sh").digest("hex"), "#!/bin/sh", true],
  ["the hash of another text", createHash("sha1").update("#!/bin/sh").digest("hex"), "#!/bin/bash", false],
  ["the name of a linked network", `${COMPUTE}/global/networks/default`, "default", true],
  [
    "the end of a link",
    `${COMPUTE}/regions/europe-west1/subnetworks/a`,
    "regions/europe-west1/subnetworks/a",
    true,
  ],
  ["the end of a name only", `${COMPUTE}/global/networks/my-default`, "default", false],
  ["nothing", `${COMPUTE}/global/networks/default`, "", false],
  ["an image of the family", IMAGE, "debian-cloud/debian-12", true],
  ["an image of the family by itself", IMAGE, "debian-12", true],
  ["an image of the family as a path", IMAGE, "projects/debian-cloud/global/images/family/debian-12", true],
  ["an image of another family", IMAGE, "debian-cloud/debian-1", false],
  ["an image of another project", IMAGE, "ubuntu-os-cloud/debian-12", false],
])("%s", (_name, before, config, expected) => {
  expect(isEquivalentText(before, config)).toBe(expected);
});
