import { expect, test } from "vitest";
import { booksOfFile } from "../billing/testing.ts";
import { EXIT_CODES } from "../exit-codes.ts";

const { books } = booksOfFile();

const run = (...argv: readonly string[]) => books().run(["tenant", ...argv]);

test("a tenant is made, listed, changed and shown with what it has used", async () => {
  expect((await run("create", "acme", "--name", "Acme GmbH", "--tier", "early")).exitCode).toBe(
    EXIT_CODES.done,
  );
  await books().endRuns("acme", { "a-1": { seconds: 1_800 } });
  expect((await run("list")).stdout).toMatch(/acme +early +Acme GmbH\n/);
  expect((await run("set-tier", "acme", "mid")).stdout).toContain("has tier mid from now on");
  expect((await run("show", "acme")).stdout).toMatch(
    /Acme GmbH \(acme\), tier mid\n[^]*runs this month +1 +10,000/,
  );
  expect(JSON.parse((await run("show", "acme", "--json")).stdout)).toMatchObject({
    id: "acme",
    tier: "mid",
    limits: { runsPerMonth: 10_000 },
    thisMonth: { runsBegun: 1, runsRunning: 0, vcpuHours: "0.500000" },
  });
});

test.each([
  [["create", "Acme"], EXIT_CODES.badInput],
  [["create", "a'; DROP TABLE apex.tenants; --"], EXIT_CODES.badInput],
  [["create", "../escape"], EXIT_CODES.badInput],
  [["create", "default"], EXIT_CODES.badInput],
  [["create", "b", "--name", "evil\u001b[2Jname"], EXIT_CODES.badInput],
  [["create", "b", "--name", "two\nlines"], EXIT_CODES.badInput],
  [["create", "b", "--name", " "], EXIT_CODES.badInput],
  [["create", "b", "--tier", "gold"], EXIT_CODES.wrongUse],
  [["set-tier", "nobody", "mid"], EXIT_CODES.badInput],
  [["set-tier", "default", "gold"], EXIT_CODES.wrongUse],
  [["show", "__proto__"], EXIT_CODES.badInput],
])("%j is refused", async (argv, code) => {
  const { exitCode, stderr } = await run(...argv);
  expect(stderr).not.toContain("\u001b");
  expect(stderr).not.toBe("");
  expect(exitCode).toBe(code);
  expect((await books().stores.tenants.tenants()).map(({ id }) => id)).toEqual(["acme", "default"]);
});

test("a name that another program wrote is printed without its control characters", async () => {
  await books().stores.tenants.create({
    id: "hostile",
    name: "evil\u001b]0;title\u0007\nname",
    tier: "free",
  });
  expect((await run("list")).stdout).toMatch(/hostile +free +evil\]0;title name\n/);
});
