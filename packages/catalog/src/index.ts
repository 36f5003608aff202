/**
 * Machine types, list prices, and the price of a Terraform plan, from dated tables.
 * Not for what was really paid (bills), nor for deciding which machine fits (analysis). What is not known is said to be unknown.
 */
export type { MachineGpu, MachineType } from "./machine-type.ts";
export { isMachineTypeName, machineType, machineTypeNames, machineTypes } from "./machine-types.ts";
export { type MachinePriceQuery, machineHourlyPrice, type OperatingSystem } from "./machine-price.ts";
export { nearestMachineTypes } from "./nearest-machine-types.ts";
export { pricePlan, priceResource } from "./price-plan.ts";
export type { DatedPrice } from "./price-table.ts";
export { type EbsVolume, volumeMonthlyPrice } from "./pricing/ebs-volume.ts";
export type { MissingPart, PricedParts } from "./pricing/priced-parts.ts";
export type { PlanSide, PricePlanOptions } from "./terraform/plan-view.ts";
export { type UnitPriceName, unitPrice } from "./unit-prices.ts";
