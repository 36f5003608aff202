import { expect, test } from "vitest";
import type { GitHubServer } from "../testing/github-server.ts";
import { startGitHub } from "../testing/start-github.ts";
import { postComment, type WantedComment } from "./post-comment.ts";

const ME = "github-actions[bot]";

function body(text: string, minute: number, tag = ""): string {
  const time = `2026-11-22T10:${String(minute).padStart(2, "0")}:00Z`;
  return `[//]: <> (apex-estimate${tag === "" ? "" : `:${tag}`}, valid-at=${time})\n${text}\n`;
}

function wanted(text: string, minute: number, rest: Partial<WantedComment> = {}): WantedComment {
  return { pullRequest: 1, body: body(text, minute), behavior: "update", isQuiet: false, ...rest };
}

function texts({ state }: GitHubServer): readonly string[] {
  return state.comments.map((comment) => comment.body.split("\n")[1] ?? "");
}

test("the first comment is made, the second run edits it, the same text leaves it", async () => {
  const { server, github } = await startGitHub();
  const created = await postComment(github, wanted("$1 more", 1));
  const updated = await postComment(github, wanted("$2 more", 2));
  const skipped = await postComment(github, wanted("$2 more", 2));
  expect([created.kind, updated.kind, skipped.kind]).toEqual(["created", "updated", "skipped"]);
  expect(new Set([created.url, updated.url, skipped.url]).size).toBe(1);
  expect(texts(server)).toEqual(["$2 more"]);
  expect(server.callsOf("issues/update-comment")).toHaveLength(1);
});

test("our comment is found on the third page", async () => {
  const { server, github } = await startGitHub();
  for (let number = 0; number < 201; number += 1) server.state.addComment(1, "grace", "Nice.");
  server.state.addComment(1, ME, body("$1 more", 1));
  for (let number = 0; number < 30; number += 1) server.state.addComment(1, "grace", "Nice.");
  const { kind } = await postComment(github, wanted("$2 more", 2));
  expect(kind).toBe("updated");
  expect(server.state.comments).toHaveLength(232);
});

test("comments of other tags are other comments", async () => {
  const { server, github } = await startGitHub();
  await postComment(github, wanted("", 1, { body: body("$1 more", 1, "prod") }));
  await postComment(github, wanted("", 1, { body: body("$2 more", 1, "dev") }));
  await postComment(github, wanted("$3 more", 1));
  expect(texts(server)).toEqual(["$1 more", "$2 more", "$3 more"]);
});

const HOSTILE = [
  ["with our tag, from a later day", body("Free!", 59)],
  ["with our tag, from an earlier time", body("Free!", 0)],
  ["that quotes our comment", `> ${body("Free!", 5)}`],
] as const;

test.for(HOSTILE)("somebody else's comment %s is neither edited nor obeyed", async ([, text]) => {
  const { server, github } = await startGitHub();
  server.state.addComment(1, "mallory", text);
  const { kind } = await postComment(github, wanted("$1 more", 10));
  await postComment(github, wanted("$2 more", 11));
  expect(kind).toBe("created");
  expect(server.state.comments.map((comment) => [comment.author, comment.body])).toEqual([
    ["mallory", text],
    [ME, body("$2 more", 11)],
  ]);
});

test("an older run leaves a newer run's comment", async () => {
  const { server, github } = await startGitHub();
  await postComment(github, wanted("$2 more", 2));
  const older = await postComment(github, wanted("$1 more", 1));
  expect(older).toMatchObject({ kind: "skipped", reason: "a newer run has commented meanwhile" });
  expect(texts(server)).toEqual(["$2 more"]);
});

test("a newer run that says the same as before keeps an older one, still under way, from saying otherwise", async () => {
  const { server, github } = await startGitHub();
  await postComment(github, wanted("$1 more", 1));
  await postComment(github, wanted("$1 more", 3));
  await postComment(github, wanted("$5 more", 2));
  expect(texts(server)).toEqual(["$1 more"]);
});

test("what is below min-change makes no comment, but corrects one", async () => {
  const { server, github } = await startGitHub();
  const quiet = await postComment(github, wanted("$0.01 more", 1, { isQuiet: true }));
  expect(quiet.kind).toBe("skipped");
  await postComment(github, wanted("$10 more", 2));
  await postComment(github, wanted("$0.01 more", 3, { isQuiet: true }));
  expect(texts(server)).toEqual(["$0.01 more"]);
});

test("new comments are added, delete-and-new leaves only the last", async () => {
  const { server, github } = await startGitHub();
  await postComment(github, wanted("$1 more", 1, { behavior: "new" }));
  await postComment(github, wanted("$2 more", 2, { behavior: "new" }));
  expect(texts(server)).toEqual(["$1 more", "$2 more"]);
  await postComment(github, wanted("$3 more", 3));
  expect(texts(server)).toEqual(["$1 more", "$3 more"]);
  await postComment(github, wanted("$4 more", 4, { behavior: "delete-and-new" }));
  expect(texts(server)).toEqual(["$4 more"]);
});

const RACES = [
  ["the older run writes first", 1, 2],
  ["the newer run writes first", 2, 1],
] as const;

test.for(RACES)(
  "two runs that each make the first comment leave one, the newer: %s",
  async ([, first, second]) => {
    const { server, open } = await startGitHub();
    // The second run begins and ends between the first one's look and its comment.
    server.faults.add("issues/create-comment", {
      kind: "before",
      act: () => postComment(open(), wanted(`run ${second}`, second)),
    });
    await postComment(open(), wanted(`run ${first}`, first));
    expect(texts(server)).toEqual(["run 2"]);
  },
);

test("two runs at once leave one comment, the newer", async () => {
  const { server, open } = await startGitHub();
  // Neither sees the other's comment before both have begun.
  const barrier = Promise.withResolvers<void>();
  let arrived = 0;
  const act = async () => {
    arrived += 1;
    if (arrived === 2) barrier.resolve();
    await barrier.promise;
  };
  server.faults.add("issues/create-comment", { kind: "before", act }, { times: 2 });
  await Promise.all([postComment(open(), wanted("run 1", 1)), postComment(open(), wanted("run 2", 2))]);
  expect(texts(server)).toEqual(["run 2"]);
});

test("an older run that writes over a newer one's text is written over", async () => {
  const { server, github, open } = await startGitHub();
  await postComment(github, wanted("run 1", 1));
  // The older run has looked, and writes right after the newer one has written.
  server.faults.add("issues/update-comment", {
    kind: "after",
    act: async () => {
      const id = server.state.comments[0]?.id ?? 0;
      await open().updateComment(id, body("run 2", 2));
    },
  });
  await postComment(github, wanted("run 3", 3));
  expect(texts(server)).toEqual(["run 3"]);
});

test("a comment that was deleted meanwhile is made again", async () => {
  const { server, github } = await startGitHub();
  await postComment(github, wanted("$1 more", 1));
  server.faults.add("issues/update-comment", { kind: "before", act: () => server.state.comments.splice(0) });
  const { kind } = await postComment(github, wanted("$2 more", 2));
  expect(kind).toBe("created");
  expect(texts(server)).toEqual(["$2 more"]);
});

const LOST = [
  ["a server error", { kind: "status", status: 502, isDone: true }],
  ["a connection that ends", { kind: "drop", isDone: true }],
  ["a rate limit", { kind: "secondary-rate-limit", retryAfterSeconds: 5 }],
] as const;

test.for(LOST)("%s at each step leaves one comment", async ([, fault]) => {
  const { server, github } = await startGitHub();
  server.faults.add("*", fault, { times: 1 });
  server.faults.add("issues/list-comments", fault, { times: 2 });
  server.faults.add("issues/create-comment", fault, { times: 1 });
  await postComment(github, wanted("$1 more", 1));
  server.faults.add("issues/update-comment", fault, { times: 1 });
  await postComment(github, wanted("$2 more", 2));
  expect(texts(server)).toEqual(["$2 more"]);
});
