// Puts the page together, and keeps the list in step with the filters and the address.

if (!window.DecompressionStream) {
  document.querySelector("main").prepend(el("p", { class: "notice" }, "This browser is too old to unpack the page's data: one of 2023 or later can."));
  return;
}

const data = await unpacked(document.getElementById("data").textContent);
const items = makeItems(data.runs);
for (const item of items) item.manyRuns = data.runs.length > 1;

const part = (id) => document.getElementById(id);
let filters = newFilters(items);
let list;

function showDifferences() {
  list = new List(filtered(items, filters));
  const status = el("div", { class: "status" });
  replace(part("differences"),
    el("h2", { id: "differences-title" }, "Differences"),
    filterView(items, filters, (change) => narrow(change)),
    status,
    list.node);
  tell(status);
}

// Only the list is made anew, so that what is being typed stays.
function narrow(change) {
  filters = { ...filters, ...change };
  list.show(filtered(items, filters));
  tell(part("differences").querySelector(".status"));
}

function tell(status) {
  const reset = () => { filters = { text: "", verdict: "" }; showDifferences(); };
  replace(status,
    el("span", { role: "status" }, `${count(list.items.length, "exchange")} of ${items.length.toLocaleString("en")} that are not simply a match`),
    el("span", {}, el("span", { class: "keys" }, "j and k move, / searches · "), el("button", { class: "plain", type: "button", onclick: reset }, el("u", {}, "show all"))));
}

function choose(change) {
  filters = { text: "", ...change };
  showDifferences();
  part("differences").scrollIntoView();
  part("differences").focus({ preventScroll: true });
}

function followAddress() {
  const id = decodeURIComponent(location.hash.slice(1));
  const wanted = items.find((item) => item.id === id);
  if (!wanted || list.open(id)) return;
  // Hidden, or thousands of rows away: it is shown among its scenario's.
  filters = { text: `${wanted.judgement.scenario} #`, verdict: "" };
  showDifferences();
  list.open(id, Infinity);
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping) return;
  if (event.key === "/") part("search").focus();
  else if (event.key === "j") list.step(1);
  else if (event.key === "k") list.step(-1);
  else return;
  event.preventDefault();
}

replace(part("head"), headView(data.runs));
replace(part("summary"), summaryView(data.runs, data.judge));
const problems = problemsView(data.runs);
if (problems) {
  part("problems").hidden = false;
  part("problems").append(problems);
}
replace(part("matrix"), matrixView(data.runs, choose));
showDifferences();
addEventListener("hashchange", followAddress);
addEventListener("keydown", onKey);
followAddress();
replace(part("foot"), "Written by ruststack-conform. This page asks for nothing from anywhere.");
