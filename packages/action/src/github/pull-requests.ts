import type { ChangedFiles, GitHub, PullRequest } from "./github.ts";
import { ChangedFile, ClosedIssue, Ignored, PullRequestAnswer } from "./schema.ts";
import type { Transport } from "./transport.ts";

/** What GitHub lists of a pull request's files. */
const FILES_MAX = 3_000;
/** How many pull requests are looked through for those of a prefix: a hundred requests. */
const PULL_REQUESTS_MAX = 10_000;

type PullRequests = Pick<
  GitHub,
  | "getPullRequest"
  | "listPullRequests"
  | "closedBy"
  | "changedFiles"
  | "createPullRequest"
  | "updatePullRequest"
  | "addLabels"
  | "removeLabel"
  | "requestReviewers"
>;

export function pullRequestsOf(transport: Transport): PullRequests {
  return {
    getPullRequest: (number) =>
      transport.ask({
        purpose: `read pull request ${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
        parameters: { pull_number: number },
        answer: PullRequestAnswer,
        effect: "converges",
      }),
    listPullRequests: async (branchPrefix) => {
      const pulls = await transport.list(
        {
          purpose: "list pull requests",
          route: "GET /repos/{owner}/{repo}/pulls",
          parameters: { state: "all", sort: "created", direction: "desc" },
          answer: PullRequestAnswer,
        },
        PULL_REQUESTS_MAX,
      );
      const owner = transport.repository.owner.toLowerCase();
      return pulls.filter(
        ({ head }) => head.ref.startsWith(branchPrefix) && head.owner?.toLowerCase() === owner,
      );
    },
    closedBy: async (number) => {
      const issue = await transport.ask({
        purpose: `tell who closed pull request ${number}`,
        route: "GET /repos/{owner}/{repo}/issues/{issue_number}",
        parameters: { issue_number: number },
        answer: ClosedIssue,
        effect: "converges",
      });
      return issue.state === "open" ? undefined : issue.closed_by;
    },
    changedFiles: (number) => changedFiles(transport, number),
    createPullRequest: (request) => createPullRequest(transport, request),
    updatePullRequest: (number, changes) =>
      transport.ask({
        purpose: `update pull request ${number}`,
        route: "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
        parameters: { pull_number: number, ...changes },
        answer: PullRequestAnswer,
        effect: "converges",
      }),
    addLabels: async (number, labels) => {
      if (labels.length === 0) return;
      await transport.ask({
        purpose: `label pull request ${number}`,
        route: "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
        parameters: { issue_number: number, labels },
        answer: Ignored,
        effect: "converges",
      });
    },
    removeLabel: async (number, label) => {
      await transport.askFor({
        purpose: `take the label ${JSON.stringify(label)} from pull request ${number}`,
        route: "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
        parameters: { issue_number: number, name: label },
        answer: Ignored,
        effect: "converges",
      });
    },
    requestReviewers: (number, reviewers) => requestReviewers(transport, number, reviewers),
  };
}

async function changedFiles(transport: Transport, number: number): Promise<ChangedFiles> {
  const files = await transport.list(
    {
      purpose: `list the files of pull request ${number}`,
      route: "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
      parameters: { pull_number: number },
      answer: ChangedFile,
    },
    FILES_MAX,
  );
  const paths = files.flatMap(({ filename, previous_filename: previous }) =>
    previous === undefined || previous === filename ? [filename] : [filename, previous],
  );
  return { paths: [...new Set(paths)], isComplete: files.length < FILES_MAX };
}

async function createPullRequest(
  transport: Transport,
  request: Parameters<GitHub["createPullRequest"]>[0],
): Promise<PullRequest> {
  const { title, body, branch, base, isDraft } = request;
  const findOpen = async () => {
    const [pull] = await transport.list({
      purpose: `look for the pull request of ${branch}`,
      route: "GET /repos/{owner}/{repo}/pulls",
      parameters: { state: "open", head: `${transport.repository.owner}:${branch}`, base },
      answer: PullRequestAnswer,
    });
    return pull;
  };
  const question = {
    purpose: `open a pull request of ${branch} into ${base}`,
    route: "POST /repos/{owner}/{repo}/pulls",
    parameters: { title, body, head: branch, base, draft: isDraft },
    answer: PullRequestAnswer,
    effect: { findDone: findOpen },
  };
  // GitHub refuses a second one of the same branches in the same way as what is wrong.
  const created = await transport.askUnless([422], question);
  return created ?? (await findOpen()) ?? (await transport.ask(question));
}

interface Reviewers {
  readonly reviewers: readonly string[];
  readonly team_reviewers: readonly string[];
}

async function requestReviewers(
  transport: Transport,
  number: number,
  names: readonly string[],
): Promise<readonly string[]> {
  const wanted = names.map((name) => ({ name, reviewers: toReviewers(name, transport.repository.owner) }));
  const refused = wanted.flatMap(({ name, reviewers }) => (reviewers === undefined ? [name] : []));
  const possible = wanted.flatMap(({ name, reviewers }) =>
    reviewers === undefined ? [] : [{ name, reviewers }],
  );
  if (possible.length === 0) return refused;
  const all: Reviewers = {
    reviewers: possible.flatMap(({ reviewers }) => reviewers.reviewers),
    team_reviewers: possible.flatMap(({ reviewers }) => reviewers.team_reviewers),
  };
  if (await isAccepted(transport, number, all)) return refused;
  // GitHub refuses all of them for the sake of one.
  for (const { name, reviewers } of possible) {
    if (!(await isAccepted(transport, number, reviewers))) refused.push(name);
  }
  return refused;
}

/** "grace" and "@grace" are people, "acme/platform" is a team of the organisation; addresses and other teams cannot be asked. */
function toReviewers(name: string, owner: string): Reviewers | undefined {
  const [first = "", team, ...rest] = name.replace(/^@/, "").split("/");
  if (rest.length > 0 || first === "" || first.includes("@")) return undefined;
  if (team === undefined) return { reviewers: [first], team_reviewers: [] };
  return first.toLowerCase() === owner.toLowerCase() ? { reviewers: [], team_reviewers: [team] } : undefined;
}

async function isAccepted(transport: Transport, number: number, reviewers: Reviewers): Promise<boolean> {
  const answer = await transport.askUnless([422], {
    purpose: `ask for reviews of pull request ${number}`,
    route: "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
    parameters: { pull_number: number, ...reviewers },
    answer: PullRequestAnswer,
    effect: "converges",
  });
  return answer !== undefined;
}
