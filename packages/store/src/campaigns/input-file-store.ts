/** The files that runs need, by their content, for workers on other machines. */
export interface InputFileStore {
  /** Keeps a file; one that is there already is not sent again. Returns its SHA-256 in hexadecimal. */
  put(tenant: string, path: string): Promise<string>;
  /** Writes a kept file to `path`, at once or not at all, and checks it. Throws an AdapterError (`not-found`). */
  get(tenant: string, sha256: string, path: string): Promise<void>;
}
