import type { Random } from "../random.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Letters that need no escape anywhere, six bits each. */
export function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => LETTERS[Math.floor(random() * LETTERS.length)] ?? "A").join("");
}
