"use strict";
// The nearest neighbours of a word across variants, and the map of words.
(() => {
const data = JSON.parse(document.getElementById("word-data").textContent);
const words = data.words.split("\n"), asked = words.slice(0, data.asked);
const number = new Map(asked.map((word, place) => [word, place]));
const none = 2 ** (8 * data.bytes) - 1;
function decoded(text, kind) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place++) bytes[place] = raw.charCodeAt(place);
  return new kind(bytes.buffer); // little-endian, as every browser's machine is
}
const decodedIds = text => decoded(text, data.bytes === 2 ? Uint16Array : Uint32Array);
for (const list of data.lists) list.ids = decodedIds(list.ids);
const models = [...new Set(data.lists.map(list => list.model))];
const count = Math.max(...data.lists.map(list => list.count));

const section = document.getElementById("neighbours"), form = section.querySelector("form");
const table = section.querySelector("table"), box = form.elements.word, choice = form.elements.model;
const element = (name, text, own = {}) => Object.assign(document.createElement(name), {textContent: text}, own);
document.getElementById("frequent").append(...asked.map(word => element("option", "", {value: word})));
choice.append(...models.map(model => element("option", model)));
if (models.length > 1) choice.append(element("option", "all models", {value: ""}));
if (models.length < 2) choice.closest("label").hidden = true;
else if ("together" in section.dataset) choice.value = "";

function near(list, word) {
  return [...list.ids.subarray(word * list.count, (word + 1) * list.count)].filter(id => id !== none);
}
function cell(id, share, isNew) {
  const known = id < data.asked;
  const td = element("td", known ? "" : words[id]);
  if (known) td.append(element("button", words[id], {type: "button", onclick: () => show(words[id])}));
  td.style.setProperty("--share", `${Math.round(100 * share)}%`);
  if (isNew) td.className = "new";
  if (share === 1) td.classList.add("shared");
  return td;
}
function rowsOf(word) {
  const shown = data.lists.filter(list => choice.value === "" || list.model === choice.value);
  const found = shown.map(list => near(list, word));
  const times = new Map();
  for (const ids of found) for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  const having = found.filter(ids => ids.length).length;
  return shown.map((list, place) => {
    const first = shown.findIndex(other => other.model === list.model && other.untouched);
    const before = first < 0 ? null : new Set(found[first]);
    const row = document.createElement("tr");
    const head = element("th", list.variant, {scope: "row"});
    if (choice.value === "" && models.length > 1) head.append(element("small", list.model));
    const kept = before && found[place].filter(id => before.has(id)).length;
    row.append(head, element("td", list.untouched || !before ? "–" : `${kept} of ${before.size}`, {className: "kept"}));
    row.append(...found[place].map(id => cell(id, times.get(id) / having, before !== null && !before.has(id))));
    while (row.cells.length < count + 2) row.append(element("td", "–"));
    return row;
  });
}
let current = null;
function show(word) {
  const place = number.get(word) ?? number.get(word.toLowerCase());
  box.setCustomValidity(place === undefined ? "not one of the frequent words" : "");
  box.ariaInvalid = String(place === undefined);
  if (place === undefined) return;
  current = place;
  if (document.activeElement !== box || box.value.toLowerCase() !== asked[place]) box.value = asked[place];
  table.tBodies[0].replaceChildren(...rowsOf(place));
  mark();
}
const heads = ["variant", "kept", ...Array.from({length: count}, (_, place) => String(place + 1))];
const top = document.createElement("tr");
top.append(...heads.map(text => element("th", text, {scope: "col"})));
table.tHead.append(top);
box.oninput = () => show(box.value.trim());
box.onfocus = () => box.select();
choice.onchange = () => { if (current !== null) show(asked[current]); };
form.onsubmit = () => false;
const long = asked.filter(word => word.length > 4);
const examples = Array.from({length: Math.min(8, long.length)}, (_, place) => long[Math.floor((place + 0.5) * long.length / Math.min(8, long.length))]);
section.querySelector(".examples").append(...examples.flatMap(word =>
  [element("button", word, {type: "button", onclick: () => show(word)}), " "]));

// The map: all words as points, the most frequent in view written out where there is room, and the chosen one.
const place = document.getElementById("words");
const LETTER = 7, LINE = 15, WRITTEN = 250; // pixels; labels at most
let map = null, drawn = false;
function chosen() { // the map's places of the word that is shown, and of its neighbours in the untouched model
  if (current === null) return [];
  const list = data.lists.find(each => each.model === map.model && each.untouched);
  return [current, ...(list ? near(list, current) : [])].map(id => map.at.get(id)).filter(at => at !== undefined);
}
function labels() {
  const {xaxis: across, yaxis: up} = place._fullLayout;
  const first = chosen(), taken = [], written = [];
  for (const at of [...first, ...map.x.keys()]) {
    const x = across.l2p(map.x[at]), y = up.l2p(map.y[at]), half = map.text[at].length * LETTER / 2 + 3;
    if (x < 0 || y < 0 || x > across._length || y > up._length) continue;
    if (taken.some(other => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < LINE)) continue;
    taken.push({x, y, half});
    written.push(at);
    if (written.length === WRITTEN) break;
  }
  const room = new Set(written);
  return {all: written.filter(at => !first.includes(at)), first, names: first.map(at => room.has(at) ? map.text[at] : "")};
}
function points(ats) {
  return {x: [ats.map(at => map.x[at])], y: [ats.map(at => map.y[at])], text: [ats.map(at => map.text[at])]};
}
function mark() {
  if (!drawn) return;
  const {all, first, names} = labels();
  Plotly.restyle(place, points(all), [1]);
  Plotly.restyle(place, {...points(first), text: [names], hovertext: [first.map(at => map.text[at])]}, [2]);
}
function drawMap() {
  const narrow = place.clientWidth < 500;
  const axis = {visible: false, range: [-0.03, 1.03]};
  const layout = {height: narrow ? 380 : 620, margin: {l: 0, r: 0, t: 30, b: 0}, xaxis: axis, yaxis: {...axis}, showlegend: false,
    dragmode: touched ? false : "pan", hovermode: "closest", uirevision: map.model, paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)", font: {family: "system-ui, sans-serif", size: 12}, modebar: {bgcolor: "rgba(0,0,0,0)", color: "#8a8a8a", activecolor: "#3f83d1"}};
  const hover = {hovertemplate: "%{text}<extra></extra>"};
  const traces = [
    {...hover, type: "scatter", mode: "markers", x: map.x, y: map.y, text: map.text, marker: {size: 4, color: "#8a9bb0"}},
    {type: "scatter", mode: "text", x: [], y: [], text: [], textposition: "top center", textfont: {size: 11}, hoverinfo: "skip"},
    {type: "scatter", hovertemplate: "%{hovertext}<extra></extra>", mode: "markers+text", x: [], y: [], text: [], textposition: "top center", textfont: {size: 13, weight: 700},
      marker: {size: 9, color: "#d9822b"}}];
  const options = {responsive: true, displaylogo: false, scrollZoom: !touched, displayModeBar: true, doubleClick: "reset",
    modeBarButtons: [["pan2d", "zoom2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]]};
  Plotly.react(place, traces, layout, options);
  if (!drawn) {
    place.on("plotly_relayout", mark);
    place.on("plotly_click", event => show(event.points[0].hovertext ?? event.points[0].text));
  }
  drawn = true;
  mark();
}
function choose(model) {
  const own = data.maps.find(each => each.model === model);
  if (!own.at) {
    const ids = [...decodedIds(own.ids)], places = decoded(own.places, Uint16Array);
    own.x = ids.map((_, at) => places[2 * at] / 65535);
    own.y = ids.map((_, at) => places[2 * at + 1] / 65535);
    own.text = ids.map(id => words[id]);
    own.at = new Map(ids.map((id, at) => [id, at]));
  }
  map = own;
  if (place.clientWidth) drawMap();
}
show(examples[0] ?? asked[0]);
if (place) {
  const select = document.querySelector("select[name=map]");
  select.append(...data.maps.map(each => element("option", each.model)));
  if (data.maps.length < 2) select.closest("form").hidden = true;
  select.onchange = () => choose(select.value);
  const seen = new IntersectionObserver(entries => {
    if (drawn || !entries.some(entry => entry.isIntersecting)) return;
    choose(select.value);
  }, {rootMargin: "600px"});
  seen.observe(place);
  addEventListener("beforeprint", () => { if (!drawn) choose(select.value); });
}
})();
