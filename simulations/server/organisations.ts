import { createHash } from "node:crypto";
import { SluiceError } from "../../src/errors.js";
import type { LimitSource, LimitSpec } from "./spec.js";

/** An organisation that a server knows by its keys, and what is different about it. */
export interface Organisation {
  /** What `/__state` and moves call it. */
  readonly name: string;
  /** Its API keys: what stands behind `Bearer`, or in `x-api-key`. None is ever told. */
  readonly keys: readonly string[];
  /** Its limit for each model, in the place of the server's. What the platform carries for everybody isn't part of it. */
  readonly limit?: LimitSource;
  /** The same for single models, by id. */
  readonly limits?: Readonly<Record<string, LimitSource>>;
  /** What its chat and embeddings share, in the place of the server's `shared`. */
  readonly shared?: LimitSpec;
}

/** How a server tells who asks. */
export interface DirectoryOptions {
  /** Organisations known by their keys. Default: each key is an organisation of its own, called by its fingerprint. */
  readonly organisations?: readonly Organisation[];
  /** Whose the requests are that bear none of these keys. Default: again one for each key, and `anonymous` without one. */
  readonly organisationDefault?: string;
  /** Whether such requests get 401. Default false. */
  readonly isKeyRequired?: boolean;
}

/**
 * Makes what finds the organisation of a credential; undefined where it has none, and must have one.
 *
 * @throws SluiceError `ERR_SLUICE_OPTION` where a name or a key is there twice; the key isn't told
 */
export function createDirectory(options: DirectoryOptions): (credential: string | undefined) => string | undefined {
  const { organisations = [], organisationDefault, isKeyRequired = false } = options;
  const byKey = new Map<string, string>();
  const names = new Set<string>();
  for (const { name, keys } of organisations) {
    if (names.has(name)) throw new SluiceError("ERR_SLUICE_OPTION", `organisations: there are two called '${name}'`);
    names.add(name);
    for (const key of keys) {
      const other = byKey.get(key);
      if (other !== undefined)
        throw new SluiceError("ERR_SLUICE_OPTION", `organisations: '${other}' and '${name}' have the same key`);
      byKey.set(key, name);
    }
  }
  return (credential) => {
    const key = credential?.replace(/^Bearer\s+/i, "");
    const known = key === undefined ? undefined : byKey.get(key);
    if (known !== undefined) return known;
    if (isKeyRequired) return undefined;
    return organisationDefault ?? (credential === undefined ? "anonymous" : fingerprintOf(credential));
  };
}

/** Tells API keys apart without keeping them: a part of their hash. */
export function fingerprintOf(credential: string): string {
  return createHash("sha256").update(credential).digest("hex").slice(0, 12);
}
