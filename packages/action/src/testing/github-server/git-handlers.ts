import { type Call, Refusal } from "./call.ts";
import type { Context, Handlers } from "./context.ts";

export const gitHandlers: Handlers = {
  "git/get-ref": async (call, { state, render }) => {
    const ref = `refs/${call.path.ref}`;
    const sha = await state.git.resolve(ref);
    if (sha === undefined) throw new Refusal(404, "Not Found");
    return { status: 200, body: render.reference(ref, sha) };
  },
  "git/create-ref": async (call, { state, render }) => {
    const { ref, sha } = call.body as { ref: string; sha: string };
    if (!/^refs\/\w+\/./.test(ref))
      throw new Refusal(422, "Reference name must start with 'refs/' and contain at least two slashes.");
    if ((await state.git.typeOf(sha)) !== "commit") throw new Refusal(422, "Object does not exist");
    if ((await state.git.resolve(ref)) !== undefined) throw new Refusal(422, "Reference already exists");
    await state.git.pointReference(ref, sha, undefined).catch(() => {
      throw new Refusal(422, "Reference already exists");
    });
    await follow(call, state, ref);
    return { status: 201, body: render.reference(ref, sha) };
  },
  "git/update-ref": async (call, { state, render }) => {
    const ref = `refs/${call.path.ref}`;
    const { sha, force = false } = call.body as { sha: string; force?: boolean };
    const before = await state.git.resolve(ref);
    if (before === undefined) throw new Refusal(422, "Reference does not exist");
    if ((await state.git.typeOf(sha)) !== "commit") throw new Refusal(422, "Object does not exist");
    refuseProtected(state, ref);
    if (!force && !(await state.git.isAncestor(before, sha)))
      throw new Refusal(422, "Update is not a fast forward");
    await state.git.pointReference(ref, sha, before);
    await follow(call, state, ref);
    return { status: 200, body: render.reference(ref, sha) };
  },
  "git/delete-ref": async (call, { state }) => {
    const ref = `refs/${call.path.ref}`;
    if ((await state.git.resolve(ref)) === undefined) throw new Refusal(422, "Reference does not exist");
    refuseProtected(state, ref);
    await state.git.deleteReference(ref);
    await follow(call, state, ref);
    return { status: 204 };
  },
  "git/create-blob": async (call, { state, render }) => {
    const { content, encoding = "utf-8" } = call.body as { content: string; encoding?: string };
    const sha = await state.git.writeBlob(Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
    return { status: 201, body: { sha, url: render.api(`git/blobs/${sha}`) } };
  },
  "git/create-tree": createTree,
  "git/get-tree": async (call, { state, render }) => {
    const sha = call.path.tree_sha ?? "";
    const type = await state.git.typeOf(sha);
    if (type !== "tree" && type !== "commit") throw new Refusal(404, "Not Found");
    // GitHub lists all below it for any value, "0" included.
    return await tree(sha, call.query.has("recursive"), { state, render });
  },
  "git/create-commit": createCommit,
  "git/get-commit": async (call, { state, render }) => {
    const sha = await existing(call.path.commit_sha, "commit", state);
    const commit = await state.git.readCommit(sha);
    return { status: 200, body: render.gitCommit(commit, commit.committer.name === SIGNER.name) };
  },
};

/** Who commits what GitHub itself makes and signs for apps. */
const SIGNER = { name: "GitHub", email: "noreply@github.com" } as const;

async function createTree(call: Call, { state, render }: Context) {
  const { base_tree: base, tree: entries } = call.body as {
    base_tree?: string;
    tree: readonly { path?: string; mode?: string; sha?: string | null; content?: string }[];
  };
  if (base !== undefined && !["tree", "commit"].includes((await state.git.typeOf(base)) ?? "")) {
    throw new Refusal(404, "Not Found");
  }
  const kept = base === undefined ? [] : (await state.git.listTree(base, true)).map(({ path }) => path);
  const changes = [];
  for (const { path, mode, sha, content } of entries) {
    if (path === undefined || mode === undefined || (sha === undefined) === (content === undefined)) {
      throw new Refusal(422, "Must supply tree.path, tree.mode and either tree.sha or tree.content");
    }
    if (/^\/|\/$|\/\/|(^|\/)\.\.?(\/|$)|(^|\/)\.git(\/|$)/i.test(path)) {
      throw new Refusal(422, "tree.path contains a malformed path component");
    }
    if (sha === null && !kept.includes(path)) throw new Refusal(422, "GitRPC::BadObjectState");
    if (typeof sha === "string" && (await state.git.typeOf(sha)) === undefined) {
      throw new Refusal(422, `tree.sha ${sha} is not a valid ${mode === "040000" ? "tree" : "blob"}`);
    }
    changes.push({
      path,
      mode,
      sha: sha === undefined ? await state.git.writeBlob(Buffer.from(content ?? "")) : sha,
    });
  }
  const { status: _, ...answer } = await tree(await state.git.writeTree(base, changes), false, {
    state,
    render,
  });
  return { status: 201, ...answer };
}

async function createCommit(call: Call, { state, render }: Context) {
  const {
    message,
    tree: treeSha,
    parents = [],
    author,
    committer,
  } = call.body as {
    message: string;
    tree: string;
    parents?: readonly string[];
    author?: { name: string; email: string; date?: string };
    committer?: { name: string; email: string; date?: string };
  };
  if ((await state.git.typeOf(treeSha)) !== "tree") throw new Refusal(422, "Tree SHA does not exist");
  for (const parent of parents) {
    if ((await state.git.typeOf(parent)) !== "commit")
      throw new Refusal(422, "Parent SHA does not exist or is not a commit object");
  }
  const date = state.time();
  const { login, kind } = call.actor;
  const own = { name: login, email: `${login}@users.noreply.github.com`, date };
  const isSigned = kind !== "user" && author === undefined && committer === undefined;
  const sha = await state.git.writeCommit({
    message,
    tree: treeSha,
    parents,
    author: { ...own, ...author },
    committer: isSigned ? { ...SIGNER, date } : { ...own, ...(committer ?? author) },
  });
  return { status: 201, body: render.gitCommit(await state.git.readCommit(sha), isSigned) };
}

async function tree(sha: string, isRecursive: boolean, { state, render }: Context) {
  const entries = await state.git.listTree(sha, isRecursive);
  const body = {
    sha: await state.git.run(["rev-parse", `${sha}^{tree}`]),
    url: render.api(`git/trees/${sha}`),
    truncated: false,
    tree: entries.map((entry) => ({ ...entry, url: render.api(`git/${entry.type}s/${entry.sha}`) })),
  };
  return { status: 200, body };
}

async function existing(sha = "", type: string, state: Context["state"]): Promise<string> {
  if ((await state.git.typeOf(sha)) !== type) throw new Refusal(404, "Not Found");
  return sha;
}

function refuseProtected(state: Context["state"], ref: string): void {
  const branch = ref.replace("refs/heads/", "");
  if (state.protectedBranches.has(branch)) {
    throw new Refusal(
      422,
      `Repository rule violations found\n\nChanges must be made through a pull request.`,
    );
  }
}

async function follow(call: Call, state: Context["state"], ref: string): Promise<void> {
  await state.followBranch(ref.replace("refs/heads/", ""), call.actor.login);
}
