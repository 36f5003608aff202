import { createPublicKey, verify } from "node:crypto";
import { type Actor, type Answer, type Call, Refusal } from "./call.ts";
import { complete } from "./complete.ts";
import type { Context, Handlers } from "./context.ts";

/** GitHub's bounds: a JSON Web Token of an app lives ten minutes, a token of an installation an hour. */
const JWT_SECONDS_MAX = 600;
const TOKEN_MILLISECONDS = 3_600_000;

/** A GitHub App that is installed on the repository. */
export interface TestApp {
  readonly id: number;
  readonly slug: string;
  /** PEM. */
  readonly publicKey: string;
  readonly installationId: number;
  readonly permissions: Actor["permissions"];
}

/** What an operation needs of a token; one of them is enough. */
const NEEDS: {
  readonly [operation: string]: readonly (readonly [scope: string, access: "read" | "write"])[];
} = {
  "git/create-blob": [["contents", "write"]],
  "git/create-commit": [["contents", "write"]],
  "git/create-ref": [["contents", "write"]],
  "git/create-tree": [["contents", "write"]],
  "git/delete-ref": [["contents", "write"]],
  "git/update-ref": [["contents", "write"]],
  "git/get-commit": [["contents", "read"]],
  "git/get-ref": [["contents", "read"]],
  "git/get-tree": [["contents", "read"]],
  "repos/compare-commits-with-basehead": [["contents", "read"]],
  "issues/add-labels": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "issues/create-comment": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "issues/delete-comment": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "issues/remove-label": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "issues/update-comment": [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
  "issues/get": [
    ["issues", "read"],
    ["pull_requests", "read"],
  ],
  "issues/list-comments": [
    ["issues", "read"],
    ["pull_requests", "read"],
  ],
  "pulls/create": [["pull_requests", "write"]],
  "pulls/request-reviewers": [["pull_requests", "write"]],
  "pulls/update": [["pull_requests", "write"]],
  "pulls/get": [["pull_requests", "read"]],
  "pulls/list": [["pull_requests", "read"]],
  "pulls/list-files": [["pull_requests", "read"]],
};

/** Who may ask, and what. */
export class Authentication {
  readonly #tokens: Map<string, Actor & { readonly expiresAt?: Date }>;
  readonly #app: TestApp | undefined;
  readonly #now: () => Date;

  constructor(tokens: ReadonlyMap<string, Actor>, app: TestApp | undefined, now: () => Date) {
    this.#tokens = new Map(tokens);
    this.#app = app;
    this.#now = now;
  }

  /** Who sends a request; throws GitHub's refusal of one that it does not know. */
  actorOf(authorization: string | undefined): Actor {
    const [scheme = "", token = ""] = (authorization ?? "").split(" ");
    if (!/^(token|bearer)$/i.test(scheme)) throw new Refusal(401, "Requires authentication");
    if (token.split(".").length === 3) return this.#appOf(token);
    const actor = this.#tokens.get(token);
    if (actor === undefined || (actor.expiresAt !== undefined && actor.expiresAt <= this.#now())) {
      throw new Refusal(401, "Bad credentials");
    }
    return actor;
  }

  /** Throws GitHub's refusal of a token that lacks a permission. */
  checkPermission({ operation, actor }: Call): void {
    if (operation.startsWith("apps/") !== (actor.kind === "app")) {
      throw actor.kind === "app"
        ? new Refusal(403, "Resource not accessible by integration")
        : new Refusal(401, "A JSON web token could not be decoded");
    }
    const needs = NEEDS[operation];
    if (needs === undefined || actor.kind === "app") return;
    const isAllowed = needs.some(([scope, access]) => {
      const granted = actor.permissions[scope];
      return granted === "write" || granted === access;
    });
    if (isAllowed) return;
    const accepted = needs.map(([scope, access]) => `${scope}=${access}`).join("; ");
    throw new Refusal(403, "Resource not accessible by integration", {
      headers: { "x-accepted-github-permissions": accepted },
    });
  }

  readonly handlers: Handlers = {
    "apps/get-authenticated": (_call, { render }) => ({
      status: 200,
      body: complete("integration", {
        id: this.#installed().id,
        slug: this.#installed().slug,
        name: this.#installed().slug,
        owner: render.user("acme"),
        permissions: this.#installed().permissions,
      }),
    }),
    "apps/get-repo-installation": (_call, { render }) => ({
      status: 200,
      body: complete("installation", {
        id: this.#installed().installationId,
        app_id: this.#installed().id,
        app_slug: this.#installed().slug,
        permissions: this.#installed().permissions,
        account: render.user("acme"),
      }),
    }),
    "apps/create-installation-access-token": (call, context) => this.#issueToken(call, context),
  };

  #issueToken(call: Call, { state }: Context): Answer {
    const app = this.#installed();
    if (Number(call.path.installation_id) !== app.installationId) throw new Refusal(404, "Not Found");
    const { permissions = app.permissions } = call.body as { permissions?: Actor["permissions"] };
    const token = `ghs_${state.nextId()}${"x".repeat(30)}`;
    const expiresAt = new Date(this.#now().getTime() + TOKEN_MILLISECONDS);
    this.#tokens.set(token, { login: `${app.slug}[bot]`, kind: "installation", permissions, expiresAt });
    const body = complete("installation-token", { token, expires_at: expiresAt.toISOString(), permissions });
    return { status: 201, body };
  }

  #installed(): TestApp {
    if (this.#app === undefined) throw new Refusal(404, "Not Found");
    return this.#app;
  }

  #appOf(token: string): Actor {
    const app = this.#app;
    const refused = new Refusal(401, "A JSON web token could not be decoded");
    if (app === undefined) throw refused;
    const [header = "", payload = "", signature = ""] = token.split(".");
    const key = createPublicKey(app.publicKey);
    const isSigned = verify(
      "sha256",
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, "base64url"),
    );
    if (!isSigned) throw refused;
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as {
      [claim: string]: unknown;
    };
    const now = this.#now().getTime() / 1000;
    const [issued, expires] = [Number(claims.iat), Number(claims.exp)];
    if (String(claims.iss) !== String(app.id)) throw new Refusal(401, "Integration not found");
    if (!(issued <= now))
      throw new Refusal(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    if (!(expires > now && expires - now <= JWT_SECONDS_MAX))
      throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
    return { login: `${app.slug}[bot]`, kind: "app", permissions: {} };
  }
}
