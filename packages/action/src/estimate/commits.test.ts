import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ActionEvent } from "../event/action-event.ts";
import { makeDirectory } from "../testing/action-run.ts";
import { checkoutAt, newCheckout } from "../testing/checkout.ts";
import { comparedCommits } from "./commits.ts";
import { openGit } from "./git.ts";

/** A branch that main has left behind, with GitHub's merge of both. */
async function branched() {
  const home = await makeDirectory(onTestFinished);
  const origin = await newCheckout(path.join(home, "origin"));
  const fork = await origin.commit({ a: "1" });
  await origin.git("checkout", "--quiet", "-b", "feature");
  const headSha = await origin.commit({ b: "1" });
  await origin.git("checkout", "--quiet", "main");
  const baseSha = await origin.commit({ c: "1" });
  await origin.git("checkout", "--quiet", "-b", "merge");
  await origin.git("merge", "--quiet", "--no-ff", "--message", "Merge", "feature");
  const event: ActionEvent = {
    name: "pull_request",
    occasion: {
      kind: "pull-request",
      number: 1,
      headSha,
      baseSha,
      baseRef: "main",
      isReadOnly: false,
      at: undefined,
    },
    repository: { owner: "acme", name: "infrastructure" },
    defaultBranch: "main",
    apiUrl: "https://api.github.com",
    serverUrl: "https://github.com",
  };
  const compared = async (ref: string, depth: readonly string[]) => {
    const place = path.join(home, `${ref}${depth.length}`);
    const options = ["--quiet", "--branch", ref, ...depth];
    await checkoutAt(home).git("clone", ...options, `file://${origin.directory}`, place);
    const git = await openGit(place, process.env, AbortSignal.timeout(10_000));
    return comparedCommits(git, event, { base: null, token: null });
  };
  return { fork, headSha, baseSha, compared };
}

const SHALLOW = ["--depth=1"];

test("a branch is compared with where it left the base; too shallow a checkout of it says that it cannot tell", async () => {
  const { fork, headSha, baseSha, compared } = await branched();
  expect(await compared("feature", [])).toEqual({ base: fork, head: headSha, doubt: null });
  expect(await compared("feature", SHALLOW)).toEqual({
    base: baseSha,
    head: headSha,
    doubt: expect.stringContaining("fetch-depth: 0"),
  });
});

test("GitHub's merge is compared with its first parent, however shallow the checkout", async () => {
  const { baseSha, compared } = await branched();
  expect(await compared("merge", [])).toMatchObject({ base: baseSha, doubt: null });
  expect(await compared("merge", SHALLOW)).toMatchObject({ base: baseSha, doubt: null });
});
