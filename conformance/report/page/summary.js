// The head of the page: each target's score, where the recordings come from, and what is wrong with the run itself.

function headView(runs) {
  const title = runs.length === 1 ? `AWS conformance of ${runs[0].target}` : "AWS conformance, side by side";
  const exchanges = Math.max(...runs.map((run) => run.exchanges), 0);
  const scenarios = Math.max(...runs.map((run) => run.scenarios), 0);
  return [
    el("h1", {}, title),
    el("p", { class: "soft" }, `${count(exchanges, "recorded exchange")} of ${count(scenarios, "scenario")}, replayed and compared in every dimension.`),
  ];
}

function summaryView(runs, judge) {
  return el("div", { class: "targets" }, runs.map(targetView), el("div", { class: "panel target" }, provenance(runs, judge)));
}

function targetView(run) {
  const legend = VERDICTS.map((verdict) =>
    el("li", { class: run.score[verdict] ? verdict : "empty" }, `${run.score[verdict].toLocaleString("en")} ${verdict}`));
  return el("div", { class: "panel target" },
    el("h2", {}, run.target),
    el("div", { class: "score" },
      el("strong", {}, `${percent(run.score)} %`),
      el("span", { class: "soft" }, run.score.waived ? `match; ${percentWithWaived(run.score)} % with waived` : "match")),
    bar(run.score),
    el("ul", { class: "legend" }, legend),
    facts([
      ["run", [run.started.replace("T", " ").replace("+00:00", " UTC"), `${run.seconds.toFixed(1)} s`].filter(Boolean).join(", ")],
      ["at", run.url],
      ["part", run.shard],
    ]));
}

function facts(pairs) {
  return el("dl", { class: "facts" },
    pairs.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function provenance(runs, judge) {
  const sources = new Map();
  for (const run of runs) {
    for (const [scenario, source] of Object.entries(run.sources)) {
      const name = `${source.kind} ${source.version}`.trim();
      if (!sources.has(name)) sources.set(name, { scenarios: new Set(), seen: 0, dates: [], regions: new Set(), sdks: new Set() });
      const entry = sources.get(name);
      if (entry.scenarios.has(scenario)) continue;
      entry.scenarios.add(scenario);
      entry.seen += source.seen_on_aws ? 1 : 0;
      entry.dates.push(source.date);
      entry.regions.add(source.region);
      entry.sdks.add(source.sdk);
    }
  }
  return [
    el("h2", {}, "Recorded from"),
    [...sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, entry]) => [
      el("h3", {}, name),
      facts([
        ["scenarios", `${entry.scenarios.size}, ${entry.seen ? `${entry.seen} of them seen on AWS` : "none of them seen on AWS"}`],
        ["recorded", span(entry.dates)],
        ["region", [...entry.regions].join(", ")],
        ["by", [...entry.sdks].join(", ")],
      ]),
    ]),
    facts([["judge", judge ? `ruststack-conform ${judge}` : ""]]),
  ];
}

function span(dates) {
  const sorted = dates.filter(Boolean).sort();
  const [first, last] = [sorted[0] || "", sorted[sorted.length - 1] || ""];
  return first === last ? first : `${first} to ${last}`;
}

function problemsView(runs) {
  const lines = runs.flatMap((run) => [...run.problems, ...run.left].map((line) => (runs.length > 1 ? `${run.target}: ${line}` : line)));
  if (!lines.length) return null;
  return el("div", { class: "notice" }, el("b", {}, count(lines.length, "thing") + " to settle"),
    el("ul", {}, lines.map((line) => el("li", {}, line))));
}
