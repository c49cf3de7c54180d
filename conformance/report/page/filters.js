// Which of the exchanges are shown: by what they are, and by what they say.

const ATTENTION = "attention";

const CHOICES = [
  ["target", "Target", (item) => [item.run.target]],
  ["service", "Service", (item) => [item.service]],
  ["operation", "Operation", (item) => [item.operation]],
  ["verdict", "Verdict", (item) => [item.judgement.verdict, ...(item.judgement.verdict === "waived" ? [] : [ATTENTION])]],
  ["severity", "Severity", (item) => [item.severity]],
  ["source", "Source", (item) => [item.sourceName]],
  ["gap", "Known gap", (item) => (item.gaps.length ? ["any", ...item.gaps.map((gap) => gap.id)] : ["none"])],
];

function newFilters(items) {
  return { text: "", verdict: items.some((item) => item.judgement.verdict !== "waived") ? ATTENTION : "" };
}

function filtered(items, filters) {
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const active = CHOICES.filter(([name]) => filters[name]);
  return items.filter((item) =>
    active.every(([name, , values]) => values(item).includes(filters[name])) &&
    words.every((word) => searchable(item).includes(word)));
}

// What the search looks through; built when first searched.
function searchable(item) {
  if (item.text === undefined) {
    const { judgement } = item;
    const said = judgement.mismatches.flatMap((mismatch) => [mismatch.path, mismatch.kind, mismatch.expected, mismatch.actual, mismatch.gap]);
    const place = `${judgement.scenario} #${judgement.exchange} ${judgement.scenario}/${judgement.exchange}`;
    item.text = [place, item.operation, judgement.step, judgement.request, judgement.note, item.run.target, ...said]
      .join("\n").toLowerCase();
  }
  return item.text;
}

function filterView(items, filters, changed) {
  const search = el("input", {
    type: "search",
    id: "search",
    value: filters.text,
    placeholder: "scenario, path, value …",
    autocomplete: "off",
    oninput: () => changed({ text: search.value }),
  });
  const label = el("div", { class: "search" }, el("label", { for: "search" }, "Search"), search);
  const selects = CHOICES.map(([name, title, values]) => select(name, title, options(name, values, items), filters, changed));
  return el("div", { class: "filters panel", role: "search" }, label, selects);
}

function options(name, values, items) {
  const counts = new Map();
  for (const item of items) for (const value of values(item)) counts.set(value, (counts.get(value) || 0) + 1);
  const order = { verdict: [ATTENTION, ...VERDICTS], severity: SEVERITIES, gap: ["none", "any"] }[name] || [];
  const rank = (value) => (order.includes(value) ? order.indexOf(value) : order.length);
  return [...counts].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function select(name, title, choices, filters, changed) {
  if (choices.length < 2 && !filters[name]) return null;
  const words = { [ATTENTION]: "all but waived" };
  const id = `by-${name}`;
  const node = el("select", { id, name, onchange: () => changed({ [name]: node.value }) },
    el("option", { value: "" }, "all"),
    choices.filter(([value]) => value).map(([value, number]) =>
      el("option", { value, selected: filters[name] === value }, `${words[value] || value} (${number})`)));
  return el("div", {}, el("label", { for: id }, title), node);
}
