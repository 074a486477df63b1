// --- tables

// columns: {name, title, number, show}; a table whose heads sort it when `sort` is given
function table(id, columns, rows, sort) {
  const head = el("tr");
  for (const c of columns) {
    const cell = el("th", { scope: "col", class: c.number ? "number" : "" }, c.title);
    if (sort) {
      cell.tabIndex = 0;
      cell.setAttribute("aria-sort", sort.by !== c.name ? "none" : sort.down ? "descending" : "ascending");
      const choose = () => sort.choose(c.name, sort.by === c.name ? !sort.down : !!c.number);
      cell.addEventListener("click", choose);
      cell.addEventListener("keydown", e => { if (e.key === "Enter") choose(); });
    }
    head.append(cell);
  }
  const body = el("tbody");
  for (const r of rows) {
    const line = el("tr");
    for (const c of columns) {
      const cell = el("td", { class: c.number ? "number" : c.className || "" });
      if (c.name === "type") cell.append(el("span", { class: "mark", style: { background: colour(r.type) } }));
      cell.append(c.show ? c.show(r[c.name], r) : String(r[c.name] ?? ""));
      line.append(cell);
    }
    body.append(line);
  }
  $(id).replaceChildren(el("table", {}, el("thead", {}, head), body));
}
const keyColumns = [
  { name: "key", title: "Key", className: "name" },
  { name: "db", title: "DB", number: true },
  { name: "type", title: "Type", className: "type" },
  { name: "encoding", title: "Encoding" },
  { name: "bytes", title: "Size", number: true, show: size },
  { name: "elements", title: "Elements", number: true, show: whole },
  { name: "largest", title: "Largest element", number: true, show: size },
  { name: "expires_ms", title: "Expires", show: ms => ms === undefined ? "never" : time(ms) },
];
function drawTop() {
  const wanted = view.filter.toLowerCase();
  const rows = data.top.filter(r => (r.key + " " + r.type + " " + r.encoding).toLowerCase().includes(wanted));
  const by = view.sort, sign = view.down ? -1 : 1;
  rows.sort((a, b) => {
    const x = a[by], y = b[by];
    if (x === y) return 0;
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    return sign * (typeof x === "number" ? x - y : x < y ? -1 : 1);
  });
  $("matches").textContent = `${whole(rows.length)} of ${whole(data.top.length)} shown`;
  table("top_table", keyColumns, rows, {
    by, down: view.down,
    choose: (name, down) => { view.sort = name; view.down = down ? 1 : 0; writeView(); drawTop(); },
  });
}

// --- the rest of the page

function tile(name, title, shown, value) {
  return el("div", { class: "tile", "data-name": name, "data-value": value },
    el("b", {}, shown), el("span", {}, title));
}
function drawTiles() {
  const never = data.lives.find(l => l.name === "never");
  $("tiles").replaceChildren(
    tile("keys", "keys", whole(data.keys), data.keys),
    tile("bytes", "estimated in memory", size(data.bytes), data.bytes),
    tile("file", "in the file", size(data.from.bytes), data.from.bytes),
    tile("expiring", "keys with an expiry", whole(data.keys - never.keys), data.keys - never.keys),
    tile("median", "median size of a key", size(data.sizes.p50), data.sizes.p50),
    tile("largest", "largest key", size(data.sizes.max), data.sizes.max));
}
function drawTypes() {
  const types = [...data.types].sort((a, b) => b.bytes - a.bytes);
  bars("types", types.map(t => ({
    label: t.name, value: t.bytes, fill: colour(t.name),
    shown: `${size(t.bytes)}, ${count(t.keys, "key")}`,
  })));
  table("types_table", [
    { name: "type", title: "Type", className: "type" },
    { name: "keys", title: "Keys", number: true, show: whole },
    { name: "bytes", title: "Bytes", number: true, show: size },
    { name: "elements", title: "Elements", number: true, show: whole },
    { name: "p50", title: "Median", number: true, show: size },
    { name: "p99", title: "99%", number: true, show: size },
    { name: "max", title: "Largest", number: true, show: size },
  ], types.map(t => ({ ...t, type: t.name })));
}
function drawSizes() {
  const s = data.sizes;
  $("percentiles").textContent = `Half of the keys take no more than ${size(s.p50)}, 90% no more than ` +
    `${size(s.p90)}, 99% no more than ${size(s.p99)}; the largest takes ${size(s.max)}`;
  const keysAt = new Map(s.powers.map(p => [p.power, p.keys])), rows = [];
  for (let power = Math.min(...keysAt.keys()); power <= Math.max(...keysAt.keys()); ++power) {
    const keys = keysAt.get(power) || 0;
    rows.push({
      label: size(2 ** power).replace(".0", ""), value: keys,
      shown: keys >= 10000 ? Math.round(keys / 1000) + "k" : String(keys),
      range: `${size(2 ** power)} to ${size(2 ** (power + 1))}`,
      title: `${size(2 ** power)} to ${size(2 ** (power + 1))}: ${count(keys, "key")}`,
    });
  }
  columns("sizes", rows);
  table("sizes_table", [
    { name: "range", title: "Size" }, { name: "value", title: "Keys", number: true, show: whole },
  ], rows);
}
function drawLives() {
  $("now").textContent = time(data.from.now_ms);
  bars("lives", data.lives.map(l => ({
    label: l.name, value: l.bytes,
    fill: l.name === "never" ? "var(--other)" : l.name === "expired" ? "var(--stream)" : "var(--list)",
    shown: `${size(l.bytes)}, ${count(l.keys, "key")}`,
  })));
  table("lives_table", [
    { name: "name", title: "Expires" }, { name: "keys", title: "Keys", number: true, show: whole },
    { name: "bytes", title: "Bytes", number: true, show: size },
  ], data.lives);
}
function drawFindings() {
  $("findings").replaceChildren(...(data.findings.length ? data.findings.map(f => {
    const one = el("div", { class: "finding" }, el("b", {}, f.title), f.text);
    if (f.subject) one.append(el("code", {}, f.subject));
    return one;
  }) : ["Nothing stands out."]));
}
function drawOthers() {
  table("elements_table", keyColumns.filter(c => ["key", "type", "elements", "bytes"].includes(c.name)),
    data.top_elements.filter(r => r.type !== "string"));
  table("encodings_table", [
    { name: "type", title: "Type", className: "type" }, { name: "encoding", title: "Encoding" },
    { name: "keys", title: "Keys", number: true, show: whole },
    { name: "bytes", title: "Bytes", number: true, show: size },
  ], [...data.encodings].sort((a, b) => b.bytes - a.bytes));
  table("tree_table", [
    { name: "name", title: "Prefix", className: "name" },
    { name: "keys", title: "Keys", number: true, show: whole },
    { name: "bytes", title: "Bytes", number: true, show: size },
    { name: "part", title: "Share", number: true },
    { name: "expiring", title: "With expiry", number: true, show: whole },
  ], tree.filter(n => !n.rest && n.depth > 0).sort((a, b) => b.bytes - a.bytes).slice(0, 500)
    .map(n => ({ ...n, name: n.path || n.label, part: share(n.bytes, data.bytes) })));
}
function drawFrom() {
  const f = data.from;
  const facts = [["File", f.file], ["Size", `${whole(f.bytes)} bytes`],
    ["Format", `RDB version ${f.version} (${f.dialect})`], ["Checksum", f.checksum],
    ["Function libraries", whole(f.functions)], ...f.aux.map(([k, v]) => [k, v]),
    ["Times measured from", time(f.now_ms)], ["Estimate", f.model], ["Made by", f.tool],
    ["Made at", time(f.made_s * 1000)]];
  $("from").replaceChildren(...facts.flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, String(v))]));
  const name = f.file.split("/").pop();
  $("title").textContent = name;
  document.title = name + " \u2013 snapshot report";
  const version = f.aux.find(([k]) => k === "redis-ver" || k === "valkey-ver");
  $("subtitle").textContent = `Snapshot of ${version ? "a server of version " + version[1] : f.dialect}, ` +
    `written ${time(f.now_ms)}; checksum ${f.checksum}`;
  $("incomplete").hidden = !!f.complete;
}
function draw() {
  readView();
  $("filter").value = view.filter;
  drawTree();
  drawTop();
}
$("theme").addEventListener("click", () => {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
});
$("filter").addEventListener("input", e => { view.filter = e.target.value; writeView(); drawTop(); });
window.addEventListener("hashchange", draw);
function drawSums() { drawTypes(); drawSizes(); drawLives(); }
window.addEventListener("resize", () => { drawTree(); drawSums(); });
drawTiles(); drawSums(); drawFindings(); drawOthers(); drawFrom(); draw();
document.documentElement.dataset.ready = "1";
