import manifest from "../package.json" with { type: "json" };

/** The version that reports name. */
export const APEX_VERSION: string = manifest.version;
