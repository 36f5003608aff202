import { expect, test } from "vitest";
import { openDatabase } from "./database.ts";

test.each([
  ["a password with a character of addresses", "postgres://me:secret-password#@127.0.0.1:1/x"],
  ["a port that is none", "postgres://me:secret-password@127.0.0.1:99999/x"],
  ["another kind of database", "mysql://me:secret-password@127.0.0.1:1/x"],
  ["libpq's keywords", "host=127.0.0.1 password=secret-password"],
  ["a password alone", "secret-password"],
])("DATABASE_URL with %s is told to be no address, without the password", async (_name, url) => {
  await expect(openDatabase(url)).rejects.toMatchObject({
    kind: "invalid",
    message:
      "DATABASE_URL is no address of a PostgreSQL database: write postgres://user:password@host:5432/name, with %23 for a # in the password, %40 for an @ and %2F for a /",
  });
});
