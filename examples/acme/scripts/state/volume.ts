import type { Volume } from "../fleet/volume.ts";
import { arn, cloudId, REGION } from "../ids.ts";
import { type StateResource, tagged } from "./state-resource.ts";

function volumeResource(volume: Volume): StateResource {
  const id = cloudId("vol", volume.address);
  return {
    address: volume.address,
    attributes: {
      id,
      arn: arn("ec2", `volume/${id}`),
      availability_zone: `${REGION}${volume.zone}`,
      create_time: "2025-02-11T09:14:33Z",
      encrypted: volume.isEncrypted,
      final_snapshot: false,
      iops: volume.iops,
      kms_key_id: volume.isEncrypted ? arn("kms", "key/6f0c1c38-8c7e-4f7d-9c57-6c2c62a3cf10") : "",
      multi_attach_enabled: false,
      outpost_arn: "",
      region: REGION,
      size: volume.sizeGb,
      snapshot_id: "",
      throughput: volume.throughput,
      timeouts: null,
      type: volume.type,
      volume_initialization_rate: 0,
      ...tagged({ Name: volume.name }),
    },
  };
}

function attachmentResource(volume: Volume, attachment: NonNullable<Volume["attachment"]>): StateResource {
  return {
    address: attachment.address,
    attributes: {
      id: `vai-${cloudId("vai", attachment.address).slice(-10)}`,
      device_name: attachment.device,
      force_detach: null,
      instance_id: cloudId("i", attachment.instance),
      region: REGION,
      skip_destroy: null,
      stop_instance_before_detaching: null,
      timeouts: null,
      volume_id: cloudId("vol", volume.address),
    },
    dependencies: [volume.address.replace(/\[[^\]]*\]/g, ""), attachment.instance.replace(/\[[^\]]*\]/g, "")],
  };
}

/** The volume, and its attachment where it has one. */
export function volumeResources(volume: Volume): StateResource[] {
  return volume.attachment === undefined
    ? [volumeResource(volume)]
    : [volumeResource(volume), attachmentResource(volume, volume.attachment)];
}
