import { at, write } from "../../../page/browser/place.js";
import { Card, type Say } from "./card.js";
import type { Picture } from "./picture.js";

/** Of a frame, in milliseconds: what is left is drawn in the next. */
const FRAME_MS = 4;
/** A chart of a stretch shorter than this, in seconds, would show single requests. */
const SPAN_MIN_S = 30;

/** The cards of the busiest keys. */
export class Cards {
  readonly #place: HTMLElement;
  readonly #say: Say;
  readonly #cards = new Map<string, Card>();
  readonly #waiting = new Set<Card>();
  #made = 0;
  #isAsked = false;

  constructor(place: HTMLElement, say: Say) {
    this.#place = place;
    this.#say = say;
  }

  show(picture: Picture, spanS: number): void {
    const { charted, about, atMs } = picture;
    const groups = picture.byKey();
    for (const [key, card] of this.#cards) {
      if (charted.includes(key)) continue;
      card.destroy();
      this.#cards.delete(key);
      this.#waiting.delete(card);
    }
    const originS = Math.floor(about.startedAtMs / 1_000);
    // What was before anybody looked isn't known.
    const firstS = Math.min(...[...picture.series.values()].map((points) => points[0]?.[0] ?? Infinity), atMs / 1_000);
    const untilS = Math.max(Math.floor(atMs / 1_000), Math.floor(firstS) + SPAN_MIN_S);
    const fromS = Math.max(Math.floor(firstS), untilS - spanS);
    for (const key of charted) {
      const card = this.#cardOf(key);
      card.write(groups.get(key) ?? []);
      Object.assign(card.shown, { fromS, untilS, originS, points: picture.series.get(key) ?? [] });
      this.#waiting.add(card);
    }
    const others = groups.size - charted.length + picture.keysLeft;
    write(at("more"), others > 0 ? `The ${charted.length} that send most are shown; ${others} more stand by.` : "");
    this.#ask();
  }

  redraw(): void {
    for (const card of this.#cards.values()) card.redraw();
  }

  #cardOf(key: string): Card {
    const known = this.#cards.get(key);
    if (known !== undefined) return known;
    this.#made += 1;
    const card = new Card(key, `key-${this.#made}`, this.#say);
    this.#cards.set(key, card);
    this.#place.append(card.figure);
    return card;
  }

  #ask(): void {
    if (this.#isAsked || this.#waiting.size === 0) return;
    this.#isAsked = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#isAsked = false;
    const startMs = performance.now();
    for (const card of this.#waiting) {
      this.#waiting.delete(card);
      card.draw();
      if (performance.now() - startMs > FRAME_MS) break;
    }
    this.#ask();
  }
}
