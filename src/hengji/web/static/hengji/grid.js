/* The table as a spreadsheet: edits stay here, marked, until the server has shown them as differences and written them.
   What may be edited, and what an edit means, is the server's to say; this file only moves text between cells. */
"use strict";
(() => {
  const setup = JSON.parse(document.getElementById("grid-setup").textContent);
  const { words, rows, columns } = setup;
  const box = document.getElementById("grid");
  const told = document.getElementById("grid-told");
  const form = document.getElementById("grid-form");
  const draftName = `hengji-grid-${setup.dossier}`;
  const filled = (text, ...parts) => text.replace(/\{(\d)\}/g, (_, n) => parts[n]);
  const editable = new Set(columns.filter((c) => c.editable).map((c) => c.field));
  const titles = Object.fromEntries(columns.map((c) => [c.field, c.title]));
  const byKey = new Map(rows.map((r) => [r.key, r]));
  const original = new Map(rows.map((r) => [r.key, { ...r }]));
  const done = [];
  const undone = [];

  const say = (text, bad = false) => {
    told.textContent = text;
    told.className = bad ? "message error" : "message";
  };

  function edits() {
    const found = [];
    for (const row of rows) {
      for (const field of editable) {
        const seen = original.get(row.key)[field];
        if (row[field] !== seen) found.push({ project: row.project, row: row.row, field, seen, value: row[field] });
      }
    }
    return found;
  }

  /* Nothing is lost when the sign-in runs out: what is not written yet is kept in this browser until it is. */
  function remember() {
    const now = edits();
    if (now.length) localStorage.setItem(draftName, JSON.stringify(now));
    else localStorage.removeItem(draftName);
    if (!form) return;
    form.elements.edits.value = JSON.stringify(now);
    document.getElementById("look").disabled = !now.length;
    document.getElementById("grid-count").textContent = now.length ? filled(words.pending, now.length) : "";
    document.getElementById("undo").disabled = !done.length;
    document.getElementById("redo").disabled = !undone.length;
  }

  /* Excel and WPS: cells apart by tabs, rows by line ends; a cell with either inside stands in quotes, its quotes doubled. */
  function blockOf(text) {
    const block = [[""]];
    let quoted = false;
    for (let k = 0; k < text.length; k++) {
      const line = block[block.length - 1];
      const c = text[k];
      if (quoted) {
        if (c === '"' && text[k + 1] === '"') { line[line.length - 1] += '"'; k++; }
        else if (c === '"') quoted = false;
        else line[line.length - 1] += c;
      } else if (c === '"' && line[line.length - 1] === "") quoted = true;
      else if (c === "\t") line.push("");
      else if (c === "\n") block.push([""]);
      else if (c !== "\r") line[line.length - 1] += c;
    }
    const last = block[block.length - 1];
    if (block.length > 1 && last.length === 1 && last[0] === "") block.pop();
    return block;
  }
  const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  function editor(cell, onRendered, success, cancel) {
    const area = document.createElement("textarea");
    area.value = cell.getValue();
    area.className = "cell-editor";
    area.setAttribute("aria-label", titles[cell.getField()]);
    onRendered(() => { area.focus(); area.select(); });
    const keep = () => success(area.value.trim());
    area.addEventListener("blur", keep);
    area.addEventListener("keydown", (e) => {
      if (e.isComposing) return;
      if (e.key === "Enter" && e.altKey) { area.setRangeText("\n", area.selectionStart, area.selectionEnd, "end"); e.preventDefault(); }
      else if (e.key === "Enter" || e.key === "Tab") { e.preventDefault(); e.stopPropagation(); keep(); box.focus(); }
      else if (e.key === "Escape") { area.removeEventListener("blur", keep); cancel(); box.focus(); }
    });
    return area;
  }

  function shown(cell) {
    const row = cell.getData();
    const field = cell.getField();
    const element = cell.getElement();
    const was = original.get(row.key)[field];
    const changed = editable.has(field) && row[field] !== was;
    element.classList.toggle("edited", changed);
    element.classList.toggle("fixed", setup.editable && !editable.has(field));
    if (field === "verdict") element.classList.add(row.judgement || "none");
    element.title = changed ? filled(words.was, was || "—") : "";
    const text = document.createElement("span");
    text.textContent = cell.getValue();
    return text;
  }

  const table = new Tabulator(box, {
    data: rows, index: "key", height: "calc(100vh - 330px)", minHeight: 320, layout: "fitDataStretch",
    reactiveData: false, selectableRange: 1, selectableRangeAutoFocus: true, editTriggerEvent: "dblclick", history: false, clipboard: false,
    groupBy: setup.grouped ? "group" : false,
    groupHeader: (name, _count, _data, group) => {
      const head = document.createElement("span");
      head.textContent = name;
      head.setAttribute("role", "gridcell");
      group.getElement().setAttribute("role", "row");
      return head;
    },
    columnDefaults: { headerSort: false, resizable: "header", formatter: shown, variableHeight: true },
    columns: [
      ...(setup.grouped ? [] : [{ field: "project", title: words.project, width: 60 }]),
      ...columns.map((c) => ({
        field: c.field, title: c.title, width: c.width,
        hozAlign: ["number", "actual", "gap", "points"].includes(c.field) ? "right" : "left",
        ...(c.editable ? { editor } : {}),
      })),
    ],
  });
  box.tabIndex = 0;

  /* One step: a list of cells with what they held and hold. Steps are what undo and redo go through. */
  function put(cells, side) {
    for (const one of cells) byKey.get(one.key)[one.field] = one[side];
    table.updateData([...new Set(cells.map((c) => c.key))].map((key) => byKey.get(key))).then(() => {
      for (const key of new Set(cells.map((c) => c.key))) table.getRow(key).reformat();
    });
    remember();
  }
  function step(cells) {
    done.push(cells);
    undone.length = 0;
    put(cells, "now");
  }
  function back() { const cells = done.pop(); if (cells) { undone.push(cells); put(cells, "old"); } }
  function forth() { const cells = undone.pop(); if (cells) { done.push(cells); put(cells, "now"); } }

  table.on("cellEdited", (cell) => {
    const key = cell.getData().key;
    const field = cell.getField();
    const old = cell.getOldValue();
    let now = cell.getValue();
    if (now === old) return;
    if (now === "") { now = old; say(`${titles[field]}：${words.empty}`, true); }
    else { done.push([{ key, field, old, now }]); undone.length = 0; say(""); }
    byKey.get(key)[field] = now;
    cell.getData()[field] = now;
    cell.getRow().reformat();
    remember();
  });

  const range = () => table.getRanges()[0];
  function target() {
    const picked = range();
    if (!picked) return null;
    const lines = table.getRows("active");
    const fields = table.getColumns().filter((c) => c.isVisible()).map((c) => c.getField());
    const cells = picked.getStructuredCells();
    if (!cells.length) return null;
    return {
      lines, fields, height: cells.length, width: cells[0].length,
      top: lines.findIndex((r) => r.getData().key === cells[0][0].getData().key),
      left: fields.indexOf(cells[0][0].getField()),
    };
  }

  function paste(text) {
    const at = target();
    if (!at) return;
    let block = blockOf(text);
    if (block.length === 1 && block[0].length === 1) // one value fills what is selected
      block = Array.from({ length: at.height }, () => Array(at.width).fill(block[0][0]));
    const width = Math.max(...block.map((line) => line.length));
    if (at.top + block.length > at.lines.length || at.left + width > at.fields.length) {
      say(filled(words.outside, block.length, width), true);
      return;
    }
    const cells = [];
    const refused = [];
    block.forEach((line, r) => line.forEach((value, c) => {
      const row = at.lines[at.top + r].getData();
      const field = at.fields[at.left + c];
      const now = value.trim();
      const old = String(row[field]);
      if (now === old) return;
      const where = `${row.project}-${row.number}`;
      if (!editable.has(field)) refused.push(`${where} ${filled(words.readonly, titles[field] || field)}`);
      else if (now === "") refused.push(`${where} ${titles[field]}：${words.empty}`);
      else cells.push({ key: row.key, field, old, now });
    }));
    if (refused.length) {
      say(filled(words.refused, refused.length) + refused.slice(0, 5).join("；") + (refused.length > 5 ? " …" : ""), true);
      return;
    }
    if (cells.length) step(cells);
    say(filled(words.pasted, cells.length));
  }

  const here = () => box.contains(document.activeElement) && !(document.activeElement instanceof HTMLTextAreaElement);
  document.addEventListener("paste", (e) => {
    if (!here() || !setup.editable) return;
    e.preventDefault();
    paste(e.clipboardData.getData("text/plain"));
  });
  document.addEventListener("copy", (e) => {
    const picked = here() && range();
    if (!picked) return;
    e.preventDefault();
    const lines = picked.getStructuredCells().map((line) => line.map((cell) => quoted(String(cell.getValue()))).join("\t"));
    e.clipboardData.setData("text/plain", lines.join("\r\n"));
  });
  box.addEventListener("keydown", (e) => {
    if (!here() || !setup.editable) return;
    const command = e.ctrlKey || e.metaKey;
    const key = e.key.toLowerCase();
    if (command && (key === "y" || (key === "z" && e.shiftKey))) { e.preventDefault(); forth(); }
    else if (command && key === "z") { e.preventDefault(); back(); }
    else if (!command && !e.altKey && (e.key.length === 1 || e.key === "F2" || e.key === "Process")) {
      const cell = range()?.getStructuredCells()[0]?.[0];
      if (cell && editable.has(cell.getField())) {
        // The editor has all its text selected, so that what is typed takes its place; F2 keeps it.
        cell.edit(true);
        if (e.key === "F2") { e.preventDefault(); const area = document.activeElement; area.setSelectionRange?.(area.value.length, area.value.length); }
      }
    }
  }, true);
  document.getElementById("undo")?.addEventListener("click", back);
  document.getElementById("redo")?.addEventListener("click", forth);

  table.on("tableBuilt", () => {
    // Tabulator nests row groups in each other, which screen readers lose their way in: one group of rows in the grid.
    box.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup");
    box.querySelector(".tabulator-table").setAttribute("role", "presentation");
    let kept = [];
    try { kept = JSON.parse(localStorage.getItem(draftName) || "[]"); } catch { /* a draft nobody can read is none */ }
    const cells = setup.editable ? kept.flatMap((e) => {
      const row = byKey.get(`${e.project}-${e.row}`);
      return row && row[e.field] !== e.value && row[e.field] === e.seen ? [{ key: row.key, field: e.field, old: e.seen, now: e.value }] : [];
    }) : [];
    if (cells.length) { step(cells); say(filled(words.restored, cells.length)); }
    remember();
    box.dataset.ready = "yes";
  });
})();
