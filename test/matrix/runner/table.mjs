/** How a table lies: what goes down, under these heads, and what goes across. */
const LAYOUTS = {
  doors: { down: ["door", "version"], across: "runtime" },
  runtimes: { down: ["runtime", "version"], across: "door" },
};

/**
 * The matrix as Markdown, by name: of `doors`, SDKs and their versions on runtimes and with types; of `runtimes`, these
 * with what they were asked for. What nobody was asked for has no table.
 */
export function tablesOf(told) {
  const tables = Object.entries(LAYOUTS)
    .map(([name, layout]) => [name, told.filter(({ table }) => table === name), layout])
    .filter(([, verdicts]) => verdicts.length > 0)
    .map(([name, verdicts, layout]) => [name, tableOf(verdicts, layout)]);
  return Object.fromEntries(tables);
}

/** In each cell how many checks held, or, where there is but one, what it measured. */
function tableOf(told, { down: [down, version], across }) {
  const columns = [...new Set(told.map((verdict) => verdict[across]))];
  const lines = [...grouped(told, down, version)].map(([row, verdicts]) => {
    const cells = columns.map((column) => wordFor(verdicts.filter((verdict) => verdict[across] === column)));
    return `| ${row} | ${cells.join(" | ")} |`;
  });
  const head = [down, version, ...columns];
  return [`| ${head.join(" | ")} |`, `| ${head.map(() => "---").join(" | ")} |`, ...lines].join("\n");
}

/** One line for each check that failed, and, where nothing may be missing, for what couldn't be run here. */
export function failuresIn(told, { needsAll }) {
  return told
    .filter(({ ok }) => ok === false || (needsAll && ok === null))
    .map(({ cell, runtime, check, detail }) => `RED ${cell} on ${runtime}: ${check}: ${asText(detail)}`);
}

/** Rows by their head. What tells no version stands beside what does. */
function grouped(told, down, version) {
  const rows = new Map();
  for (const verdict of told) {
    const known = verdict[version] || told.find((other) => other[down] === verdict[down] && other[version])?.[version];
    const row = `${verdict[down]} | ${known ?? ""}`;
    rows.set(row, [...(rows.get(row) ?? []), verdict]);
  }
  return rows;
}

function wordFor(verdicts) {
  if (verdicts.length === 0) return "";
  const ran = verdicts.filter(({ ok }) => ok !== null);
  if (ran.length === 0) return "not here";
  const [only, ...more] = ran;
  if (more.length === 0 && only.ok && typeof only.detail === "string" && only.detail !== "") return only.detail;
  const good = ran.filter(({ ok }) => ok).length;
  return good === ran.length ? `${good} of ${ran.length}` : `**${good} of ${ran.length}**`;
}

function asText(detail) {
  return typeof detail === "string" ? detail : JSON.stringify(detail);
}
