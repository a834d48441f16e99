import { at, write } from "../../../src/page/browser/place.js";
import { themed } from "../../../src/page/browser/themed.js";
import type { Metrics } from "../../measure/measure.js";
import { readHash, writeHash } from "../hash.js";
import type { News, RunFacts } from "../message.js";
import type { PlaygroundData } from "../page.js";
import { INITIAL, OUTAGE, paceOf, type Settings } from "../settings.js";
import { Decisions } from "./decisions.js";
import { Form } from "./form.js";
import { Frames } from "./frames.js";
import { GuideView, guideFacts } from "./guide-view.js";
import { Knobs, SpeedKnob } from "./knobs.js";
import { openWorker } from "./open-worker.js";
import { showChanges, showRange, showRun } from "./run-words.js";
import { showScores, standingsOf } from "./scores.js";
import { type RunWord, Session } from "./session.js";
import { Stage } from "./stage.js";
import { showTakeAway, wireCopies } from "./take-away.js";
import type { Piece } from "./turns.js";

/** The URL is written so long after a change: browsers bear no more. */
const URL_AFTER_MS = 250;
/** Tables and words are written anew so often; charts more often. */
const WORDS_EVERY_MS = 200;
const OUTAGE_S = 15;

const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as PlaygroundData;
const names = { scenarios: Object.keys(data.stories), contestants: data.contestants };

/** The page, and what it shows now. */
class Playground {
  #view: "guide" | "bench" = "guide";
  #settings: Settings = INITIAL;
  #facts: RunFacts | undefined;
  #news: News | undefined;
  #metrics: readonly Metrics[] | undefined;
  /** What simulates is gone, or can't go on: only a beginning helps. */
  #isStopped = false;
  #stage: Stage | undefined;
  #wordsAtMs = 0;
  #urlTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #frames = new Frames({ now: () => performance.now(), onNext: (frame) => requestAnimationFrame(frame) });
  /** Words take a turn of their own. */
  readonly #words: Piece = { of: this, draw: () => this.#showWords() };
  readonly #session = new Session(
    { heard: (word) => this.#hear(word), lost: (why) => this.#lose(why) },
    { open: openWorker, every: (periodMs, task) => void setInterval(task, periodMs) },
  );
  readonly #decisions = new Decisions();
  readonly #form = new Form(data.stories, () => this.#begin(this.#form.read(this.#settings)));
  readonly #knobs = new Knobs((name, value) => this.#turn(name, value));
  readonly #speed = new SpeedKnob((speed) => this.#setSpeed(speed));
  readonly #guide = new GuideView({
    step: (index) => this.#showGuide(index, true),
    again: () => this.#begin(this.#guide.step.settings),
    open: () => this.#showBench(this.#guide.step.settings),
    leave: () => this.#showBench(INITIAL),
  });

  constructor() {
    at("play").addEventListener("click", () => this.#playOrPause());
    at("again").addEventListener("click", () => this.#begin(this.#settings));
    at("alert-again").addEventListener("click", () => this.#begin(this.#settings));
    at("forget").addEventListener("click", () => this.#begin({ ...this.#settings, changes: [] }));
    at("outage").addEventListener("click", () =>
      this.#session.order({ type: "change", name: OUTAGE, value: OUTAGE_S }),
    );
    at("span").addEventListener("change", () => {
      this.#showSpan();
      this.#look();
    });
    for (const button of document.querySelectorAll<HTMLElement>("[data-step-to]")) {
      const to = button.dataset["stepTo"] === "decision" ? "decision" : "second";
      button.addEventListener("click", () => this.#session.order({ type: "step", to }));
    }
    for (const button of document.querySelectorAll<HTMLElement>("[data-view]")) {
      button.addEventListener("click", () => {
        if (button.dataset["view"] === "guide") this.#showGuide(0, false);
        else this.#showBench(this.#view === "bench" ? this.#settings : INITIAL);
      });
    }
    at("decider").addEventListener("change", () => {
      if (this.#facts !== undefined && this.#stage !== undefined) this.#decisions.show(this.#facts, this.#stage);
    });
    addEventListener("hashchange", () => this.#readUrl());
    themed(() => this.#stage?.redraw());
    wireCopies();
    // A wide screen has room for the settings beside the charts; elsewhere they come first only when asked for.
    if (innerWidth < 992) at<HTMLDetailsElement>("settings-fold").open = false;
    this.#readUrl();
  }

  #readUrl(): void {
    const hash = location.hash.slice(1);
    const step = /^guide(?:=([1-9]))?$/.exec(hash);
    if (hash === "" || step !== null) {
      this.#showGuide(Number(step?.[1] ?? 1) - 1, false);
      return;
    }
    const { settings, complaints } = readHash(hash, names);
    this.#showBench(settings);
    if (complaints.length > 0) this.#alert(`In the link: ${complaints.join("; ")}.`);
  }

  #showGuide(index: number, isAsked: boolean): void {
    this.#setView("guide");
    this.#guide.show(index);
    this.#begin(this.#guide.step.settings);
    if (isAsked) at("guide-title").focus({ preventScroll: true });
  }

  #showBench(settings: Settings): void {
    this.#setView("bench");
    this.#begin(settings);
  }

  #setView(view: "guide" | "bench"): void {
    this.#view = view;
    for (const section of document.querySelectorAll<HTMLElement>("[data-section]")) {
      section.hidden = section.dataset["section"] !== view;
    }
    for (const button of document.querySelectorAll<HTMLElement>("[data-view]")) {
      if (button.dataset["view"] === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }

  #begin(settings: Settings): void {
    this.#settings = settings;
    this.#news = undefined;
    this.#metrics = undefined;
    this.#facts = undefined;
    this.#isStopped = false;
    at("alert").hidden = true;
    this.#form.fill(settings);
    this.#knobs.fill(settings, 0, undefined);
    this.#speed.fill(Number(settings.values.speed));
    showTakeAway(settings, 0);
    this.#session.begin(settings, true);
    this.#writeUrl();
  }

  #hear(word: RunWord): void {
    switch (word.type) {
      case "began":
        this.#prepare(word);
        break;
      case "news":
        this.#frames.work(() => this.#take(word));
        break;
      case "ended":
        this.#metrics = word.metrics;
        this.#showWords();
        break;
      case "failed":
        this.#stop(`This can't be simulated: ${word.message}.`);
        break;
      default:
        word satisfies never;
    }
  }

  #prepare(facts: RunFacts): void {
    this.#facts = facts;
    this.#stage?.close();
    const isGuide = this.#view === "guide";
    const places = isGuide
      ? { runs: at("guide-runs"), titles: this.#guide.step.names }
      : { runs: at("runs"), together: at("together") };
    this.#stage = new Stage(facts, places, () => this.#look());
    this.#decisions.begin(facts);
    this.#knobs.fill(this.#settings, 0, facts.limit);
    this.#showSpan();
    this.#look();
  }

  #take(news: News): void {
    const stage = this.#stage;
    if (stage === undefined) return;
    for (const [index, track] of news.tracks.entries()) stage.books[index]?.take(track);
    stage.nowMs = news.nowMs;
    const isOverNow = news.isOver && this.#news?.isOver !== true;
    this.#news = news;
    // News come as copies: that they are others says nothing.
    if (JSON.stringify(news.changes) !== JSON.stringify(this.#settings.changes)) {
      this.#settings = { ...this.#settings, changes: news.changes };
      this.#writeUrl();
    }
    const isDue = isOverNow || !news.isPlaying || performance.now() - this.#wordsAtMs >= WORDS_EVERY_MS;
    this.#draw(() => this.#session.order({ type: "ready" }), isDue ? [this.#words] : []);
  }

  #showSpan(): void {
    this.#stage?.show(Number(at<HTMLSelectElement>("span").value));
  }

  /** What is looked at, or can be seen, has changed. */
  #look(): void {
    this.#draw(() => {}, this.#news === undefined ? [] : [this.#words]);
  }

  #draw(then: () => void, before: readonly Piece[] = []): void {
    const stage = this.#stage;
    if (stage === undefined) then();
    else this.#frames.draw([...before, ...stage.pieces()], then);
  }

  #showWords(): void {
    const [facts, stage, news] = [this.#facts, this.#stage, this.#news];
    if (facts === undefined || stage === undefined) return;
    this.#wordsAtMs = performance.now();
    const standings = standingsOf(stage, facts);
    if (this.#view === "guide") guideFacts(standings);
    else {
      const nowMs = news?.nowMs ?? 0;
      showScores(facts, standings, this.#metrics);
      this.#knobs.fill(this.#settings, nowMs, facts.limit);
      showTakeAway(this.#settings, nowMs);
      showChanges(this.#settings);
      showRange(stage);
      this.#decisions.show(facts, stage);
    }
    showRun({ facts, news, isStopped: this.#isStopped, p95Ms: this.#frames.p95Ms() });
  }

  #playOrPause(): void {
    if (this.#isStopped || this.#news?.isOver === true) this.#begin(this.#settings);
    else if (this.#news?.isPlaying === true) this.#session.order({ type: "pause" });
    else this.#session.order({ type: "play", speed: paceOf(this.#settings.values.speed) });
  }

  /** Before it has begun a setting is a setting; afterwards it is a change, with its instant. */
  #turn(name: string, value: number | string): void {
    const isOwn = this.#settings.scenario === "" || name !== "limit";
    if ((this.#news?.nowMs ?? 0) === 0 && isOwn) {
      this.#begin({ ...this.#settings, values: { ...this.#settings.values, [name]: value } });
    } else this.#session.order({ type: "change", name, value });
  }

  #setSpeed(speed: number): void {
    this.#settings = { ...this.#settings, values: { ...this.#settings.values, speed } };
    this.#speed.fill(speed);
    if (this.#news?.isPlaying === true) this.#session.order({ type: "play", speed: paceOf(speed) });
    this.#writeUrl();
  }

  #writeUrl(): void {
    clearTimeout(this.#urlTimer);
    this.#urlTimer = setTimeout(() => {
      const hash = this.#view === "guide" ? `guide=${this.#guide.index + 1}` : writeHash(this.#settings);
      if (location.hash.slice(1) !== hash) history.replaceState(null, "", `#${hash}`);
    }, URL_AFTER_MS);
  }

  #alert(text: string, canBeginAgain = false): void {
    write(at("alert-text"), text);
    at("alert-again").hidden = !canBeginAgain;
    at("alert").hidden = false;
  }

  #lose(why: string): void {
    this.#stop(`What simulates has stopped (${why}). What you see is what it had told.`);
  }

  #stop(text: string): void {
    this.#isStopped = true;
    document.documentElement.dataset["run"] = "lost";
    this.#showWords();
    this.#alert(text, true);
  }
}

new Playground();
