import type { Clock } from "../../../clock.js";
import type { Random } from "../../../random.js";
import type { Display } from "../display.js";
import type { Stop } from "../live/job.js";
import type { HostedApi } from "./api.js";
import type { BatchStatus } from "./batch-view.js";
import type { Caps } from "./caps.js";
import type { Piece } from "./cut.js";
import type { Journal, OrderedPart, Part } from "./journal.js";
import type { MergeTarget } from "./merge.js";
import { Pauses } from "./pause.js";
import type { Told } from "./told.js";

/** What the batches of all servers share. */
export interface BatchesHouse {
  readonly clock: Clock;
  readonly random: Random;
  readonly display: Display;
  readonly journal: Journal;
  readonly target: MergeTarget;
  /** The first pause between two looks, in milliseconds. */
  readonly pollMs: number;
  /** Only ends what runs, and orders nothing. */
  readonly isCancelling: boolean;
  /** Aborts when nothing more is to be begun. */
  readonly stopping: AbortSignal;
  stopFor(stop: Stop): void;
  /** A line that can't be in any batch. */
  tell(problem: Extract<Piece, { kind: "problem" }>): Promise<void>;
  /** A batch has ended so. */
  onEnded(status: BatchStatus): void;
}

/** A batch that runs, as far as is known. */
export interface Running {
  readonly part: OrderedPart & { readonly batchId: string };
  /** Share of its requests that were worked off, 0 to 1. */
  share: number;
  /** Whether the server knows by now that we don't want it. */
  isCancelAsked: boolean;
}

/** An order of which nobody knows whether it was taken. */
export interface Lost {
  readonly part: OrderedPart;
  readonly looks: number;
}

/** A part that is to be ordered. It may have a file at the server already. */
export type Waiting = Part & { readonly fileId?: string };

/** How often a person hears of the same trouble, in milliseconds. */
const COMPLAINT_MS = 60_000;
/** Where a queue was full, and nothing of ours ends, it is tried again after so long, in milliseconds. */
const FULL_MS = 600_000;

/** What one server's batches need. */
export interface DeskParts {
  readonly api: HostedApi;
  readonly caps: Caps;
  readonly pieces: AsyncGenerator<Piece>;
  /** Models of which the server takes no batch, with its words. Whoever cuts the pieces looks here. */
  readonly refused: Map<string, string>;
}

/** How the batches of one server stand, and when something may be done about them again. */
export class Desk implements DeskParts {
  readonly api: HostedApi;
  readonly caps: Caps;
  readonly pieces: AsyncGenerator<Piece>;
  readonly refused: Map<string, string>;
  readonly house: BatchesHouse;
  readonly running = new Map<string, Running>();
  lost: readonly Lost[] = [];
  readonly waiting: Waiting[] = [];
  /** When to look next. */
  lookAtMs: number;
  /** Whether nothing more is ordered before the next look. */
  isBlocked = false;
  #fullUntilMs = Number.NEGATIVE_INFINITY;
  readonly #pauses: Pauses;
  readonly #complainedMs = new Map<string, number>();

  /** @param parts those that were ordered before */
  constructor({ api, caps, pieces, refused }: DeskParts, parts: readonly OrderedPart[], house: BatchesHouse) {
    this.api = api;
    this.caps = caps;
    this.pieces = pieces;
    this.refused = refused;
    this.house = house;
    this.#pauses = new Pauses(house.pollMs, house.random);
    this.lookAtMs = house.clock.now();
    for (const part of parts) this.adopt(part);
  }

  /** All that was ordered, lost orders too. */
  get standing(): readonly { readonly part: OrderedPart; readonly share: number }[] {
    return [...this.running.values(), ...this.lost.map(({ part }) => ({ part, share: 0 }))];
  }

  /** Places that are taken, as far as we know. */
  get underWay(): number {
    return this.running.size + this.lost.length;
  }

  /** A part was ordered, now or in an earlier run. */
  adopt(part: OrderedPart): void {
    const { batchId } = part;
    if (batchId === undefined) this.lost = [...this.lost, { part, looks: 0 }];
    else
      this.running.set(part.mark, {
        part: { ...part, batchId },
        share: 0,
        isCancelAsked: false,
      });
  }

  /** The next look comes after a pause, which grows until something happens. */
  lookLater(atLeastMs = 0): void {
    this.lookAtMs = this.house.clock.now() + this.#pauses.next(atLeastMs);
  }

  /** A place is free, or the server has said that its queue is full: then nothing is ordered for a while. */
  onRoom(isRoom: boolean): void {
    this.#fullUntilMs = isRoom ? Number.NEGATIVE_INFINITY : this.house.clock.now() + FULL_MS;
  }

  /** Whether another batch may be ordered now. */
  get hasRoom(): boolean {
    return !this.isBlocked && this.underWay < this.caps.batchesMax && this.house.clock.now() >= this.#fullUntilMs;
  }

  /** Something has happened: what follows may come soon. */
  hurry(): void {
    this.#pauses.restart();
  }

  /** What can't be done now: it is told, and tried again after a pause, unless it is futile. */
  meet(told: Exclude<Told<never>, { kind: "done" }>, what: string): void {
    if (told.kind === "stopped") return;
    if (told.kind === "futile") return this.house.stopFor({ because: told.because, message: told.message });
    this.isBlocked = true;
    if (this.lookAtMs <= this.house.clock.now()) this.lookLater();
    this.complain(what, `${this.api.host} ${what} (${told.message}); trying again`);
  }

  /** Says it, though not each time. */
  complain(what: string, message: string): void {
    const nowMs = this.house.clock.now();
    if (nowMs < (this.#complainedMs.get(what) ?? Number.NEGATIVE_INFINITY)) return;
    this.#complainedMs.set(what, nowMs + COMPLAINT_MS);
    this.house.display.note("waiting", message);
  }

  /** There is no going on, for a reason that the user has to know. */
  stop(message: string): void {
    this.house.stopFor({ because: "refused", message });
  }
}
