// The matrix: services and their operations, by verdict for one target, side by side for several.

class Matrix {
  constructor(runs, choose) {
    this.runs = runs;
    this.choose = choose;
    this.open = new Set();
    this.worstFirst = false;
    this.services = groupServices(runs);
    this.seen = VERDICTS.filter((verdict) => verdict === "match" || runs.some((run) => run.score[verdict] > 0));
    if (this.services.size === 1) this.open.add([...this.services.keys()][0]);
    this.node = el("div", { class: "panel scroll" });
    this.render();
  }

  render() {
    const rows = this.sorted(this.services, (entry) => entry.total).flatMap(([service, entry]) => {
      const operations = this.open.has(service) ? this.sorted(entry.operations, (each) => each) : [];
      return [
        this.row(service, entry.total, { service }),
        ...operations.map(([operation, scores]) => this.row(operation, scores, { operation })),
      ];
    });
    const all = this.runs.map((run) => run.score);
    rows.push(this.row("all", all, {}));
    replace(this.node, el("table", { class: "matrix" }, el("thead", {}, this.heads()), el("tbody", {}, rows)));
  }

  sorted(map, scoresOf) {
    const worst = (scores) => Math.min(...scores.filter(Boolean).map((score) => (score.match + score.waived) / score.total));
    const byName = ([a], [b]) => (a < b ? -1 : 1);
    const byScore = (a, b) => worst(scoresOf(a[1])) - worst(scoresOf(b[1])) || byName(a, b);
    return [...map].sort(this.worstFirst ? byScore : byName);
  }

  heads() {
    const names = this.runs.length === 1 ? ["Score", "", "Exchanges", ...this.seen] : this.runs.map((run) => run.target);
    const cells = names.map((name) => el("th", { scope: "col", class: name === "" ? "wide" : "number" }, name));
    return el("tr", {}, el("th", { scope: "col" }, "Service and operation"), cells);
  }

  row(name, scores, filter) {
    const isService = "service" in filter;
    const head = isService ? this.opener(name) : name;
    const cells = this.runs.length === 1 ? this.verdicts(scores[0], filter) : scores.map((score, index) => this.cell(score, index, filter));
    return el("tr", { class: isService || name === "all" ? "service" : null }, el("th", { scope: "row" }, head), cells);
  }

  opener(service) {
    const isOpen = this.open.has(service);
    const toggle = () => {
      if (!this.open.delete(service)) this.open.add(service);
      this.render();
      this.node.querySelector(`[data-service="${CSS.escape(service)}"]`).focus();
    };
    return el("button", { class: "plain", type: "button", "aria-expanded": String(isOpen), "data-service": service, onclick: toggle },
      el("span", { class: "twist", "aria-hidden": "true" }, "›"), service);
  }

  verdicts(score, filter) {
    const counts = this.seen.map((verdict) => el("td", { class: "number" }, this.count(score, verdict, filter)));
    return [
      el("td", { class: "number" }, `${percent(score)} %`),
      el("td", { class: "wide" }, bar(score, true)),
      el("td", { class: "number" }, score.total.toLocaleString("en")),
      ...counts,
    ];
  }

  count(score, verdict, filter) {
    const number = score[verdict];
    if (!number) return el("span", { class: "zero" }, "·");
    if (verdict === "match") return number.toLocaleString("en");
    const choose = () => this.choose({ ...filter, verdict });
    const label = `${number} ${verdict}: show them`;
    return el("button", { class: `count ${verdict}`, type: "button", title: label, onclick: choose }, number.toLocaleString("en"));
  }

  cell(score, index, filter) {
    if (!score) return el("td", { class: "number" }, el("span", { class: "zero" }, "·"));
    const choose = () => this.choose({ ...filter, verdict: ATTENTION, target: this.runs[index].target });
    const label = `${score.match} of ${score.total} match; show the others`;
    return el("td", { class: "number" },
      el("button", { class: "count", type: "button", title: label, onclick: choose }, `${percent(score)} %`), bar(score, true));
  }
}

// service > {total: a score a run, operations: operation > a score a run}
function groupServices(runs) {
  const services = new Map();
  runs.forEach((run, index) => {
    for (const [operation, score] of Object.entries(run.operations)) {
      const service = serviceOf(operation);
      if (!services.has(service)) services.set(service, { total: [], operations: new Map() });
      const entry = services.get(service);
      entry.total[index] = addInto(entry.total[index] || {}, score);
      if (!entry.operations.has(operation)) entry.operations.set(operation, []);
      entry.operations.get(operation)[index] = score;
    }
  });
  for (const entry of services.values()) {
    entry.total.length = runs.length;
    for (const scores of entry.operations.values()) scores.length = runs.length;
  }
  return services;
}

function matrixView(runs, choose) {
  const matrix = new Matrix(runs, choose);
  const box = el("input", { type: "checkbox", onchange: () => { matrix.worstFirst = box.checked; matrix.render(); } });
  return [
    el("div", { class: "matrix-head" },
      el("h2", { id: "matrix-title" }, "Operations"),
      el("label", { class: "switch" }, box, "worst first")),
    matrix.node,
  ];
}
