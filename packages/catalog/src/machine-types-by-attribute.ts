import { machineTypeNames } from "./machine-types.ts";

/** The attributes that name a machine, and the machine types that exist: what a plan is checked against. */
export function machineTypesByAttribute(): Readonly<Record<string, readonly string[]>> {
  const aws = machineTypeNames("aws");
  const gcp = machineTypeNames("gcp");
  return {
    "aws_instance.instance_type": aws,
    "aws_launch_template.instance_type": aws,
    "aws_launch_configuration.instance_type": aws,
    "aws_spot_instance_request.instance_type": aws,
    "google_compute_instance.machine_type": gcp,
    "google_compute_instance_template.machine_type": gcp,
    "google_compute_region_instance_template.machine_type": gcp,
  };
}
