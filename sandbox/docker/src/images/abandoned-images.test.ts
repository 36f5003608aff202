import { expect, test } from "vitest";
import { currentOwner, formatOwner, parseOwner } from "../run/owner.ts";
import { abandonedImages, withBuilder } from "./abandoned-images.ts";

const mine = currentOwner();
const dead = { ...mine, startTicks: 1 };
const image = (owner: string | undefined, tags: readonly string[] | null) => ({
  Id: "sha256:1",
  RepoTags: tags,
  Labels: owner === undefined ? null : { "apex.owner": owner },
});

test.each([
  ["unnamed", null, ["sha256:1"]],
  ["unnamed, as older engines say it", ["<none>:<none>"], ["sha256:1"]],
  ["named for its trial", ["apex/building:a", "apex/building:b"], ["apex/building:a", "apex/building:b"]],
  ["finished, with the name of its trial", ["apex/twin:1", "apex/building:a"], ["apex/building:a"]],
  ["finished", ["apex/twin:1"], []],
  ["named by somebody", ["mine:latest"], []],
])("an image of a dead builder that is %s", (_name, tags, expected) => {
  expect(abandonedImages([image(formatOwner(dead), tags)])).toEqual(expected);
});

test("what a living builder makes, one that cannot be seen, or nobody known, stays", () => {
  const unseen = { ...dead, pidNamespace: "pid:[1]" };
  const images = [formatOwner(mine), formatOwner(unseen), "?", undefined].map((owner) => image(owner, null));
  expect(abandonedImages(images)).toEqual([]);
});

test("the builder is noted beside the kind of image, and nowhere else", () => {
  const [from, label, rest] = withBuilder("FROM scratch\nLABEL apex.image=base\nENV A=1\n").split("\n");
  expect([from, rest]).toEqual(["FROM scratch", "ENV A=1"]);
  const [, owner] = /^LABEL apex\.image=base apex\.owner="(.+)"$/.exec(label ?? "") ?? [];
  expect(parseOwner(owner)).toEqual(mine);
  expect(withBuilder("FORM scratch\n")).toBe("FORM scratch\n");
});
