import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing.ts";
import { checkHome, keepHome } from "./collection-home.ts";

const SERVER = "http://apex:s3cret@clickhouse:8123/fleet";

test("a collection in a server is not looked for in files or another database, and its password is not kept", async () => {
  await using directory = await temporaryDirectory();
  await checkHome(directory.path, undefined);
  await keepHome(directory.path, SERVER);
  await keepHome(directory.path, "http://other:password@clickhouse:8123/fleet/");
  await expect(checkHome(directory.path, undefined)).rejects.toThrow(
    /lie in http:\/\/clickhouse:8123\/fleet, not in files; set CLICKHOUSE_URL/,
  );
  await expect(keepHome(directory.path, "http://clickhouse:8123/other")).rejects.toMatchObject({
    kind: "invalid",
  });
  expect(await readFile(join(directory.path, "home.json"), "utf8")).not.toContain("s3cret");
});

test("a collection in files is not gone on with in a server", async () => {
  await using directory = await temporaryDirectory();
  await keepHome(directory.path, undefined);
  const refused = keepHome(directory.path, SERVER);
  await expect(refused).rejects.toThrow(/in its files, not in .*; unset CLICKHOUSE_URL/);
  await expect(refused).rejects.not.toThrow(/s3cret/);
  await checkHome(directory.path, undefined);
  await writeFile(join(directory.path, "home.json"), "{");
  await expect(checkHome(directory.path, undefined)).rejects.toThrow(/home.json is damaged/);
});
