// The list of differences: rows are made as they are needed, and an exchange when it is opened.

const PAGE = 100;

function makeItems(runs) {
  const items = runs.flatMap((run, index) => {
    const gaps = new Map(run.gaps.map((gap) => [gap.id, gap]));
    return run.judgements.map((judgement) => makeItem(run, index, judgement, gaps));
  });
  return items.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
}

function makeItem(run, index, judgement, gaps) {
  const named = [...new Set(judgement.mismatches.map((mismatch) => mismatch.gap).filter(Boolean))];
  const severity = SEVERITIES.find((each) => judgement.mismatches.some((mismatch) => mismatch.severity === each)) || "";
  const source = run.sources[judgement.scenario] || { kind: "", version: "", region: "", date: "", sdk: "" };
  const isExplained = judgement.mismatches.length > 0 && judgement.mismatches.every((mismatch) => mismatch.gap);
  const order = ["crashed", "differs", "unsupported", "indeterminate", "waived"];
  return {
    run,
    judgement,
    severity,
    source,
    id: `${judgement.scenario}/${judgement.exchange}${index ? `@${index + 1}` : ""}`,
    operation: judgement.operation || "(none)",
    service: serviceOf(judgement.operation || judgement.scenario),
    sourceName: `${source.kind} ${source.version}`.trim(),
    gaps: named.map((id) => gaps.get(id) || { id, reason: "", evidence: "", expires: "", wrong: "" }),
    rank: (isExplained ? 100 : 0) + order.indexOf(judgement.verdict) * 10 + (severity === "critical" ? 0 : 1),
  };
}

function serviceOf(name) {
  return name.split(/[./]/)[0];
}

class List {
  constructor(items) {
    this.node = el("ol", { class: "items panel" });
    this.show(items);
  }

  show(items) {
    this.items = items;
    this.shown = 0;
    this.rows = new Map();
    this.node.replaceChildren();
    if (!items.length) this.node.append(el("li", { class: "none" }, "Nothing here."));
    this.showMore();
  }

  showMore() {
    this.button?.remove();
    const next = this.items.slice(this.shown, this.shown + PAGE);
    this.shown += next.length;
    this.node.append(...next.map((item) => this.row(item)));
    const left = this.items.length - this.shown;
    if (left > 0) {
      const more = () => this.showMore();
      this.button = el("li", {}, el("button", { class: "more", type: "button", onclick: more }, `Show more (${left.toLocaleString("en")})`));
      this.node.append(this.button);
    }
  }

  row(item) {
    const button = el("button", { class: "row", type: "button", "aria-expanded": "false", onclick: () => this.toggle(item) },
      el("span", { class: "twist", "aria-hidden": "true" }, "›"),
      el("span", { class: `pill ${item.judgement.verdict}` }, item.judgement.verdict),
      el("span", { class: "what" }, rowTitle(item), firstMismatch(item.judgement)),
      el("span", { class: "tags" }, rowTags(item)));
    const row = el("li", { class: "item", id: item.id }, button);
    this.rows.set(item.id, { row, button });
    return row;
  }

  toggle(item, open) {
    const { row, button } = this.rows.get(item.id);
    const isOpen = button.getAttribute("aria-expanded") === "true";
    if (open === isOpen) return;
    button.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) row.lastChild.remove();
    else row.append(exchangeView(item));
  }

  // Open an exchange of the list and go to it; false when it is not in the list, or more than `far` rows further down.
  open(id, far = 3 * PAGE) {
    const place = this.items.findIndex((item) => item.id === id);
    if (place < 0 || place >= this.shown + far) return false;
    while (this.shown <= place) this.showMore();
    this.toggle(this.items[place], true);
    const { row, button } = this.rows.get(id);
    row.scrollIntoView({ block: "start" });
    button.focus({ preventScroll: true });
    return true;
  }

  // Move the focus to the next row, or to the one before.
  step(by) {
    const buttons = [...this.rows.values()].map((each) => each.button);
    const at = buttons.indexOf(document.activeElement?.closest(".item")?.firstChild);
    const next = buttons[at < 0 ? 0 : Math.min(Math.max(at + by, 0), buttons.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
}

function rowTitle(item) {
  const { judgement } = item;
  const step = judgement.step ? ` · ${judgement.step}` : "";
  return [el("b", {}, item.operation), " ", el("span", { class: "where" }, `${judgement.scenario} #${judgement.exchange}${step}`)];
}

function firstMismatch(judgement) {
  const mismatch = [...judgement.mismatches].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))[0];
  if (judgement.verdict === "unsupported" || !mismatch) return el("span", { class: "first" }, firstNote(judgement));
  const more = judgement.mismatches.length - 1;
  const values = mismatch.kind === "missing" ? `${short(mismatch.expected)} is missing`
    : mismatch.kind === "extra" ? `${short(mismatch.actual)} is extra`
    : `${short(mismatch.expected)} → ${short(mismatch.actual)}`;
  return el("span", { class: "first" }, `${mismatch.path}: ${values}${more ? `, and ${more} more` : ""}`);
}

// The name alone of an operation that the target lacks would say nothing new.
function firstNote(judgement) {
  const isNamed = judgement.note === "" || judgement.note === judgement.operation;
  return judgement.verdict === "unsupported" && isNamed ? "the target says that it lacks this" : judgement.note || judgement.request;
}

function short(value) {
  const text = value === null ? "nothing" : value.replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function rowTags(item) {
  return [
    item.severity === "critical" ? el("span", { class: "tag severity critical" }, "critical") : null,
    item.gaps.slice(0, 2).map((gap) => el("span", { class: "tag", title: gap.reason }, gap.id)),
    item.manyRuns ? el("span", { class: "tag" }, item.run.target) : null,
  ];
}
