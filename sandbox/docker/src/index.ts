/**
 * Runs environments and isolated commands in Docker, reads what they used, and leaves nothing behind.
 * Not for deciding what runs or whether it was good enough.
 */
export {
  type DockerEngine,
  type DockerSearch,
  type EngineLocation,
  findDocker,
  openDocker,
} from "./connect.ts";
export { type EngineFacts } from "./engine-facts.ts";
export { sandboxHostProblem } from "./environment/host-ground.ts";
export { type DockerSandboxHost, sandboxHost } from "./environment/sandbox-host.ts";
export {
  dockerIsolation,
  type IsolationLimits,
  type IsolationSettings,
} from "./isolation/docker-isolation.ts";
export { isolationProblem } from "./isolation/isolation-problem.ts";
export { type ImageProgress } from "./images/build-image.ts";
export {
  ensureBaseImage,
  ensureImages,
  type EnsureOptions,
  type ImageRecipe,
  type ImageReferences,
} from "./images/ensure-images.ts";
export { removeUnusedImages, type UnusedImages } from "./images/remove-unused-images.ts";
export { reap, type ReapOptions } from "./reap/reap.ts";
