// Elements are made here and nowhere else. Text is always a text node: nothing that a server said is read as markup.

const SVG = "http://www.w3.org/2000/svg";
const VERDICTS = ["match", "waived", "differs", "unsupported", "crashed", "indeterminate"];
const SEVERITIES = ["critical", "major", "minor"];

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick" || name === "oninput" || name === "onchange") node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

function replace(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

function count(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many || `${one}s`}`;
}

// A bar of the verdicts' parts, with its numbers as its name.
function bar(score, thin) {
  const shown = VERDICTS.filter((verdict) => score[verdict] > 0);
  let from = 0;
  const parts = shown.map((verdict) => {
    const width = (100 * score[verdict]) / score.total;
    const part = svg("rect", { class: verdict, x: `${from}%`, width: `${width}%`, height: "100%" });
    from += width;
    return part;
  });
  const label = shown.map((verdict) => `${score[verdict]} ${verdict}`).join(", ") || "nothing";
  return svg("svg", { class: thin ? "bar thin" : "bar", role: "img", "aria-label": label }, svg("title", {}, label), parts);
}

function addInto(sum, score) {
  for (const name of ["total", ...VERDICTS]) sum[name] = (sum[name] || 0) + (score[name] || 0);
  return sum;
}

// Cut, never rounded up: 100 only when all match.
function percent(score) {
  const tenths = score.total ? Math.floor((1000 * score.match) / score.total) : 0;
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

function percentWithWaived(score) {
  return percent({ total: score.total, match: score.match + score.waived });
}
