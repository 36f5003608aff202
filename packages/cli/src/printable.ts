/**
 * Text from outside (addresses, messages, file names) without control characters: what a terminal shows must not be
 * able to move its cursor, change its title or hide a line. Line ends stay.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is removed
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "");
}
