import { AdapterError } from "@apex/core";
import createAppJwt from "universal-github-app-jwt";
import { z } from "zod";
import { VIEWER_QUERY } from "./queries.ts";
import { AuthenticatedApp, AuthenticatedUser, Installation, Viewer } from "./schema.ts";
import type { Timing } from "./timing.ts";
import type { Credentials, Transport } from "./transport.ts";

/** What Apex acts with: a workflow's or a person's token, or a GitHub App that is installed on the repository. */
export type GitHubCredentials =
  | { readonly kind: "token"; readonly token: string }
  | {
      readonly kind: "app";
      /** The app's id, or its client id. */
      readonly appId: string;
      /** PEM; line ends may be written as \n, as they are in environment variables. */
      readonly privateKey: string;
    };

/** Credentials that also know whose they are. */
export interface OwnedCredentials extends Credentials {
  /** The login that comments and pull requests made with them are by. */
  login(): Promise<string>;
}

/** Whose the token is that GitHub gives to workflows. */
const WORKFLOW_LOGIN = "github-actions[bot]";
/** A token of an installation is replaced when it has less than this left. */
const TOKEN_MILLISECONDS_MIN = 60_000;

const InstallationToken = z.object({ token: z.string(), expires_at: z.string() });

/** `graphqlUrl` is asked whose a token is that is no person's. */
export function openCredentials(
  credentials: GitHubCredentials,
  transport: Transport,
  options: { readonly graphqlUrl: string; readonly timing: Timing },
): OwnedCredentials {
  return credentials.kind === "token"
    ? tokenCredentials(credentials.token, transport, options.graphqlUrl)
    : appCredentials(credentials, transport, options.timing);
}

function tokenCredentials(token: string, transport: Transport, graphqlUrl: string): OwnedCredentials {
  const trimmed = token.trim();
  // Any other character would end up in an error of the HTTP client, with the token around it.
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new AdapterError("invalid", "The GitHub token is empty or holds characters that no token has.");
  }
  return {
    canRefresh: false,
    authorization: async () => `Bearer ${trimmed}`,
    login: async () => {
      const user = await transport.askUnless([403], {
        purpose: "tell whose the token is",
        route: "GET /user",
        answer: AuthenticatedUser,
        effect: "converges",
      });
      return user?.login ?? (await viewerOf(transport, graphqlUrl));
    },
  };
}

/** Tokens of workflows and installations are no user's: GitHub tells only through GraphQL whom they act as. */
async function viewerOf(transport: Transport, graphqlUrl: string): Promise<string> {
  const answer = await transport.askUnless([403, 404], {
    purpose: "tell whom the token acts as",
    route: `POST ${graphqlUrl}`,
    parameters: { query: VIEWER_QUERY },
    answer: z.union([Viewer, z.object({ errors: z.unknown() })]),
    effect: "converges",
  });
  return answer !== undefined && "data" in answer ? answer.data.viewer.login : WORKFLOW_LOGIN;
}

function appCredentials(
  { appId, privateKey }: GitHubCredentials & { readonly kind: "app" },
  transport: Transport,
  timing: Timing,
): OwnedCredentials {
  let installationId: number | undefined;
  let current: { readonly authorization: string; readonly expiresAt: number } | undefined;
  let pending: Promise<string> | undefined;

  const asApp = async () => `Bearer ${await appToken(appId, privateKey, timing.now())}`;
  const issue = async () => {
    installationId ??= (
      await transport.ask({
        purpose: "find the app's installation",
        route: "GET /repos/{owner}/{repo}/installation",
        answer: Installation,
        effect: "converges",
        authorization: await asApp(),
      })
    ).id;
    const { token, expires_at: expiresAt } = await transport.ask({
      purpose: "give the app's installation a token",
      route: "POST /app/installations/{installation_id}/access_tokens",
      parameters: { installation_id: installationId, repositories: [transport.repository.name] },
      answer: InstallationToken,
      // A second token does no harm: both expire within the hour.
      effect: "converges",
      authorization: await asApp(),
    });
    current = { authorization: `Bearer ${token}`, expiresAt: Date.parse(expiresAt) };
    return current.authorization;
  };

  return {
    canRefresh: true,
    authorization: async (isRefresh) => {
      const left = (current?.expiresAt ?? 0) - timing.now();
      if (!isRefresh && current !== undefined && left > TOKEN_MILLISECONDS_MIN) return current.authorization;
      pending ??= issue().finally(() => {
        pending = undefined;
      });
      return await pending;
    },
    login: async () => {
      const { slug } = await transport.ask({
        purpose: "tell the app's name",
        route: "GET /app",
        answer: AuthenticatedApp,
        effect: "converges",
        authorization: await asApp(),
      });
      return `${slug}[bot]`;
    },
  };
}

async function appToken(id: string, privateKey: string, now: number): Promise<string> {
  try {
    const { token } = await createAppJwt({ id, privateKey: privateKey.trim(), now: Math.floor(now / 1000) });
    return token;
  } catch {
    // What the library throws is left out: it may quote the key.
    throw new AdapterError(
      "invalid",
      "The GitHub App's private key cannot be read: it has to be the whole PEM file that GitHub gave, from BEGIN to END.",
    );
  }
}
