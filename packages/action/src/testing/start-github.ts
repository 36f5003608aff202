import { onTestFinished } from "vitest";
import { type GitHubOptions, openGitHub } from "../github/open-github.ts";
import { GitHubServer, type GitHubServerOptions, TEST_TOKEN } from "./github-server.ts";

/**
 * A server with one pull request, number 1 of the branch "change", and a client whose waits take no time and are listed in
 * milliseconds. At the test's end the server goes, and the test fails where a call was not as GitHub describes it.
 */
export async function startGitHub(
  options: GitHubServerOptions = {},
  clientOptions: Partial<GitHubOptions> = {},
) {
  const server = await GitHubServer.start(options);
  onTestFinished(async () => {
    await server[Symbol.asyncDispose]();
    server.assertDescribed();
  });
  await server.commit("main", { "main.tf": "# one\n" });
  await server.commit("change", { "main.tf": "# two\n" });
  await server.openPullRequest({ head: "change" });
  const waits: number[] = [];
  const open = () =>
    openGitHub({
      repository: server.state.repository,
      credentials: { kind: "token", token: TEST_TOKEN },
      apiUrl: server.url,
      timing: {
        now: () => server.state.now().getTime(),
        sleep: async (milliseconds) => void waits.push(milliseconds),
        random: () => 0.5,
      },
      ...clientOptions,
    });
  return { server, github: open(), open, waits };
}
