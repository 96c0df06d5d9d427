(function () {
  "use strict";
  var root = document.documentElement;
  function byId(id) { return document.getElementById(id); }
  function all(query, of) { return Array.prototype.slice.call((of || document).querySelectorAll(query)); }
  root.className = "js zh";

  // What can be shown and hidden: findings with the mark in their cell, rows, projects.
  function finding(el) {
    return { el: el, mark: byId("m" + el.id.slice(1)), rule: el.dataset.r, sev: el.classList[1] };
  }
  var sections = all("section.p").map(function (el) {
    return {
      el: el, n: el.dataset.p, text: null,
      head: all(":scope > .d > .f", el).map(finding),
      rows: all(".ind > tbody", el).map(function (row) {
        return { el: row, found: all(".f", row).map(finding), below: row.querySelector(".d"), text: null };
      })
    };
  });
  var bar = byId("bar"), rule = byId("rule"), project = byId("project"), only = byId("only"), words = byId("words");
  var main = document.querySelector("main");

  function lower(of, el) {
    if (of.text === null) { of.text = el.textContent.toLowerCase(); }
    return of.text;
  }
  function apply() {
    var sev = {}, word = words.value.trim().toLowerCase(), shownFound = 0, shownRows = 0, total = 0;
    all("input[data-sev]", bar).forEach(function (box) { sev[box.dataset.sev] = box.checked; });
    var strict = only.checked || rule.value !== "";
    function show(found) {
      return found.filter(function (f) {
        var ok = sev[f.sev] && (!rule.value || f.rule === rule.value);
        f.el.hidden = !ok;
        if (f.mark) { f.mark.hidden = !ok; }
        return ok;
      }).length;
    }
    sections.forEach(function (s) {
      var here = !project.value || s.n === project.value, head = show(s.head), rows = 0;
      var inHead = !word || lower(s, s.el.querySelector(".head")).indexOf(word) >= 0 ||
        s.head.some(function (f) { return !f.el.hidden && f.el.textContent.toLowerCase().indexOf(word) >= 0; });
      s.rows.forEach(function (r) {
        total += 1;
        var found = show(r.found);
        var ok = here && (!strict || found > 0) && (!word || lower(r, r.el).indexOf(word) >= 0);
        r.el.hidden = !ok;
        if (r.below) { r.below.hidden = !found; }
        if (ok) { rows += 1; shownFound += found; }
      });
      var ok = here && (rows > 0 || (inHead && (head > 0 || !strict)));
      s.el.hidden = !ok;
      if (ok) { shownFound += head; shownRows += rows; }
    });
    var said = root.classList.contains("en")
      ? shownRows + "/" + total + " indicators, " + shownFound + " findings"
      : "显示 " + shownRows + "/" + total + " 项指标、" + shownFound + " 条问题";
    byId("said").textContent = said;
    // Paper that shows a part must say so.
    var whole = shownRows === total && shownFound === all("details.f").length;
    if (whole) { delete main.dataset.note; } else { main.dataset.note = "筛选后的内容 / filtered：" + said; }
    measure();
  }
  function clear() { bar.reset(); }
  function measure() {
    var sticky = getComputedStyle(bar).position === "sticky";
    root.style.setProperty("--bar", (sticky ? bar.offsetHeight : 0) + "px");
  }

  var waiting = 0;
  bar.addEventListener("input", function (event) {
    clearTimeout(waiting);
    waiting = setTimeout(apply, event.target === words ? 150 : 0);
  });
  bar.addEventListener("submit", function (event) { event.preventDefault(); });
  bar.addEventListener("reset", function () { setTimeout(apply, 0); });

  function openAll(open) { all("details.f").forEach(function (d) { d.open = open; }); }
  byId("open").addEventListener("click", function () { openAll(true); });
  byId("close").addEventListener("click", function () { openAll(false); });

  // A link leads to its cell even when a filter hid it, and opens the finding that belongs to it.
  function arrive() {
    var id = location.hash.slice(1), target = id && byId(id);
    all(".now").forEach(function (el) { el.classList.remove("now"); });
    if (!target) { return; }
    for (var el = target; el; el = el.parentElement) {
      if (el.hidden) { clear(); setTimeout(arrive, 0); return; }
    }
    var found = /^[mf]\d+$/.test(id) && byId("f" + id.slice(1));
    if (found) {
      found.open = true;
      var mark = byId("m" + id.slice(1));
      if (mark) { mark.classList.add("now"); }
    }
    // The whole row of a mark, so that the value it stands at is seen.
    (target.closest("tr") || target).scrollIntoView({ block: id[0] === "f" ? "nearest" : "start" });
    var focus = target.matches("details") ? target.querySelector("summary") : target;
    focus.focus({ preventScroll: true });
  }
  window.addEventListener("hashchange", arrive);
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a");
    if (!link) { return; }
    if (link.dataset.rule || link.dataset.sev) {
      event.preventDefault();
      bar.reset();
      setTimeout(function () {
        if (link.dataset.rule) { rule.value = link.dataset.rule; }
        else {
          all("input[data-sev]", bar).forEach(function (box) { box.checked = box.dataset.sev === link.dataset.sev; });
          only.checked = true;
        }
        apply();
        bar.scrollIntoView();
        rule.focus({ preventScroll: true });
      }, 0);
    } else if (link.hash && link.hash === location.hash) {
      setTimeout(arrive, 0);
    }
  });

  all("[data-lang]").forEach(function (button) {
    button.addEventListener("click", function () {
      root.className = "js " + (button.dataset.lang === "zh-en" ? "" : button.dataset.lang);
      all("[data-lang]").forEach(function (b) { b.setAttribute("aria-pressed", String(b === button)); });
      apply();
    });
  });

  // Paper shows everything that the filters let through, opened.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = all("details:not([open])");
    closed.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () { closed.forEach(function (d) { d.open = false; }); });
  window.addEventListener("resize", measure);

  all("details").forEach(function (d) { d.open = false; });
  apply();
  if (location.hash) { arrive(); }
})();
