import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { isEquivalentText } from "./equivalent-text.ts";

const COMPUTE = "https://www.googleapis.com/compute/v1/projects/acme";
const IMAGE =
  "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20240110";

const image = (project: string, name: string) =>
  `https://www.googleapis.com/compute/v1/projects/${project}/global/images/${name}`;

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
  ["every protocol", "-1", "all", true],
  ["another protocol", "tcp", "all", false],
  ["nothing", `${COMPUTE}/global/networks/default`, "", false],
  ["an image of the family", IMAGE, "debian-cloud/debian-12", true],
  ["an image of the family by itself", IMAGE, "debian-12", true],
  ["an image of the family as a path", IMAGE, "projects/debian-cloud/global/images/family/debian-12", true],
  ["an image of the family as a short path", IMAGE, "family/debian-12", true],
  ["a name that says which family it is not", IMAGE, "family", false],
  [
    "an image of Ubuntu's",
    image("ubuntu-os-cloud", "ubuntu-2204-jammy-v20240110"),
    "ubuntu-os-cloud/ubuntu-2204-lts",
    true,
  ],
  [
    "with its architecture",
    image("ubuntu-os-cloud", "ubuntu-2404-noble-amd64-v20240110"),
    "ubuntu-2404-lts-amd64",
    true,
  ],
  ["of another version", image("ubuntu-os-cloud", "ubuntu-2204-jammy-v20240110"), "ubuntu-2404-lts", false],
  [
    "of another architecture",
    image("ubuntu-os-cloud", "ubuntu-2404-noble-arm64-v20240110"),
    "ubuntu-2404-lts-amd64",
    false,
  ],
  [
    "a minimal one",
    image("ubuntu-os-cloud", "ubuntu-minimal-2204-jammy-v20240110"),
    "ubuntu-minimal-2204-lts",
    true,
  ],
  ["an image of a milestone", image("cos-cloud", "cos-109-17800-66-27"), "cos-cloud/cos-109-lts", true],
  [
    "an image of Windows",
    image("windows-cloud", "windows-server-2022-dc-v20240111"),
    "windows-cloud/windows-2022",
    true,
  ],
  [
    "an image of another Windows",
    image("windows-cloud", "windows-server-2022-dc-core-v20240111"),
    "windows-cloud/windows-2022",
    false,
  ],
  [
    "a path against the full link",
    "projects/acme/global/networks/default",
    `${COMPUTE}/global/networks/default`,
    true,
  ],
  ["a name against the full link", "default", `${COMPUTE}/global/networks/default`, true],
  [
    "another server's link",
    `${COMPUTE}/global/networks/a`,
    "https://compute.googleapis.com/compute/v1/projects/acme/global/networks/a",
    true,
  ],
  [
    "a path of another project",
    "projects/other/global/networks/default",
    `${COMPUTE}/global/networks/default`,
    false,
  ],
  [
    "the image of a path",
    "projects/debian-cloud/global/images/debian-12-bookworm-v20240110",
    "debian-cloud/debian-12",
    true,
  ],
  ["an image of another family", IMAGE, "debian-cloud/debian-1", false],
  ["an image of another project", IMAGE, "ubuntu-os-cloud/debian-12", false],
])("%s", (_name, before, config, expected) => {
  expect(isEquivalentText(before, config)).toBe(expected);
});
