import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** The header that bears a token, so that `authorization` stays free for whoever has a use of it. */
export const TOKEN_HEADER = "sluice-token";

const BYTES = 24;
const FINGERPRINT_LENGTH = 16;

/** A secret that a visitor must have. It is compared in constant time, and nothing that is written down has it. */
export class Token {
  readonly text: string;
  readonly #digest: Buffer;

  /** @param text default: one that nobody can guess */
  constructor(text = randomBytes(BYTES).toString("base64url")) {
    this.text = text;
    this.#digest = digestOf(text);
  }

  /** Tells it from others, and nothing of it. */
  get fingerprint(): string {
    return digestOf(`sluice ${this.text}`).toString("hex").slice(0, FINGERPRINT_LENGTH);
  }

  isEqual(given: string | undefined): boolean {
    return given !== undefined && timingSafeEqual(digestOf(given), this.#digest);
  }
}

/** Digests are of one length, which a comparison in constant time needs. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
