import { parseClfStamp, type Stamp } from "./stamp.ts";

/** Length of a stamp without fraction, `17/May/2015:10:05:03 +0000`, and where its seconds lie. */
const STAMP_CHARS = 26;
const SECONDS_FROM = 18;
const SECONDS_END = 20;

/** Reads the stamps of one log. Neighbours share their minute, which then is not parsed again. */
export class ClfClock {
  private minute = "";
  private zone = "";
  private minuteMs = 0;

  read(text: string): Stamp | undefined {
    if (text.length !== STAMP_CHARS) return parseClfStamp(text);
    const tens = text.charCodeAt(SECONDS_FROM) - ZERO;
    const ones = text.charCodeAt(SECONDS_FROM + 1) - ZERO;
    // Second 60 is a leap second and needs the whole check.
    const isPlain = tens >= 0 && tens < 6 && ones >= 0 && ones < 10;
    if (isPlain && text.startsWith(this.minute) && text.endsWith(this.zone) && this.minute !== "") {
      const epochMs = this.minuteMs + (tens * 10 + ones) * 1000;
      return { epochMs, hasFraction: false, isZoneAssumed: false, isLeapSecond: false };
    }
    const stamp = parseClfStamp(text);
    if (stamp !== undefined && isPlain) {
      this.minute = text.slice(0, SECONDS_FROM);
      this.zone = text.slice(SECONDS_END);
      this.minuteMs = stamp.epochMs - (tens * 10 + ones) * 1000;
    }
    return stamp;
  }
}

const ZERO = 48;
