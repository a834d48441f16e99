import { from, Observable, type ObservableInput, type Observer, type Subscription } from "rxjs";

/** Who observes a source that it makes itself, and may stop it from within. An object, since closures for each try cost more. */
export interface Stopper<T> extends Observer<T> {
  /** Makes the source. What it throws is the source's error. */
  source(): ObservableInput<T>;
  /** Gets the subscription before anything runs, so that a source which emits without a pause can be stopped from within. */
  onSubscribe(subscription: Subscription): void;
}

/** Subscribes to the source of a {@link Stopper}. */
export function subscribeStoppably<T>(stopper: Stopper<T>): void {
  const source$ = new Observable<T>((subscriber) => {
    stopper.onSubscribe(subscriber);
    return subscriber.closed ? undefined : from(stopper.source()).subscribe(subscriber);
  });
  source$.subscribe(stopper);
}
