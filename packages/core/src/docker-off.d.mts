/** Whether a variable of the environment says off, 0, false or no, in any case. */
export function isSwitchedOff(value: string | undefined): boolean;

/** Whether the user wants no Docker engine: APEX_DOCKER is off, 0, false or no, in any case. The setup, the tests and `apex` ask here. */
export function isDockerOff(env: Readonly<Record<string, string | undefined>>): boolean;
