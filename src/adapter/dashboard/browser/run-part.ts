import type { RunView } from "../../../cli/batch/page/run-view.js";
import { at, write } from "../../../page/browser/place.js";
import { tableRows } from "../../../page/browser/table-rows.js";
import { amount, perSecond, span } from "./words.js";

/** Shows how a run stands: what is done, what is left, what failed, and at its end how it went. */
export function showRun({ models, failures, problems, elapsedMs, output, errors, ending }: RunView): void {
  const sum = (pick: (row: RunView["models"][number]) => number): number =>
    models.reduce((total, row) => total + pick(row), 0);
  const [total, done, failed, tokens] = [
    sum((row) => row.total),
    sum((row) => row.done),
    sum((row) => row.failed),
    sum((row) => row.tokens),
  ];
  at("run").hidden = false;
  const progress = at("done") as HTMLProgressElement;
  progress.max = Math.max(1, total);
  progress.value = done;
  const isOver = ending !== undefined || done === total;
  const left = models.map(({ leftMs }) => leftMs).filter((leftMs) => leftMs !== undefined);
  const isKnown = left.length === models.length && left.length > 0;
  write(at("share"), total === 0 ? "–" : `${Math.floor((100 * done) / total)} %`);
  write(at("counts"), `${amount(done)} of ${amount(total)} done`);
  write(at("left"), isOver ? "–" : isKnown ? span(Math.max(...left)) : "…");
  write(at("elapsed"), span(elapsedMs));
  write(at("failed"), amount(failed + problems));
  at("failed").classList.toggle("missed", failed + problems > 0);
  write(at("tokens"), amount(tokens));
  tableRows(
    at("progress"),
    models.map((row) => [
      row.model,
      `${amount(row.done)} of ${amount(row.total)}`,
      amount(row.inFlight),
      amount(row.queued),
      row.phase === "pause" ? "waits" : perSecond(row.ratePerSecond),
      perSecond(row.limitPerSecond),
      amount(row.failed),
      amount(row.tokens),
      row.done === row.total ? "done" : span(row.leftMs),
    ]),
  );
  at("failures-part").hidden = failures.length === 0 && problems === 0;
  tableRows(at("failures"), [
    ...failures.map(([reason, times]) => [/^\d+$/.test(reason) ? `status ${reason}` : reason, amount(times)] as const),
    ...(problems === 0 ? [] : [["lines that could not be sent", amount(problems)] as const]),
  ]);
  const files = [
    output === undefined ? "standard output" : output,
    ...(errors === undefined || errors === output ? [] : [errors]),
  ];
  write(at("files"), files.join(", "));
  at("ending").hidden = ending === undefined;
  write(at("ending"), ending?.text ?? "");
  at("ending").classList.toggle("held", ending?.isGood === true);
}
