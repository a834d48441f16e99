/** A key, as people say it. */
export interface KeyName {
  readonly name: string;
  /** Server and credential, where the key tells. */
  readonly where: string;
}

/** Reads a key of `fetch`, `origin|fingerprint|model`; any other is its own name. */
export function keyName(key: string): KeyName {
  const [, origin, fingerprint = "", model = ""] = /^(https?:\/\/[^|]+)\|([^|]*)\|(.*)$/s.exec(key) ?? [];
  if (origin === undefined) return { name: key, where: "" };
  const host = origin.replace(/^https?:\/\//, "");
  const credential = fingerprint === "" ? "no key" : `key ${fingerprint.slice(0, 6)}`;
  return { name: model === "" ? host : model, where: `${host} · ${credential}` };
}
