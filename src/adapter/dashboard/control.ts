import * as z from "zod/mini";
import { isSluiceError } from "../../errors.js";
import { check } from "../../option-error.js";
import { rate, text } from "../../option-schema.js";
import type { Sluice } from "../../sluice.js";

/** What can be moved by hand. */
export type Controlled = Pick<Sluice, "pause" | "resume" | "cap">;

const KINDS = ["pause", "resume", "cap"] as const;

const commandSchema = z.strictObject({
  do: z.custom<(typeof KINDS)[number]>((value) => KINDS.some((kind) => kind === value), {
    params: { range: `one of ${KINDS.map((kind) => JSON.stringify(kind)).join(", ")}` },
  }),
  key: z.optional(text),
  ratePerSecond: z.optional(z.nullable(rate)),
});

/** Moves a sluice by hand, and remembers whether all of it is held. */
export class Control {
  readonly #sluice: Controlled;
  isAllPaused = false;

  constructor(sluice: Controlled) {
    this.#sluice = sluice;
  }

  /** Does what a text in JSON says. Returns why not, where it can't be done. */
  carryOut(json: string): string | undefined {
    try {
      this.#do(check(commandSchema, JSON.parse(json)));
      return undefined;
    } catch (error) {
      if (isSluiceError(error)) return error.message;
      if (error instanceof SyntaxError) return "the body must be JSON";
      throw error;
    }
  }

  #do(command: z.output<typeof commandSchema>): void {
    const { key, ratePerSecond } = command;
    switch (command.do) {
      case "pause":
      case "resume":
        this.#sluice[command.do](key);
        if (key === undefined) this.isAllPaused = command.do === "pause";
        break;
      case "cap":
        // Without a key its own check says so.
        this.#sluice.cap(check(text, key), ratePerSecond ?? undefined);
        break;
      default:
        command.do satisfies never;
    }
  }
}
