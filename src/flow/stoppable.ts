import { from, Observable, type ObservableInput, type Observer, type Subscription } from "rxjs";

/**
 * Subscribes to what `make` returns; what it throws is its error. `onSubscribe` gets the subscription before anything
 * runs, so that a source which emits without a pause can be stopped from within.
 */
export function subscribeStoppably<T>(
  make: () => ObservableInput<T>,
  observer: Observer<T>,
  onSubscribe: (subscription: Subscription) => void,
): void {
  const source$ = new Observable<T>((subscriber) => {
    onSubscribe(subscriber);
    return subscriber.closed ? undefined : from(make()).subscribe(subscriber);
  });
  source$.subscribe(observer);
}
