import type { BudgetSpec, Stamp } from "../control/budget.js";
import type { ResponseEvent, SendEvent } from "../control/controller.js";
import type { Dimension } from "../cost.js";
import type { LimitTraits } from "../signal/signal.js";

/** What a budget limits. */
export interface Limit {
  readonly dimension: Dimension;
  readonly scope?: string;
}

/** A try, as its budget knows it. Its stamp is replaced where the fleet's state is another than the sender thought. */
export interface Handle {
  stamp: Stamp;
}

interface Noted {
  readonly limit: Limit;
  /** When it happened, in milliseconds: of the process where it is noted, of the store once it is sent there. */
  readonly atMs: number;
}

/** What happened at one budget of one process since it last told the others. */
export type Note =
  /** A budget came to light. */
  | (Noted & { readonly kind: "born"; readonly born: BudgetSpec["born"] })
  /** A first response has shown whose limit it is, and so what is documented of it. */
  | (Noted & { readonly kind: "known"; readonly traits: LimitTraits })
  | (Noted & {
      readonly kind: "sent";
      readonly handle: Handle;
      readonly event: Omit<SendEvent, "nowMs">;
      /** The epoch that the sender knew of. */
      readonly epoch: number;
    })
  | (Noted & {
      readonly kind: "answered";
      readonly handle: Handle;
      readonly event: Omit<ResponseEvent<Stamp>, "nowMs" | "stamp">;
    })
  | (Noted & { readonly kind: "settled"; readonly handle: Handle; readonly actual: number | undefined });

/** Whether two limits are the same. */
export function isSameLimit(one: LimitLike, other: LimitLike): boolean {
  return one.dimension === other.dimension && one.scope === other.scope;
}

interface LimitLike {
  readonly dimension: Dimension;
  readonly scope?: string | undefined;
}
