import type { Ended, Told } from "../broadcast.js";
import { follow, type StreamAddress } from "./follow.js";
import { at, write } from "./place.js";

/** A page that shows what a stream tells. */
export interface WatchingPage<Message> {
  /** Whom the stream is of: "The server". */
  readonly who: string;
  onMessage(message: Message): void;
  /** Whether anybody is there to be told something. */
  onConnection?(isOn: boolean): void;
}

/** Follows a stream for as long as the page is open, and says on the page how it is: live, over, or gone. */
export function watch<Message extends Told>(
  address: StreamAddress,
  page: WatchingPage<Message | Ended>,
): Promise<never> {
  let isOver = false;
  let seenAtMs: number | undefined;
  const connect = (isOn: boolean): void => {
    document.documentElement.dataset["connection"] = isOn ? "on" : "off";
    page.onConnection?.(isOn);
  };
  connect(false);
  return follow<Message | Ended>(address, {
    onMessage(message) {
      isOver = message.type === "ended";
      seenAtMs = message.atMs;
      at("gone").hidden = true;
      write(at("link"), isOver ? `over since ${clockText(message.atMs)}` : "live");
      at("over").hidden = !isOver;
      page.onMessage(message);
      connect(!isOver);
    },
    onGone(why) {
      connect(false);
      if (isOver) return;
      const seen = seenAtMs === undefined ? "" : ` What you see is how it was at ${clockText(seenAtMs)}.`;
      sayGone(`${page.who} does not answer (${why}).${seen} Trying again.`, "gone");
    },
  });
}

/** Says that nothing can be seen: in a sentence, and in a word. */
export function sayGone(sentence: string, word: string): void {
  write(at("gone"), sentence);
  write(at("link"), word);
  at("gone").hidden = false;
}

/** The time of day. */
export function clockText(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}
