import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { startGitHub } from "../testing/start-github.ts";

const KEYS = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PUBLIC_KEY = KEYS.publicKey.export({ type: "spki", format: "pem" }).toString();
const APP = {
  id: 7,
  slug: "apex",
  publicKey: PUBLIC_KEY,
  installationId: 42,
  permissions: { contents: "write", pull_requests: "write" },
} as const;

/** The two forms that GitHub's and other tools' keys have. */
const FORMS = [
  ["PKCS#1", KEYS.privateKey.export({ type: "pkcs1", format: "pem" }).toString()],
  ["PKCS#8", KEYS.privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
  [
    "escaped line ends",
    KEYS.privateKey.export({ type: "pkcs1", format: "pem" }).toString().replaceAll("\n", "\\n"),
  ],
] as const;

test.for(FORMS)(
  "an app acts through its installation on the repository; its key as %s",
  async ([, privateKey]) => {
    const { server, github } = await startGitHub(
      { app: APP },
      { credentials: { kind: "app", appId: "7", privateKey } },
    );
    await Promise.all([github.listComments(1), github.getPullRequest(1)]);
    const comment = await github.createComment(1, "Costs $3 more.");
    expect([comment.author, await github.whoAmI()]).toEqual(["apex[bot]", "apex[bot]"]);
    expect(server.callsOf("apps/get-repo-installation")).toHaveLength(1);
    expect(server.callsOf("apps/create-installation-access-token").map(({ body }) => body)).toEqual([
      { repositories: ["infrastructure"] },
    ]);
  },
);

test("an installation's token is replaced before it expires, and when it is refused", async () => {
  let now = Date.parse("2026-11-22T10:00:00Z");
  const privateKey = FORMS[0][1];
  const { server, github } = await startGitHub(
    { app: APP, now: () => new Date(now) },
    { credentials: { kind: "app", appId: "7", privateKey } },
  );
  const issued = () => server.callsOf("apps/create-installation-access-token").length;
  await github.listComments(1);
  now += 58 * 60_000;
  await github.listComments(1);
  expect(issued()).toBe(1);
  now += 90_000;
  await github.listComments(1);
  expect(issued()).toBe(2);
  server.faults.add("issues/list-comments", { kind: "status", status: 401, message: "Bad credentials" });
  await github.listComments(1);
  expect(issued()).toBe(3);
});

const WRONG = [
  [
    "another app's key",
    {
      kind: "app",
      appId: "7",
      privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    },
    "check that its id and its private key belong together",
  ],
  ["another app's id", { kind: "app", appId: "8", privateKey: FORMS[0][1] }, "401 Integration not found"],
  [
    "half a key",
    { kind: "app", appId: "7", privateKey: FORMS[0][1].slice(0, 200) },
    "The GitHub App's private key cannot be read",
  ],
] as const;

test.for(WRONG)("%s is told, and stands nowhere in the error", async ([, credentials, reason]) => {
  const { github } = await startGitHub({ app: APP }, { credentials });
  const failure: unknown = await github.listComments(1).catch((error: unknown) => error);
  expect(String(failure)).toContain(reason);
  const shown = inspect(failure, { depth: 20, showHidden: true });
  const [, line = "no line"] = credentials.privateKey.split("\n");
  expect(shown).not.toContain(line);
  expect(shown).not.toMatch(/ey[\w-]{20,}\.ey/);
});
