/** A server that speaks Google's published interfaces, and one project that it can hold, with what others are made of: for tests of other packages. */
export { acmeProject } from "./acme-project.ts";
export { instance } from "./compute-answers.ts";
export { accountRoutes, type HeldProject } from "./gcp-account.ts";
export { type GcpServer, startGcpServer } from "./gcp-server.ts";
export { badGateway, refusal, serviceDisabled, tooMany } from "./google-answers.ts";
