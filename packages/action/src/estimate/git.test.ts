import { mkdir, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { newCheckout } from "../testing/checkout.ts";
import { openGit } from "./git.ts";

test("a directory of the checkout that looks like a repository has no say in what git does", async () => {
  const home = await makeDirectory(onTestFinished);
  const checkout = await newCheckout(path.join(home, "checkout"));
  // Nothing of this is called .git, so a pull request may bring all of it along.
  const stray = {
    HEAD: "ref: refs/heads/main\n",
    config: "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = live\n",
  };
  const directory = path.join(checkout.directory, "infra");
  for (const name of ["objects", "refs", "live"])
    await mkdir(path.join(directory, name), { recursive: true });
  for (const [name, text] of Object.entries(stray)) await writeFile(path.join(directory, name), text);
  const open = (place: string) => openGit(place, process.env, AbortSignal.timeout(10_000));
  await expect(open(path.join(directory, "live"))).rejects.toThrow(/is no git checkout .*bare repository/);
  expect((await open(checkout.directory)).root).toBe(await realpath(checkout.directory));
});

test("git is told neither tokens nor inputs: what it starts could read them", async () => {
  const home = await makeDirectory(onTestFinished);
  const checkout = await newCheckout(path.join(home, "checkout"));
  const programs = path.join(home, "programs");
  await mkdir(programs);
  // Stands for whatever a setting makes git start: it prints what it was given.
  await writeFile(path.join(programs, "git-shown"), "#!/bin/sh\nenv\n", { mode: 0o755 });
  const secrets = {
    "INPUT_GITHUB-TOKEN": "ghs_secret",
    GITHUB_TOKEN: "ghs_secret",
    ACTIONS_RUNTIME_TOKEN: "x",
  };
  const env = { ...process.env, ...secrets, PATH: `${programs}:${process.env["PATH"]}`, HOME: home };
  const shown = await (await openGit(checkout.directory, env, AbortSignal.timeout(10_000))).run(["shown"]);
  expect(shown).toContain(`HOME=${home}`);
  for (const name of Object.keys(secrets)) expect(shown).not.toContain(name);
});
