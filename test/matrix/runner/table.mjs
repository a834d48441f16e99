/** The matrix as a Markdown table: doors and versions down, runtimes across, in each cell how many checks held. */
export function tableOf(told) {
  const columns = [...new Set(told.map(({ runtime }) => runtime))];
  const rows = Map.groupBy === undefined ? grouped(told) : Map.groupBy(told, rowOf);
  const lines = [...rows].map(([row, verdicts]) => {
    const cells = columns.map((column) => wordFor(verdicts.filter(({ runtime }) => runtime === column)));
    return `| ${row} | ${cells.join(" | ")} |`;
  });
  return [
    `| door | version | ${columns.join(" | ")} |`,
    `| --- | --- | ${columns.map(() => "---").join(" | ")} |`,
    ...lines,
  ].join("\n");
}

/** One line for each check that failed, and one for what couldn't be run here. */
export function failuresIn(told) {
  return told
    .filter(({ ok }) => ok === false)
    .map(({ cell, runtime, check, detail }) => `RED ${cell} on ${runtime}: ${check}: ${asText(detail)}`);
}

function rowOf({ door, version }) {
  return `${door} | ${version}`;
}

/** Node 20 has no Map.groupBy. */
function grouped(told) {
  const rows = new Map();
  for (const verdict of told) rows.set(rowOf(verdict), [...(rows.get(rowOf(verdict)) ?? []), verdict]);
  return rows;
}

function wordFor(verdicts) {
  if (verdicts.length === 0) return "";
  const ran = verdicts.filter(({ ok }) => ok !== null);
  if (ran.length === 0) return "not here";
  const good = ran.filter(({ ok }) => ok).length;
  return good === ran.length ? `${good} of ${ran.length}` : `**${good} of ${ran.length}**`;
}

function asText(detail) {
  return typeof detail === "string" ? detail : JSON.stringify(detail);
}
