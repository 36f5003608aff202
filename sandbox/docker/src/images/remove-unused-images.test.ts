import { expect, test } from "vitest";
import { unusedImages } from "./remove-unused-images.ts";

const NOW = 1_800_000_000_000;
const image = (name: string, ageMinutes: number, tags: readonly string[] | null = [`apex/${name}:1`]) => ({
  Id: `sha256:${name}`,
  Created: NOW / 1000 - ageMinutes * 60,
  RepoTags: tags,
});
const settings = { keep: ["apex/twin:kept"], createdBefore: NOW - 10 * 60_000 };

test("what stands on another image goes before it", () => {
  expect(unusedImages([image("base", 60), image("twin", 59)], [], settings)).toEqual([
    "apex/twin:1",
    "apex/base:1",
  ]);
});

test("what a container uses, what is kept and what is young stays", () => {
  const images = [
    image("used", 60),
    image("kept", 60, ["apex/twin:kept"]),
    image("young", 9),
    image("old", 11),
  ];
  expect(unusedImages(images, [{ ImageID: "sha256:used" }], settings)).toEqual(["apex/old:1"]);
});

test.each([[[]], [null], [["<none>:<none>"]]])(
  "what a build left that was cut off goes by its id (%j)",
  (tags) => {
    expect(unusedImages([image("step", 60, tags)], [], settings)).toEqual(["sha256:step"]);
  },
);

test("an image that somebody named stays, with our name too", () => {
  expect(unusedImages([image("mine", 60, ["apex/twin:1", "mine:latest"])], [], settings)).toEqual([]);
});
