// An engine is installed and started only for what cannot do its work without: nobody asks for help to get a service.

const WITH_ENGINE = new Set(["demo", "test", "test:chaos", "bench"]);
const ASKS_ONLY = new Set(["--help", "-h", "--version", "-V"]);

/** Whether a command of the setup (its name and the arguments after it) is one whose work needs a Docker engine. */
export function needsDocker(name, args) {
  if (name !== "apex") return WITH_ENGINE.has(name);
  if (args.some((each) => ASKS_ONLY.has(each))) return false;
  const verb = args.find((each) => !each.startsWith("-"));
  return verb === "validate" || verb === "sandbox" || (verb === "optimize" && args.includes("--validate"));
}
