/* Draws what the page describes; the same figures stand in the table beneath each picture.
   Patterns tell the series apart without colour. Tips are drawn on the canvas: the content policy refuses styled html. */
"use strict";
(() => {
  const font = getComputedStyle(document.documentElement).fontFamily;
  for (const chart of JSON.parse(document.getElementById("charts-drawn").textContent)) {
    const box = document.querySelector(`[data-chart="${chart.key}"]`);
    if (!box) continue;
    if (chart.calendar) {
      const drawing = echarts.init(box, null, { renderer: "canvas" });
      drawing.setOption({
        animation: false, textStyle: { fontFamily: font }, aria: { enabled: true },
        tooltip: { renderMode: "richText", confine: true, formatter: (p) => `${p.value[0]}  ${p.value[1]}%` },
        visualMap: { type: "piecewise", orient: "horizontal", top: 0, left: 12,
          pieces: [{ gte: 95, label: "≥ 95%", color: "#cfe3d4" }, { gte: 90, lt: 95, label: "90–95%", color: "#f3c66b" },
            { gte: 75, lt: 90, label: "75–90%", color: "#d97a2b" }, { lt: 75, label: "< 75%", color: "#8f1d1d" }] },
        calendar: { range: chart.calendar, top: 70, left: 50, right: 20, cellSize: ["auto", 17],
          dayLabel: { firstDay: 1, nameMap: box.dataset.days.split(" ") }, monthLabel: { nameMap: box.dataset.months.split(" ") },
          yearLabel: { show: false } },
        series: [{ type: "heatmap", coordinateSystem: "calendar", data: chart.cells }],
      });
      new ResizeObserver(() => drawing.resize()).observe(box);
      box.dataset.ready = "yes";
      continue;
    }
    const crowded = chart.labels.length > 100;
    if (chart.sideways) box.style.height = `${90 + chart.labels.length * (chart.series.length > 1 ? 38 : 28)}px`;
    const names = { type: "category", data: chart.labels, axisLabel: chart.sideways ? { width: 260, overflow: "truncate" } : {} };
    const figures = { type: "value", name: chart.unit };
    const drawing = echarts.init(box, null, { renderer: "canvas" });
    drawing.setOption({
      animation: false,
      textStyle: { fontFamily: font },
      aria: { enabled: true, decal: { show: chart.series.length > 1 } },
      legend: chart.series.length > 1 ? { top: 0 } : undefined,
      grid: { left: 12, right: 60, top: 44, bottom: 12, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" } },
      xAxis: chart.sideways ? figures : names,
      yAxis: chart.sideways ? { ...names, inverse: true } : figures,
      series: chart.series.map((s, n) => ({
        name: s.name, type: s.kind, stack: s.stack || undefined, data: s.figures.map((f) => (f === null ? null : Number(f))),
        itemStyle: { color: s.colour }, lineStyle: { color: s.colour, type: n === 2 ? "dashed" : "solid" },
        symbol: n === 2 || (crowded && s.kind === "line") ? "none" : s.kind === "scatter" ? "diamond" : "circle", symbolSize: s.kind === "scatter" ? 9 : 7,
        label: chart.sideways ? { show: true, position: "right", formatter: (p) => s.figures[p.dataIndex] } : { show: false },
      })),
    });
    new ResizeObserver(() => drawing.resize()).observe(box);
    box.dataset.ready = "yes";
  }
  // On paper there is nothing to unfold: the tables are printed, and folded again afterwards as they were.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll(".chart details:not([open])")];
    for (const table of folded) table.open = true;
  });
  addEventListener("afterprint", () => {
    for (const table of folded) table.open = false;
  });
})();
