"use strict";
// Tables that sort and filter, plots that are drawn when they come into view, commands to copy.

// Sorting: a column's values as numbers where its cells say them, else as text; what has none stands last.
function orderOf(cell) {
  if (cell.dataset.order !== undefined) return Number(cell.dataset.order);
  const text = cell.firstChild ? cell.firstChild.textContent.trim() : "";
  if (text === "" || text === "–") return null;
  const number = /^[-+]?[\d,]*\.?\d+/.exec(text);
  return number ? Number(number[0].replaceAll(",", "")) : text;
}
function compare(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en", {numeric: true});
}
function sort(table, column, direction) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, place) => ({row, first: Number(row.dataset.place ??= place), value: orderOf(row.cells[column])}));
  rows.sort((a, b) => {
    if (direction === "none") return a.first - b.first;
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null) || a.first - b.first;
    return (direction === "ascending" ? 1 : -1) * compare(a.value, b.value) || a.first - b.first;
  });
  body.append(...rows.map(each => each.row));
}
function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.ariaSort = "none";
    button.onclick = () => {
      const values = [...table.tBodies[0].rows].map(row => orderOf(row.cells[column]));
      const numbers = values.some(value => typeof value === "number"); // the largest first, names from a to z
      const turns = numbers ? ["none", "descending", "ascending"] : ["none", "ascending", "descending"];
      const next = turns[(turns.indexOf(head.ariaSort) + 1) % 3];
      for (const each of heads) each.ariaSort = "none";
      head.ariaSort = next;
      sort(table, column, next);
    };
  });
}
for (const table of document.querySelectorAll("table:not(.neighbours)")) if (table.tHead && table.tBodies.length) sortable(table);

// Filters of the table that follows them.
function filter(form, table) {
  const rows = [...table.tBodies[0].rows];
  const field = name => form.elements[name]?.value.trim() ?? "";
  function apply() {
    const model = field("model"), role = field("role"), text = field("text").toLowerCase(), most = parseFloat(field("most"));
    let shown = 0;
    for (const row of rows) {
      row.hidden = (model !== "" && row.dataset.model !== model)
        || (role !== "" && !(row.dataset.roles ?? "").split("|").includes(role))
        || (text !== "" && !row.textContent.toLowerCase().includes(text))
        || (most >= 0 && !(Number(row.dataset.bytes) <= most * 1e6));
      shown += !row.hidden;
    }
    form.querySelector("output").textContent = `${shown} of ${rows.length}`;
  }
  form.oninput = apply;
  form.onsubmit = () => false;
  form.onreset = () => setTimeout(apply);
  apply();
}
for (const table of document.querySelectorAll("table.main")) filter(table.closest("section").querySelector(".filters"), table);

// Plots: what is hidden or far down the page is drawn once it is seen.
const figures = JSON.parse(document.getElementById("figures").textContent);
const touched = matchMedia("(pointer: coarse)").matches;
const settings = {responsive: true, displaylogo: false, displayModeBar: false};
function draw(place) {
  const figure = figures[place.id.slice("plot-".length)];
  if (!figure || place.data || place.offsetParent === null) return;
  if (touched) figure.layout.dragmode = false; // a finger scrolls the page
  Plotly.newPlot(place, figure.data, figure.layout, settings);
}
const seen = new IntersectionObserver(
  entries => { for (const entry of entries) if (entry.isIntersecting) draw(entry.target); }, {rootMargin: "600px"});
for (const place of document.querySelectorAll(".plot")) {
  const figure = figures[place.id.slice("plot-".length)];
  if (figure) place.style.minHeight = `${figure.layout.height}px`; // nothing moves when it is drawn
  seen.observe(place);
}
addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll(".plot")) draw(place);
});

// Details of one model, or of all.
const buttons = [...document.querySelectorAll("[data-show]")];
const choices = buttons.map(button => button.dataset.show); // a baseline is none, and stays
function show(model) {
  for (const part of document.querySelectorAll(".details [data-model]")) {
    part.hidden = model !== "" && part.dataset.model !== model && choices.includes(part.dataset.model);
  }
  for (const button of buttons) button.ariaPressed = String(button.dataset.show === model);
}
for (const button of buttons) button.onclick = () => show(button.dataset.show);
if (buttons.length) show(buttons[0].dataset.show);

// Commands: a button that copies.
for (const code of navigator.clipboard ? document.querySelectorAll("code.command") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.onclick = async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  };
  code.before(button, " ");
}
