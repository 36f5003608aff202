/** Asks whom a token acts as. Held to GitHub's GraphQL schema, as far as `scripts/prune-graphql.ts` keeps it. */
export const VIEWER_QUERY = "query { viewer { login } }";
