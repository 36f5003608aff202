import { callsOf } from "./calls-of.ts";

/** An EC2 operation. */
export const ec2Call = callsOf("ec2");
