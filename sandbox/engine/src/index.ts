/**
 * Decides how a validation runs and what it proved: topology, fit, calibration, the life of a run, the judge.
 * Not for touching containers, Terraform or the clock: those come through the ports of core.
 */
export {};
