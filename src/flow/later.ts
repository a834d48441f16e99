/**
 * Throws where nobody can be harmed by it, so that the platform reports it: what a subscriber or a teardown throws is
 * nothing that the loop could mend, and in its midst it would cost others their turn. RxJS does the same.
 */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
