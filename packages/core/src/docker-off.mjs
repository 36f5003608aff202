// Plain JavaScript, because the setup asks before anything is installed; what it says is in docker-off.d.mts.
const OFF = new Set(["off", "0", "false", "no"]);

export function isSwitchedOff(value) {
  return OFF.has((value ?? "").trim().toLowerCase());
}

export function isDockerOff(env) {
  return isSwitchedOff(env.APEX_DOCKER);
}
