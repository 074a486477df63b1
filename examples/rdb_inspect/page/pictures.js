window.addEventListener("error", e => { document.documentElement.dataset.error = e.message; });
const data = JSON.parse(document.getElementById("data").textContent);
const $ = id => document.getElementById(id);

// --- words and numbers

const whole = n => n.toLocaleString("en-US");
function size(n) {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let i = 0;
  while (n >= 1024 && i + 1 < units.length) { n /= 1024; ++i; }
  return (i === 0 || n >= 100 ? n.toFixed(0) : n.toFixed(1)) + " " + units[i];
}
const count = (n, what) => `${whole(n)} ${what}${n === 1 ? "" : "s"}`;
const share = (part, all) => all === 0 ? "0%" : (100 * part / all).toFixed(1) + "%";
const colour = type => ["string", "list", "set", "zset", "hash", "stream"].includes(type)
  ? `var(--${type})` : "var(--other)";
const time = ms => { const d = new Date(ms); return isNaN(d) ? String(ms) : d.toISOString().replace(".000Z", "Z"); };

// --- elements; text is always text

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [k, v] of Object.entries(attributes || {})) {
    if (k === "style") Object.assign(made.style, v); else made.setAttribute(k, v);
  }
  made.append(...children);
  return made;
}
function svg(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes || {})) {
    if (k === "fill" && String(v).startsWith("var")) made.style.fill = v; else made.setAttribute(k, v);
  }
  if (text !== undefined) made.textContent = text;
  return made;
}
function fitted(text, width) {
  const room = Math.floor((width - 8) / 6.3);
  if (room < 3) return "";
  return text.length <= room ? text : text.slice(0, room - 1) + "\u2026";
}

// --- the view, kept in the address: #node=3&sort=elements&down=1&filter=user

const view = { node: 0, sort: "bytes", down: 1, filter: "" };
function readView() {
  const words = new URLSearchParams(location.hash.slice(1));
  view.node = Math.min(Math.max(0, parseInt(words.get("node") || "0", 10) || 0), data.tree.length - 1);
  view.sort = words.get("sort") || "bytes";
  view.down = words.get("down") === "0" ? 0 : 1;
  view.filter = words.get("filter") || "";
}
function writeView() {
  const words = new URLSearchParams();
  for (const [k, v] of Object.entries(view)) words.set(k, v);
  try { history.replaceState(null, "", "#" + words); } catch (e) { /* some viewers have no history */ }
}

// --- treemap and icicle

const tree = data.tree;
const children = tree.map(() => []);
tree.forEach((n, i) => { if (i > 0) children[n.parent].push(i); });
// A branch below its database keeps one hue on all levels.
const hues = [212, 158, 268, 28, 330, 190, 95, 355, 45, 240];
function branchOf(i) {
  while (i !== 0 && tree[i].depth > 2) i = tree[i].parent;
  return i;
}
const hueOf = (() => {
  const known = new Map();
  return i => {
    const b = branchOf(i);
    if (!known.has(b)) known.set(b, hues[known.size % hues.length]);
    return known.get(b);
  };
})();
// Below it, neighbours differ a little, so that there is something to see inside a branch, too.
function shade(i) {
  while (tree[i].depth > 3) i = tree[i].parent;
  return tree[i].depth < 3 ? 0 : children[tree[i].parent].indexOf(i) % 4 * 15;
}
function paint(i) {
  const n = tree[i];
  if (n.rest) return "hsl(215 9% 52%)";
  if (n.depth < 2) return `hsl(215 ${18 - 4 * n.depth}% ${40 + 5 * n.depth}%)`;
  return `hsl(${hueOf(i) + shade(i)} 42% ${Math.min(54, 37 + 4 * (n.depth - 2))}%)`;
}
function describe(i) {
  const n = tree[i];
  const name = n.rest ? n.label + " of " + (tree[n.parent].path || tree[n.parent].label) : n.path || n.label;
  return `${name}: ${size(n.bytes)} (${share(n.bytes, data.bytes)}), ${count(n.keys, "key")}, ` +
    `${whole(n.expiring)} with an expiry`;
}
function box(i, x, y, w, h, label) {
  const g = svg("g", { class: "box", tabindex: 0, "data-node": i });
  const r = svg("rect", { x, y, width: Math.max(0, w), height: Math.max(0, h), rx: 2 });
  r.style.fill = paint(i);
  g.append(r);
  if (h >= 13) {
    const text = fitted(label, w);
    if (text) g.append(svg("text", { x: x + 5, y: y + 12 }, text));
  }
  g.append(svg("title", {}, describe(i)));
  g.addEventListener("click", () => go(children[i].length ? i : tree[i].parent));
  g.addEventListener("keydown", e => { if (e.key === "Enter") go(children[i].length ? i : tree[i].parent); });
  g.addEventListener("mouseenter", () => { $("hover").textContent = describe(i); });
  g.addEventListener("focus", () => { $("hover").textContent = describe(i); });
  return g;
}
function below(top, levels) {
  const found = [];
  let level = [top];
  for (let d = 0; d <= levels && level.length; ++d) {
    found.push(...level);
    level = level.flatMap(i => children[i]);
  }
  return found;
}
function drawTreemap() {
  const narrow = $("treemap").clientWidth < 600;
  const W = narrow ? 420 : 1000, H = narrow ? 400 : 520;
  const focus = tree[view.node];
  const sx = W / focus.w, sy = H / focus.h;
  const picture = $("treemap");
  picture.setAttribute("viewBox", `0 0 ${W} ${H}`);
  picture.replaceChildren();
  for (const i of below(view.node, 4)) {
    const n = tree[i];
    const w = n.w * sx, h = n.h * sy;
    if (w < 1.5 || h < 1.5) continue;
    const label = i === view.node ? `${n.path || n.label}  ${size(n.bytes)}`
      : w > 120 ? `${n.label}  ${size(n.bytes)}` : n.label;
    // A title that those inside would cover is left out.
    const strip = children[i].length ? Math.min(...children[i].map(c => tree[c].y)) - n.y : n.h;
    picture.append(box(i, (n.x - focus.x) * sx, (n.y - focus.y) * sy, w, h, strip * sy < 12 ? "" : label));
  }
}
function drawIcicle() {
  const narrow = $("icicle").clientWidth < 600;
  const W = narrow ? 420 : 1000, row = 20;
  const focus = tree[view.node];
  const picture = $("icicle");
  picture.replaceChildren();
  let levels = 0;
  for (const i of below(view.node, 12)) {
    const n = tree[i];
    const w = n.extent / focus.extent * W;
    if (w < 0.7) continue;
    levels = Math.max(levels, n.depth - focus.depth + 1);
    picture.append(box(i, (n.from - focus.from) / focus.extent * W, (n.depth - focus.depth) * (row + 1), w, row, n.label));
  }
  picture.setAttribute("viewBox", `0 0 ${W} ${levels * (row + 1)}`);
}
function drawCrumbs() {
  const path = [];
  for (let i = view.node; ; i = tree[i].parent) { path.unshift(i); if (i === 0) break; }
  $("crumbs").replaceChildren(...path.map(i => {
    const b = el("button", { type: "button" }, tree[i].label);
    if (i === view.node) b.setAttribute("aria-current", "true");
    b.addEventListener("click", () => go(i));
    return b;
  }));
  document.documentElement.dataset.node = view.node;
}
function drawTree() { drawTreemap(); drawIcicle(); drawCrumbs(); $("hover").textContent = describe(view.node); }
function go(i) { view.node = i; writeView(); drawTree(); }

// --- bars, drawn as wide as there is room, so that their words have one size everywhere

const room = picture => Math.max(280, picture.clientWidth || 520);

// rows: {label, value, shown, fill}; one line each
function bars(id, rows) {
  const picture = $(id), W = room(picture), row = 26, left = 94, right = 144;
  const largest = Math.max(1, ...rows.map(r => r.value));
  picture.setAttribute("viewBox", `0 0 ${W} ${rows.length * row}`);
  picture.replaceChildren();
  rows.forEach((r, i) => {
    const y = i * row, w = (W - left - right) * r.value / largest;
    picture.append(svg("text", { x: 0, y: y + 16 }, r.label));
    picture.append(svg("rect", { x: left, y: y + 4, width: Math.max(r.value > 0 ? 1.5 : 0, w), height: 16, rx: 3, fill: r.fill }));
    picture.append(svg("text", { x: left + w + 7, y: y + 16, class: "soft-text" }, r.shown));
  });
}
function columns(id, rows) {
  const picture = $(id), W = room(picture), H = 200, bottom = 26, top = 16;
  const largest = Math.max(1, ...rows.map(r => r.value)), step = W / Math.max(1, rows.length);
  const each = Math.ceil(48 / step);  // so many columns share a label
  picture.setAttribute("viewBox", `0 0 ${W} ${H}`);
  picture.replaceChildren();
  rows.forEach((r, i) => {
    const h = (H - bottom - top) * r.value / largest;
    const bar = svg("rect", { x: i * step + 2, y: H - bottom - h, width: Math.max(2, step - 4), height: Math.max(r.value > 0 ? 1.5 : 0, h), rx: 2, fill: "var(--accent)" });
    bar.append(svg("title", {}, r.title));
    picture.append(bar);
    if (r.value > 0 && step > 28) picture.append(svg("text", { x: (i + 0.5) * step, y: H - bottom - h - 4, "text-anchor": "middle", class: "soft-text" }, r.shown));
    if (i % each === 0) picture.append(svg("text", { x: (i + 0.5) * step, y: H - 9, "text-anchor": "middle" }, r.label));
  });
}
