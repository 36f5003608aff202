/**
 * Tells payment providers what was charged: Stripe's meter events, each charge once.
 * Not for charging or invoicing: the ledger is the truth, and what is told here follows it.
 */
export { type Delivery, deliverOutbox, type DeliveryOptions, type Outbox } from "./deliver-outbox.ts";
export { isCustomerId, type MeterSettings } from "./stripe/meter-event.ts";
export { type StripeMeter, stripeMeter, type StripeMeterOptions } from "./stripe/stripe-meter.ts";
