/**
 * Text from outside (addresses, messages, file names) without control characters, and without those that turn the direction of
 * what follows: what a terminal shows must not be able to move its cursor, change its title, hide a line or show it in another
 * order. Line ends stay.
 */
export function printable(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- control characters are what is removed
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    "",
  );
}

/** {@link printable} on one line: a text that is part of a line must not begin another one. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", " ");
}
