// A chart drawn from the table beside it: <div class="chart" data-chart="bar" data-table="id">.
// The first column names the rows, each further one is a series; a cell's data-value is its number.
import * as echarts from "../vendor/echarts/echarts.esm.min.mjs";

const OKABE_ITO = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000"];

/** @param {Element} cell */
const words = (cell) => cell.textContent?.trim() ?? "";

/** @param {HTMLTableElement} table */
function read(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map(words).slice(1);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const cells = (/** @type {number} */ column) =>
    rows.map((row) => ({ value: Number(row[column + 1].dataset.value), said: words(row[column + 1]) }));
  return { names: rows.map((row) => words(row[0])), series: heads.map((name, i) => ({ name, data: cells(i) })) };
}

/** @param {string} type @param {ReturnType<typeof read>} data @param {CSSStyleDeclaration} style */
function options(type, data, style) {
  const stacked = type === "stack";
  const text = { color: style.color, fontFamily: style.fontFamily, fontSize: parseFloat(style.fontSize) * 0.85 };
  return {
    color: OKABE_ITO,
    textStyle: text,
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    // The table beside says it all in words, so only the patterns are taken from here.
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    // richText draws on the canvas: an HTML tooltip would need inline styles.
    tooltip: { renderMode: "richText", formatter: (/** @type {any} */ at) => `${at.name}\n${at.seriesName}: ${at.data.said}` },
    legend: { show: data.series.length > 1, bottom: 0, textStyle: text },
    grid: { left: 8, right: 40, top: 8, bottom: data.series.length > 1 ? 48 : 8, containLabel: true },
    yAxis: { type: "category", data: data.names, inverse: true, axisLabel: text },
    xAxis: { type: "value", axisLabel: { ...text, hideOverlap: true }, splitNumber: 3 },
    series: data.series.map((one) => ({ ...one, type: "bar", stack: stacked ? "all" : undefined, barMaxWidth: 28 })),
  };
}

for (const box of document.querySelectorAll("[data-chart]")) {
  const place = /** @type {HTMLElement} */ (box);
  const table = document.getElementById(place.dataset.table ?? "");
  if (!(table instanceof HTMLTableElement)) continue;
  const chart = echarts.init(place);
  chart.setOption(options(place.dataset.chart ?? "bar", read(table), getComputedStyle(place)));
  new ResizeObserver(() => chart.resize()).observe(place);
}
