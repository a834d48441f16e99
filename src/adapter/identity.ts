/** Fingerprints kept. A process has a handful of credentials; a gateway's many callers mustn't fill its memory. */
const FINGERPRINTS_MAX = 1_000;
/** Hexadecimal digits of a fingerprint: 48 bits tell a hundred thousand credentials apart. */
const FINGERPRINT_LENGTH = 12;

/** Headers that say who asks, or on whose account. Quotas belong to them. */
const CREDENTIAL_HEADERS = [
  "authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "x-goog-user-project",
  "openai-organization",
  "openai-project",
  "cf-aig-authorization",
] as const;

/** Parameters of an address that carry a key. */
const CREDENTIAL_PARAMETERS = ["key", "api_key", "api-key", "subscription-key"] as const;

/** Who knows the value of a header by its name in lower case. */
export interface HeaderLookup {
  header(name: string): string | undefined;
}

/**
 * Tells credentials apart without showing them: a short SHA-256 each, kept, since a request can't wait for it each time.
 */
export class Fingerprints {
  readonly #known = new Map<string, string | Promise<string>>();

  /** The fingerprint of what a request is signed with, "" where it isn't; a promise only the first time. */
  of(url: URL, headers: HeaderLookup): string | Promise<string> {
    const credential = credentialOf(url, headers);
    if (credential === "") return "";
    const known = this.#known.get(credential);
    if (known !== undefined) return known;
    this.#makeRoom();
    const made = fingerprintOf(credential).then((fingerprint) => {
      this.#known.set(credential, fingerprint);
      return fingerprint;
    });
    this.#known.set(credential, made);
    return made;
  }

  #makeRoom(): void {
    if (this.#known.size < FINGERPRINTS_MAX) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** The key of a request's budget: `origin|fingerprint|model`, with what it doesn't have left empty. */
export function identityOf(url: URL, fingerprint: string, model: string | undefined): string {
  return `${url.origin}|${fingerprint}|${model ?? ""}`;
}

/** The origin and the credential's fingerprint of a key that {@link identityOf} made; undefined for any other. */
export function accountOf(key: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/[^|]*\|[^|]*(?=\|)/.exec(key)?.[0];
}

/** Makes keys, and hands the last one out again: one string whose hash is known finds its budget sooner than a new one. */
export class Identities {
  #url: URL | undefined = undefined;
  #fingerprint = "";
  #model: string | undefined = undefined;
  #key = "";

  of(url: URL, fingerprint: string, model: string | undefined): string {
    if (url !== this.#url || fingerprint !== this.#fingerprint || model !== this.#model) {
      this.#url = url;
      this.#fingerprint = fingerprint;
      this.#model = model;
      this.#key = identityOf(url, fingerprint, model);
    }
    return this.#key;
  }
}

function credentialOf(url: URL, headers: HeaderLookup): string {
  let credential = "";
  for (const name of CREDENTIAL_HEADERS) {
    const value = headers.header(name);
    if (value !== undefined) credential += `${name}:${steadyPart(value)}\n`;
  }
  if (url.search === "") return credential;
  for (const name of CREDENTIAL_PARAMETERS) {
    const value = url.searchParams.get(name);
    if (value !== null) credential += `${name}=${value}\n`;
  }
  return credential;
}

/** AWS signs each request anew: of its header only the key's id stays the same. */
function steadyPart(authorization: string): string {
  return /^AWS4-\S+\s+Credential=([^/,\s]+)/.exec(authorization)?.[1] ?? authorization;
}

async function fingerprintOf(credential: string): Promise<string> {
  try {
    const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(credential));
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
    return hex.join("").slice(0, FINGERPRINT_LENGTH);
  } catch {
    // A page that isn't served securely has no WebCrypto: there the budgets of two credentials are one.
    return "?";
  }
}
