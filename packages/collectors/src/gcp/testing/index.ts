/** A server that speaks Google's published interfaces, and one project that it can hold: for tests of other packages. */
export { acmeProject } from "./acme-project.ts";
export { accountRoutes } from "./gcp-account.ts";
export { type GcpServer, startGcpServer } from "./gcp-server.ts";
export { badGateway, refusal, serviceDisabled, tooMany } from "./google-answers.ts";
