import { AdapterError } from "@apex/core";
import { branchesOf } from "./branches.ts";
import { commentsOf } from "./comments.ts";
import { type GitHubCredentials, openCredentials } from "./credentials.ts";
import type { GitHub, RepositoryName } from "./github.ts";
import { pullRequestsOf } from "./pull-requests.ts";
import { realTiming, type Timing } from "./timing.ts";
import { Transport } from "./transport.ts";

const REQUEST_MILLISECONDS_MAX = 30_000;
const PUBLIC_API_URL = "https://api.github.com";

export interface GitHubOptions {
  readonly repository: RepositoryName;
  readonly credentials: GitHubCredentials;
  /** GITHUB_API_URL: "https://github.acme.example/api/v3" for GitHub Enterprise; GitHub's own by default. */
  readonly apiUrl?: string;
  readonly signal?: AbortSignal;
  /** Until a request without an answer is given up; 30 seconds by default. */
  readonly requestMillisecondsMax?: number;
  readonly timing?: Timing;
}

/** Opens a repository on GitHub. Nothing is asked yet. Throws an AdapterError for an address or a name that cannot be one. */
export function openGitHub(options: GitHubOptions): GitHub {
  const { repository, credentials, timing = realTiming } = options;
  const baseUrl = checkedUrl(options.apiUrl ?? PUBLIC_API_URL);
  for (const name of [repository.owner, repository.name]) {
    if (!/^[\w.-]+$/.test(name) || name === "." || name === "..") {
      throw new AdapterError(
        "invalid",
        `${JSON.stringify(name)} is no name of an owner or a repository on GitHub.`,
      );
    }
  }
  const userAgent = "apex-action";
  const { signal, requestMillisecondsMax = REQUEST_MILLISECONDS_MAX } = options;
  const transport = new Transport({ repository, baseUrl, userAgent, requestMillisecondsMax, timing, signal });
  const graphqlUrl = `${baseUrl.replace(/\/api\/v3$/, "/api")}/graphql`;
  const owned = openCredentials(credentials, transport, { graphqlUrl, timing });
  transport.signWith(owned);
  let login: Promise<string> | undefined;
  const whoAmI = async () => {
    login ??= owned.login();
    return await login.catch((error: unknown) => {
      login = undefined;
      throw error;
    });
  };
  return {
    repository,
    ...commentsOf(transport, whoAmI),
    ...pullRequestsOf(transport),
    ...branchesOf(transport),
  };
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  if (!isPlain)
    throw new AdapterError("invalid", "GITHUB_API_URL has to be an address like https://api.github.com.");
  if (url.username !== "" || url.password !== "") {
    throw new AdapterError(
      "invalid",
      "GITHUB_API_URL must not hold a name or a password: give a token instead.",
    );
  }
  return url.href.replace(/\/+$/, "");
}
