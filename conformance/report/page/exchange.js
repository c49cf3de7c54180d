// One exchange, opened: what was judged, what was sent, and the two answers side by side.

function exchangeView(item) {
  const detail = item.judgement.detail;
  return el("div", { class: "exchange" },
    about(item),
    mismatchTable(item.judgement),
    item.gaps.map(gapNote),
    detail ? requestView(item.judgement, detail.request) : null,
    detail ? answers(item.judgement, detail) : null,
    detail && detail.curl ? reproductions(detail) : null,
  );
}

function about(item) {
  const { judgement, source, run } = item;
  const facts = [
    ["scenario", judgement.scenario],
    ["account", judgement.account],
    ["recorded from", `${source.kind} ${source.version}`.trim() + `, ${source.region}, ${source.date}, ${source.sdk}`],
    ["seen on AWS", source.seen_on_aws ? "yes" : "no"],
    ["target", run.target],
    ["answered in", judgement.seconds ? `${(judgement.seconds * 1000).toFixed(1)} ms` : ""],
    ["note", judgement.note],
  ];
  return el("div", { class: "about" },
    facts.filter(([, value]) => value).map(([name, value]) => el("span", {}, `${name} `, el("b", {}, value))),
    el("a", { href: `#${item.id}` }, "link to this"),
  );
}

function mismatchTable(judgement) {
  if (!judgement.mismatches.length) return null;
  const order = (mismatch) => SEVERITIES.indexOf(mismatch.severity);
  const rows = [...judgement.mismatches].sort((a, b) => order(a) - order(b)).map((mismatch) =>
    el("tr", {},
      el("td", { class: `severity ${mismatch.severity}` }, mismatch.severity),
      el("td", { class: "mono path" }, mismatch.path),
      el("td", {}, mismatch.kind),
      el("td", { class: "mono" }, valueOf(mismatch.expected, "value-expected")),
      el("td", { class: "mono" }, valueOf(mismatch.actual, "value-actual")),
    ));
  const heads = ["Severity", "Where", "What", "Expected", "Actual"].map((name) => el("th", { scope: "col" }, name));
  return el("table", { class: "mismatches" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows));
}

function valueOf(value, name) {
  if (value === null) return null;
  return el("span", { class: name }, value === "" ? "(empty)" : value);
}

function gapNote(gap) {
  return el("div", { class: "gap" },
    el("b", {}, `Known gap: ${gap.id}`),
    el("p", {}, gap.reason),
    el("p", { class: "soft" }, `${gap.wrong === "recording" ? "The recording is not as AWS" : "The target is not as AWS"} · ` +
      `evidence: ${gap.evidence} · expires ${gap.expires}`),
  );
}

// Headers that carry and sign the request, and say nothing of what it asks for.
const CARRIES = /^(accept-encoding|amz-sdk-.*|authorization|connection|content-length|expect|host|user-agent|x-amz-(content-sha256|date|user-agent))$/i;

function requestView(judgement, request) {
  const lines = (headers) => headers.map(([name, value]) => [el("span", { class: "name" }, name), `: ${value}\n`]);
  const carrying = request.headers.filter(([name]) => CARRIES.test(name));
  const asking = request.headers.filter(([name]) => !CARRIES.test(name));
  const body = request.body ? ["\n", bodyLines(request.body).join("\n")] : [];
  return el("div", {},
    el("h3", {}, "Request"),
    el("pre", { class: "wire", tabindex: "0" }, el("b", {}, judgement.request), "\n", lines(asking), body),
    request.body ? el("div", { class: "note" }, bodyNote(request.body)) : null,
    carrying.length ? el("details", {},
      el("summary", {}, `${count(carrying.length, "header")} that carry and sign it`),
      el("pre", { class: "wire", tabindex: "0" }, lines(carrying))) : null,
  );
}

// Cells in pairs, so that both sides stay level; a narrow screen orders one side after the other.
function answers(judgement, detail) {
  const lines = pairs(judgement, detail).map(([expected, actual, isJudged]) => {
    const state = expected === actual ? "" : isJudged ? "bad" : "equal";
    const isPair = expected !== undefined && actual !== undefined;
    const [start, end] = state && isPair ? common(expected, actual) : [Infinity, 0];
    return [lineOf(expected, `left ${state}`, start, end), lineOf(actual, `right ${state}`, start, end)];
  });
  return el("div", { class: "sides" },
    el("h3", { class: "left" }, "Expected"),
    el("h3", { class: "right" }, "Actual"),
    lines,
    el("div", { class: "left note" }, bodyNote(detail.expected.body)),
    el("div", { class: "right note" }, detail.actual ? bodyNote(detail.actual.body) : "no answer"));
}

// Lines of both answers with whether their difference was judged to be one: dates and ids may differ.
function pairs(judgement, detail) {
  const { expected, actual } = detail;
  const paths = judgement.mismatches.map((mismatch) => mismatch.path);
  const found = [[statusLine(expected), actual ? statusLine(actual) : undefined, paths.includes("status") || paths.includes("reason")]];
  const others = new Map((actual ? actual.headers : []).map(([name, value]) => [name.toLowerCase(), `${name}: ${value}`]));
  const isJudged = (name) => paths.some((path) => path.toLowerCase() === `header ${name}`);
  for (const [name, value] of expected.headers) {
    const key = name.toLowerCase();
    found.push([`${name}: ${value}`, others.get(key), isJudged(key)]);
    others.delete(key);
  }
  for (const [key, line] of others) found.push([undefined, line, isJudged(key)]);
  const left = bodyLines(expected.body);
  const right = actual ? bodyLines(actual.body) : [];
  if (left.length || right.length) found.push(["", "", false]);
  const [one, other] = [judgedLines(judgement, left), judgedLines(judgement, right)];
  const places = aligned(left, right);
  let [i, j] = [0, 0];
  for (const [expectedLine, actualLine] of places) {
    const isBad = (expectedLine !== undefined && one[i++]) | (actualLine !== undefined && other[j++]);
    found.push([expectedLine, actualLine, Boolean(isBad)]);
  }
  return found;
}

function statusLine(answer) {
  return `${answer.status} ${answer.reason}`.trim();
}

// Which lines of a body a mismatch speaks of: by its element or member, with all that is in it when that is not there
// on the other side; or the body as a whole.
function judgedLines(judgement, lines) {
  const marks = judgement.mismatches.filter((mismatch) => mismatch.path.startsWith("body")).map(markOf);
  let inside = -1;
  return lines.map((line) => {
    const indent = line.search(/\S|$/);
    if (inside >= 0) {
      if (indent > inside) return true;
      const closes = indent === inside && /^\s*(<\/|[}\]])/.test(line);
      inside = -1;
      if (closes) return true;
    }
    const found = marks.filter(({ name }) => name === "" || line.includes(`<${name}`) || line.includes(`"${name}"`) ||
      (name === "[xmlns" && line.includes(" xmlns")));
    if (found.some((mark) => mark.isWhole && mark.name !== "")) inside = indent;
    return found.length > 0;
  });
}

function markOf(mismatch) {
  const last = mismatch.path.slice(5).replace(/\[\d+\]/g, "").split("/").pop();
  const name = { xmlns: "[xmlns", "<?xml?>": "?xml" }[last] ?? last;
  return { name, isWhole: mismatch.kind === "missing" || mismatch.kind === "extra" };
}

function lineOf(text, state, start, end) {
  if (text === undefined) return el("div", { class: `line gap-line ${state}`, "aria-hidden": "true" });
  if (!state.endsWith("bad")) return el("div", { class: `line ${state}` }, text);
  const [before, middle, after] = [text.slice(0, start), text.slice(start, text.length - end), end ? text.slice(-end) : ""];
  return el("div", { class: `line ${state}` }, before, middle ? el("mark", {}, middle) : null, after);
}

function reproductions(detail) {
  return el("div", {},
    el("h3", {}, "Reproduce the request alone"),
    codeView(detail.curl),
    el("h3", {}, "Reproduce all that leads to it"),
    codeView(detail.boto3),
  );
}

function codeView(text) {
  const button = el("button", { type: "button", onclick: () => copy(text, button) }, "Copy");
  return el("div", { class: "code" }, el("pre", { class: "wire", tabindex: "0" }, text), button);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // A page opened from a file may not be allowed to; the text can then be copied by hand.
    const range = document.createRange();
    range.selectNodeContents(button.previousSibling);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = "Selected";
  }
}
