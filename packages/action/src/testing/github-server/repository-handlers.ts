import { page, Refusal } from "./call.ts";
import { complete } from "./complete.ts";
import type { Context, Handlers } from "./context.ts";

export const repositoryHandlers: Handlers = {
  "repos/get": (_call, { render }) => ({
    status: 200,
    body: complete("full-repository", render.repository()),
  }),
  "repos/compare-commits-with-basehead": async (call, { state, render }) => {
    const [base = "", head = ""] = (call.path.basehead ?? "").split("...");
    const [baseSha, headSha] = await Promise.all([base, head].map((name) => commitOf(name, state)));
    if (baseSha === undefined || headSha === undefined) throw new Refusal(404, "Not Found");
    const shas = (
      await state.git.run(["rev-list", "--reverse", "--topo-order", `${baseSha}..${headSha}`])
    ).split("\n");
    const commits = await Promise.all(
      shas.filter((sha) => sha !== "").map(async (sha) => render.commit(await state.git.readCommit(sha))),
    );
    const { body, ...answer } = page(call, commits);
    const baseCommit = render.commit(await state.git.readCommit(baseSha));
    return {
      ...answer,
      body: complete("commit-comparison", {
        base_commit: baseCommit,
        merge_base_commit: baseCommit,
        status: commits.length === 0 ? "identical" : "ahead",
        ahead_by: commits.length,
        total_commits: commits.length,
        commits: body,
        files: [],
      }),
    };
  },
  "users/get-authenticated": (call, { render }) => {
    // GitHub's answer to tokens of apps and of workflows, which are nobody's.
    if (call.actor.kind !== "user") throw new Refusal(403, "Resource not accessible by integration");
    return { status: 200, body: complete("public-user", render.user(call.actor.login)) };
  },
};

/** A branch's commit, or one that is named by its id. */
async function commitOf(name: string, state: Context["state"]): Promise<string | undefined> {
  return (await state.git.resolve(`refs/heads/${name}`)) ?? (await state.git.resolve(name));
}
