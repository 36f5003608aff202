import type { CommentHost } from "./github.ts";
import { Ignored, IssueComment } from "./schema.ts";
import type { Transport } from "./transport.ts";

/** Comments of pull requests, which are issues to GitHub. */
export function commentsOf(transport: Transport, whoAmI: () => Promise<string>): CommentHost {
  const listComments = async (pullRequest: number) => {
    return await transport.list({
      purpose: `list the comments on pull request ${pullRequest}`,
      route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
      parameters: { issue_number: pullRequest },
      answer: IssueComment,
    });
  };
  return {
    whoAmI,
    listComments,
    createComment: async (pullRequest, body) => {
      const findDone = async () => {
        const me = await whoAmI();
        const comments = await listComments(pullRequest);
        return comments.findLast((comment) => comment.author === me && isSameText(comment.body, body));
      };
      return await transport.ask({
        purpose: `create a comment on pull request ${pullRequest}`,
        route: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
        parameters: { issue_number: pullRequest, body },
        answer: IssueComment,
        effect: { findDone },
      });
    },
    updateComment: async (id, body) => {
      return await transport.askFor({
        purpose: `update comment ${id}`,
        route: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
        parameters: { comment_id: id, body },
        answer: IssueComment,
        effect: "converges",
      });
    },
    deleteComment: async (id) => {
      await transport.askFor({
        purpose: `delete comment ${id}`,
        route: "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
        parameters: { comment_id: id },
        answer: Ignored,
        effect: "converges",
      });
    },
  };
}

/** GitHub stores line ends as it gets them, or as CRLF. */
function isSameText(first: string, second: string): boolean {
  return first.replaceAll("\r\n", "\n").trimEnd() === second.replaceAll("\r\n", "\n").trimEnd();
}
