// Pictures of money, drawn from the tables beside them; without this script the tables are there.
// <div class="chart" data-money="sankey" data-table="id">: each row has two cells with data-key and
// data-tone and one with data-value. data-money="time": cells with data-value under [data-series].
import * as echarts from "../vendor/echarts/echarts.esm.min.mjs";

/** @param {Element | null | undefined} cell */
const words = (cell) => cell?.textContent?.trim() ?? "";
const root = getComputedStyle(document.documentElement);
/** The colour of a token of the stylesheet. @param {string | undefined} tone */
const colour = (tone) => root.getPropertyValue(`--${tone ?? "jade"}`).trim();
/** At most `most` characters, as a canvas does not wrap them. @param {string} text @param {number} most */
const short = (text, most) => ([...text].length > most ? [...text].slice(0, most - 1).join("") + "…" : text);
/** How wide a text is, in Latin characters. @param {string} text */
const chinese = (text) => /[\u3400-\u9fff]/.test(text);

/** @param {HTMLTableElement} table */
function flows(table) {
  const nodes = new Map();
  const links = [...table.tBodies[0].rows].map((row) => {
    const [from, to] = [...row.querySelectorAll("[data-key]")].map((cell) => /** @type {HTMLElement} */ (cell));
    for (const cell of [from, to]) nodes.set(cell.dataset.key, { said: words(cell), tone: cell.dataset.tone });
    const amount = /** @type {HTMLElement} */ (row.querySelector("[data-value]"));
    const link = amount.querySelector("a");
    return { source: from.dataset.key, target: to.dataset.key, value: Number(amount.dataset.value), said: words(amount), url: link?.href };
  });
  return { nodes, links };
}

/** Amounts beside the places: of what came in, or of what went out where nothing did.
 * @param {string} key @param {ReturnType<typeof flows>["links"]} links */
function through(key, links) {
  const sum = (/** @type {"source" | "target"} */ side) => links.reduce((all, one) => (one[side] === key ? all + one.value : all), 0);
  return Math.max(sum("source"), sum("target"));
}

/** @param {ReturnType<typeof flows>} data @param {any} text @param {string} currency */
function sankey({ nodes, links }, text, currency) {
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency, currencyDisplay: "narrowSymbol", maximumFractionDigits: 0 });
  const sources = new Set(links.map((one) => one.source));
  const tone = (/** @type {string} */ key) => colour(nodes.get(key).tone);
  return {
    tooltip: {
      renderMode: "richText",
      formatter: (/** @type {any} */ at) => at.dataType === "edge"
        ? `${nodes.get(at.data.source).said} → ${nodes.get(at.data.target).said}\n${at.data.said}`
        : `${nodes.get(at.name).said}\n${money.format(through(at.name, links))}`,
    },
    series: [{
      type: "sankey", draggable: false, emphasis: { focus: "adjacency" }, left: 4, right: 250, top: 16, bottom: 16,
      nodeGap: 22, nodeWidth: 10, layoutIterations: 64,
      data: [...nodes].map(([key, node]) => ({
        name: key, itemStyle: { color: colour(node.tone), borderWidth: 0 },
        label: {
          ...text, position: "right", lineHeight: text.fontSize * 1.25,
          formatter: `${short(node.said, chinese(node.said) ? 12 : 22)}${sources.has(key) ? "\n" : "  "}{amount|${money.format(through(key, links))}}`,
          rich: { amount: { color: colour("muted"), fontSize: text.fontSize * 0.88, fontFamily: text.fontFamily, lineHeight: text.fontSize * 1.2 } },
        },
      })),
      // Money that was handed down keeps the colour of its source; what was used or is left has its own.
      links: links.map((one) => ({ ...one, lineStyle: { color: tone(sources.has(one.target) ? one.source : one.target), opacity: 0.42, curveness: 0.5 } })),
    }],
  };
}

/** @param {HTMLTableElement} table @param {any} text */
function time(table, text) {
  const names = [...(table.tHead?.querySelectorAll("[data-series]") ?? [])].map(words);
  const rows = [...table.tBodies[0].rows];
  const cells = (/** @type {number} */ column) => rows.map((row) => {
    const cell = /** @type {HTMLElement} */ (row.querySelectorAll("[data-value]")[column]);
    return { value: Number(cell.dataset.value), said: words(cell) };
  });
  const tones = ["blue", "jade"];
  return {
    aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
    tooltip: { renderMode: "richText", trigger: "axis", formatter: (/** @type {any[]} */ at) => [at[0].name, ...at.map((one) => `${one.seriesName}: ${one.data.said}`)].join("\n") },
    legend: { bottom: 0, textStyle: text, icon: "roundRect" },
    grid: { left: 8, right: 16, top: 16, bottom: 44, containLabel: true },
    xAxis: { type: "category", data: rows.map((row) => words(row.cells[0])), axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: colour("rule") } } },
    yAxis: { type: "value", axisLabel: text, splitNumber: 3, splitLine: { lineStyle: { color: colour("hair") } } },
    series: names.map((name, i) => ({
      name, data: cells(i), type: i ? "bar" : "line", step: i ? undefined : "middle", symbolSize: 7, barMaxWidth: 28,
      itemStyle: { color: colour(tones[i]) }, lineStyle: { width: 3, color: colour(tones[i]) },
    })),
  };
}

for (const box of document.querySelectorAll("[data-money]")) {
  const place = /** @type {HTMLElement} */ (box);
  const table = document.getElementById(place.dataset.table ?? "");
  if (!(table instanceof HTMLTableElement)) continue;
  const style = getComputedStyle(place);
  const text = { color: style.color, fontFamily: style.fontFamily, fontSize: parseFloat(style.fontSize) * 0.82 };
  const chart = echarts.init(place);
  const picture = place.dataset.money === "time" ? time(table, text) : sankey(flows(table), text, place.dataset.currency ?? "CNY");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption({ textStyle: text, animation: !still, ...picture });
  chart.on("click", (/** @type {any} */ at) => { if (at.data?.url) location.assign(at.data.url); });
  new ResizeObserver(() => chart.resize()).observe(place);
}
