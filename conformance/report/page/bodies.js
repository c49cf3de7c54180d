// Bodies as lines that can be laid side by side: XML and JSON indented, text as it is, the rest as bytes.

const MOST_LINES = 600;

function bodyLines(body) {
  if (!body) return [];
  if (body.base64 !== undefined) return hexLines(body.base64);
  const text = body.text;
  if (body.cut) return text.split("\n");
  const start = text.trimStart()[0];
  if (start === "<") return xmlLines(text);
  if (start === "{" || start === "[") return jsonLines(text);
  return text.split("\n");
}

function jsonLines(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).split("\n");
  } catch {
    return text.split("\n");
  }
}

// One element a line. What is not well-formed comes out as it is, only broken into lines.
function xmlLines(text) {
  const lines = [];
  let depth = 0;
  for (const piece of text.match(/<[^>]*>[^<]*|[^<]+|<[^>]*/g) || []) {
    const tag = piece.startsWith("<") ? piece.slice(0, piece.indexOf(">") + 1) : "";
    const words = piece.slice(tag.length);
    const previous = lines[lines.length - 1];
    if (tag.startsWith("</")) {
      depth = Math.max(depth - 1, 0);
      const name = tag.slice(2, -1).trim();
      if (previous !== undefined && previous.open === name) {
        previous.text += tag;
        previous.open = null;
      } else {
        lines.push({ text: "  ".repeat(depth) + tag, open: null });
      }
      if (words.trim()) lines.push({ text: "  ".repeat(depth) + words.trim(), open: null });
      continue;
    }
    const isLeaf = tag === "" || /^<[?!]|\/>$/.test(tag);
    const name = isLeaf ? null : tag.slice(1).split(/[\s>]/)[0];
    const shown = name && words.trim() === "" ? tag : tag + words.replace(/\n$/, "");
    if (shown.trim()) lines.push({ text: "  ".repeat(depth) + shown, open: name });
    if (!isLeaf) depth = Math.min(depth + 1, 40);
  }
  return lines.map((line) => line.text).flatMap((line) => line.split("\n"));
}

function hexLines(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const lines = [];
  for (let start = 0; start < Math.min(bytes.length, 1024); start += 16) {
    const row = [...bytes.slice(start, start + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${start.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines;
}

function bodyNote(body) {
  if (!body) return "no body";
  const whole = count(body.bytes, "byte");
  if (body.cut) return `${whole}; only the beginning is shown`;
  return body.base64 !== undefined ? `${whole}, not text` : whole;
}

// Pairs of lines, [left, right], undefined where a side has none: the longest common subsequence stays level.
function aligned(left, right) {
  if (left.length > MOST_LINES || right.length > MOST_LINES) return levelled(left, right);
  const width = right.length + 1;
  const best = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      best[i * width + j] = same(left[i], right[j])
        ? best[(i + 1) * width + j + 1] + 1
        : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
    }
  }
  const pairs = [];
  let i = 0;
  let j = 0;
  let [lefts, rights] = [[], []];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && same(left[i], right[j])) {
      pairs.push(...levelled(lefts, rights), [left[i++], right[j++]]);
      [lefts, rights] = [[], []];
    } else if (j >= right.length || (i < left.length && best[(i + 1) * width + j] >= best[i * width + j + 1])) {
      lefts.push(left[i++]);
    } else {
      rights.push(right[j++]);
    }
  }
  return pairs.concat(levelled(lefts, rights));
}

// Elements and members that differ in their value only are still the same line.
function same(left, right) {
  return left === right || (stem(left) !== "" && stem(left) === stem(right));
}

function stem(line) {
  const found = line.match(/^\s*(<[A-Za-z][\w:.-]*|"[^"]*":)/);
  return found ? found[0] : "";
}

function levelled(left, right) {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [left[index], right[index]]);
}

// What two lines have in common before and after, so that only what differs is marked.
function common(left, right) {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  const most = Math.min(left.length, right.length) - start;
  while (end < most && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  return [start, end];
}
