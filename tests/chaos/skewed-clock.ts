/** Preloaded into a worker whose machine has the wrong time: every date that it reads is off by so much. */
const skewMs = Number(process.env["APEX_CHAOS_SKEW_MS"] ?? "0");
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: readonly unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + skewMs] : args, newTarget) as Date,
  get: (target, key, receiver) =>
    key === "now" ? () => RealDate.now() + skewMs : (Reflect.get(target, key, receiver) as unknown),
});
