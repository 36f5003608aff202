import { expect, test } from "vitest";
import { imageSettings } from "./image-settings.ts";

const user = (name: string | undefined) =>
  imageSettings("i", "sha", name === undefined ? {} : { User: name }).user;

test("an image's unprivileged user stays; root in any spelling is user 0", () => {
  expect(user("node")).toBe("node");
  expect(user("1000:1000")).toBe("1000:1000");
  expect(user("65532")).toBe("65532");
  for (const root of [undefined, "", "root", "0", "0:0", "root:root", ":5"]) expect(user(root)).toBe("0:0");
});

test("declared volumes become writable memory, beside what every program expects", () => {
  const { writable } = imageSettings("i", "sha", { Volumes: { "/data": {}, "/tmp": {} } });
  expect(writable).toEqual(["/tmp", "/var/tmp", "/run", "/data"]);
});

test("an image cannot ask for any number of them", () => {
  const Volumes = Object.fromEntries(Array.from({ length: 17 }, (_value, index) => [`/v${index}`, {}]));
  expect(() => imageSettings("i", "sha", { Volumes })).toThrow("declares 17 volumes");
});
