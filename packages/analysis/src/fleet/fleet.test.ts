import { expect, test } from "vitest";
import { resource } from "../testing/builders.ts";
import { fleetOf } from "./fleet.ts";

const SIZED = new Set(["aws_instance", "google_compute_instance"]);

test.each([
  ["aws_ec2_instance_state", "aws_instance", "i-1"],
  ["google_compute_disk", "google_compute_instance", "notebook"],
])("where %s and %s share an id, metrics under it belong to the one that is sized", (other, sized, id) => {
  const resources = [resource(other, id, {}), resource(sized, id, {})];
  expect(fleetOf(resources, [], SIZED).find(id)?.type).toBe(sized);
  expect(fleetOf(resources.toReversed(), [], SIZED).find(id)?.type).toBe(sized);
});

test("an alias never hides another resource's own id", () => {
  const named = { ...resource("aws_instance", "i-1", {}), aliases: ["i-2"] };
  expect(fleetOf([named, resource("aws_vpc", "i-2", {})], [], SIZED).find("i-2")?.type).toBe("aws_vpc");
});

test("an alias that two measured resources share means neither, one that a measured one shares with others means that one", () => {
  const aliased = (type: string, id: string, ...aliases: string[]) => resource(type, id, {}, { aliases });
  const one = aliased("aws_instance", "i-1", "10.0.0.1", "arn:1");
  const two = aliased("aws_instance", "i-2", "10.0.0.1");
  const beside = aliased("aws_network_interface", "eni-1", "arn:1", "i-2");
  const fleet = fleetOf([one, two, beside], [], new Set(["aws_instance"]));
  expect(["10.0.0.1", "arn:1", "i-2", "i-1"].map((name) => fleet.find(name)?.id)).toEqual([
    undefined,
    "i-1",
    "i-2",
    "i-1",
  ]);
});
