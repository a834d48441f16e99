import { Observable, type OperatorFunction, Subscription } from "rxjs";

/** An input whose results aren't all handed on yet. */
interface Place<Out> {
  readonly values: Out[];
  isComplete: boolean;
  hasFailed: boolean;
  error: unknown;
}

/**
 * Runs the inner observables at once and hands on their results in the order of the inputs. No more than `bufferMax`
 * places are open: inputs beyond wait for the first place to end. An error takes its turn, so that nothing before it is lost.
 */
export function mergeInOrder<In, Out>(
  project: (input: In) => Observable<Out>,
  bufferMax: number,
): OperatorFunction<In, Out> {
  return (source$) =>
    new Observable<Out>((subscriber) => {
      const places: Place<Out>[] = [];
      const inputs: { readonly value: In }[] = [];
      const inner = new Subscription();
      let isSourceComplete = false;

      let isAdvancing = false;

      /** Hands on what the first places have; opens places for inputs that wait. Never recurses: a place may end at once. */
      const advance = (): void => {
        if (isAdvancing) return;
        isAdvancing = true;
        do {
          handOn();
          const input = inputs.length > 0 && places.length < bufferMax ? inputs.shift() : undefined;
          if (input !== undefined) open(input.value);
          else if (places[0]?.isComplete !== true) break;
        } while (!subscriber.closed);
        isAdvancing = false;
        if (isSourceComplete && places.length === 0) subscriber.complete();
      };

      const handOn = (): void => {
        for (let first = places[0]; first !== undefined; first = places[0]) {
          for (const value of first.values.splice(0)) subscriber.next(value);
          if (first.hasFailed) subscriber.error(first.error);
          if (!first.isComplete) return;
          places.shift();
        }
      };

      const open = (input: In): void => {
        const place: Place<Out> = { values: [], isComplete: false, hasFailed: false, error: undefined };
        places.push(place);
        inner.add(
          project(input).subscribe({
            next: (value) => {
              if (places[0] === place) subscriber.next(value);
              else place.values.push(value);
            },
            error: (error: unknown) => {
              place.hasFailed = true;
              place.error = error;
              if (places[0] === place) advance();
            },
            complete: () => {
              place.isComplete = true;
              if (places[0] === place) advance();
            },
          }),
        );
      };

      subscriber.add(inner);
      subscriber.add(
        source$.subscribe({
          next: (input) => {
            if (inputs.length > 0 || places.length >= bufferMax) inputs.push({ value: input });
            else open(input);
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            isSourceComplete = true;
            if (places.length === 0) subscriber.complete();
          },
        }),
      );
    });
}
