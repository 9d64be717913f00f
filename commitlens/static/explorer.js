// The explorer in the browser. What commits wrote is only ever set as text; the
// kernel is the only one that is asked.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 230;
const MARGIN = { top: 10, right: 8, bottom: 34, left: 44 };
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const SPLITS = {
  change_type: "change type",
  importance: "importance",
  area: "area",
  author: "author",
  repo: "repository",
};
const NOUNS = { areas: "area", authors: "author", repos: "repository" };

/** Make an element; `on...` properties are listeners, children are text or nodes. */
function make(name, properties = {}, ...children) {
  const svg = ["svg", "g", "rect", "text", "line", "title"].includes(name);
  const node = svg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && !svg && key !== "list") node[key] = value;
    else if (value !== null) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null));
  return node;
}

const number = (n) => n.toLocaleString("en");

function render({ model, el }) {
  const options = model.get("_options");
  const root = make("div", { className: "cl-explorer" });
  el.append(root);
  const filters = make("div", { className: "cl-filters" });
  const plot = make("div", { className: "cl-chart" });
  const legend = make("div", { className: "cl-legend" });
  const list = make("div", { className: "cl-list" });
  const exported = make("div", { className: "cl-export" });
  root.append(filters, plot, legend, list);

  // What is open: a commit's row, and what the kernel said of it.
  let open = null;

  const view = () => model.get("view");

  /** Ask for another view. A filter leads back to the first page of all that pass. */
  function ask(changes) {
    open = null;
    exported.replaceChildren();
    model.set("view", { ...view(), page: 0, ...changes });
    model.save_changes();
  }
  const filter = (changes) => ask({ bar: [], ...changes });

  function toggle(name, value) {
    const chosen = view()[name] ?? [];
    const without = chosen.filter((one) => one !== value);
    filter({ [name]: without.length < chosen.length ? without : [...chosen, value] });
  }

  // --- Filters ---------------------------------------------------------------

  function chips(name, title) {
    if (!(name in options.offered)) return null;
    const chosen = view()[name] ?? [];
    return make(
      "div",
      { className: "cl-group", role: "group", ariaLabel: title },
      options.offered[name].map((value) =>
        make(
          "button",
          {
            className: "cl-chip",
            type: "button",
            "data-filter": name,
            "data-value": value,
            "aria-pressed": String(chosen.includes(value)),
            onclick: () => toggle(name, value),
          },
          dot(options.colours[value]),
          value,
        ),
      ),
    );
  }

  function dot(colour) {
    if (!colour) return null;
    const node = make("span", { className: "cl-dot" });
    node.style.backgroundColor = colour;
    return node;
  }

  /** A field that offers names, and the names that were chosen. */
  function picker(name) {
    if (!(name in options.offered) || options.offered[name].length < 2) return null;
    const noun = NOUNS[name];
    const id = `cl-${name}-${Math.random().toString(36).slice(2)}`;
    const add = (event) => {
      const value = event.target.value;
      if (!options.offered[name].includes(value)) return;
      event.target.value = "";
      if (!(view()[name] ?? []).includes(value)) toggle(name, value);
    };
    return make(
      "span",
      { className: "cl-picker" },
      make("input", {
        type: "text",
        list: id,
        placeholder: `any ${noun}`,
        ariaLabel: noun,
        "data-filter": name,
        autocomplete: "off",
        oninput: add,
      }),
      make(
        "datalist",
        { id },
        options.offered[name].map((value) => make("option", { value })),
      ),
      (view()[name] ?? []).map((value) =>
        make(
          "button",
          {
            className: "cl-chip",
            type: "button",
            title: "remove",
            "aria-pressed": "true",
            onclick: () => toggle(name, value),
          },
          `${value || "(no name)"} ×`,
        ),
      ),
    );
  }

  function day(name) {
    const [min, max] = options.days;
    return make(
      "label",
      {},
      `${name} `,
      make("input", {
        type: "date",
        value: view()[name] ?? "",
        min: min ?? "",
        max: max ?? "",
        "data-filter": name,
        onchange: (event) => filter({ [name]: event.target.value }),
      }),
    );
  }

  function choice(name, title, pairs, apply) {
    const select = make(
      "select",
      { "data-filter": name, ariaLabel: title, onchange: () => apply(select.value) },
      pairs.map(([value, text]) => make("option", { value }, text)),
    );
    select.value = view()[name] ?? pairs[0][0];
    return make("label", {}, `${title} `, select);
  }

  // The search field stays while one writes in it; all else is made anew.
  let waiting = null;
  const search = make("input", {
    type: "search",
    className: "cl-search",
    placeholder: "search subject and body",
    ariaLabel: "search",
    "data-filter": "text",
    value: view().text ?? "",
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => filter({ text: search.value }), 250);
    },
  });
  const others = make("div", { className: "cl-row" });
  const words = make("div", { className: "cl-row" });
  filters.append(others, words);
  words.append(search, make("span", { className: "cl-rest" }));

  function drawFilters() {
    others.replaceChildren(
      ...[chips("types", "change types"), chips("tiers", "importance")].filter(Boolean),
    );
    if (document.activeElement !== search) search.value = view().text ?? "";
    const asked = Object.entries(view()).some(
      ([name, value]) =>
        !["by", "freq", "order", "page"].includes(name) && value.length,
    );
    words.lastChild.replaceChildren(
      ...[
        picker("repos"),
        picker("areas"),
        picker("authors"),
        day("since"),
        day("until"),
        choice(
          "by",
          "colour by",
          options.splits.map((name) => [name, SPLITS[name]]),
          (by) => filter({ by }),
        ),
        choice(
          "freq",
          "per",
          [["auto", "(fitting)"], ["D", "day"], ["W", "week"], ["M", "month"]],
          (freq) => filter({ freq }),
        ),
        asked
          ? make(
              "button",
              { type: "button", className: "cl-reset", onclick: reset },
              "clear filters",
            )
          : null,
      ].filter(Boolean),
    );
  }

  function reset() {
    const { by = "change_type", freq = "auto", order = "newest" } = view();
    search.value = "";
    open = null;
    model.set("view", { by, freq, order });
    model.save_changes();
  }

  // --- Chart -----------------------------------------------------------------

  function called(start, per) {
    return per === "day" ? start : per === "week" ? `week of ${start}` : start.slice(0, 7);
  }

  function drawChart() {
    const { chart } = model.get("_shown");
    const width = Math.max(320, plot.clientWidth || 800);
    const [inner, tall] = [
      width - MARGIN.left - MARGIN.right,
      HEIGHT - MARGIN.top - MARGIN.bottom,
    ];
    const sums = chart.periods.map((p) => p.counts.reduce((a, b) => a + b, 0));
    const [top, step] = scale(Math.max(1, ...sums));
    const y = (n) => MARGIN.top + tall * (1 - n / top);
    // A few bars are not to fill the width: that would look like more.
    const slot = Math.min(inner / Math.max(1, chart.periods.length), 64);
    const gap = slot > 6 ? Math.min(4, slot * 0.15) : slot > 3 ? 0.5 : 0;
    const chosen = view().bar ?? [];
    const svg = make("svg", {
      width,
      height: HEIGHT,
      role: "group",
      tabindex: 0,
      "aria-label": `commits landed per ${chart.per}; arrow keys go from bar to bar`,
      onkeydown: (event) => walk(event, chart),
    });
    for (let n = 0; n <= top; n += step) {
      svg.append(
        make("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(n), y2: y(n) }),
        make("text", { x: MARGIN.left - 6, y: y(n) + 4, "text-anchor": "end" }, number(n)),
      );
    }
    chart.periods.forEach((period, place) => {
      const x = MARGIN.left + place * slot;
      const name = called(period.start, chart.per);
      const part = period.partial ? ` (only a part of the ${chart.per})` : "";
      const group = make("g", {
        class: [
          "cl-period",
          period.partial ? "cl-partial" : "",
          chosen.length && chosen[0] !== period.start ? "cl-dim" : "",
        ].join(" "),
      });
      const choose = (key) => (event) => {
        event.stopPropagation();
        const bar = key === null ? [period.start] : [period.start, key];
        const same = bar.length === chosen.length && bar.every((v, i) => v === chosen[i]);
        ask({ bar: same ? [] : bar });
      };
      group.append(
        make(
          "rect",
          {
            class: "cl-ground",
            "data-start": period.start,
            x, y: MARGIN.top, width: slot, height: tall,
            onclick: choose(null),
          },
          make("title", {}, `${name}: ${number(sums[place])} commits${part}`),
        ),
      );
      let below = 0;
      period.counts.forEach((count, which) => {
        if (!count) return;
        const { key, label, colour } = chart.keys[which];
        group.append(
          make(
            "rect",
            {
              class: chosen.length > 1 && chosen[1] !== key ? "cl-bar cl-dim" : "cl-bar",
              "data-start": period.start,
              "data-key": key,
              fill: colour,
              x: x + gap / 2, y: y(below + count),
              width: Math.max(0.5, slot - gap), height: y(below) - y(below + count),
              onclick: choose(key),
            },
            make("title", {}, `${name}, ${label}: ${number(count)} of ${number(sums[place])}${part}`),
          ),
        );
        below += count;
      });
      svg.append(group);
    });
    for (const [place, text] of ticks(chart, slot)) {
      svg.append(
        make(
          "text",
          {
            // The last one would be cut off.
            x: Math.min(MARGIN.left + (place + 0.5) * slot, width - 4 * text.length),
            y: HEIGHT - 16,
            "text-anchor": "middle",
          },
          text,
        ),
      );
    }
    const focused = plot.contains(document.activeElement);
    plot.replaceChildren(
      chart.periods.length ? svg : make("p", { className: "cl-none" }, "No commits to draw."),
    );
    if (focused) svg.focus({ preventScroll: true });
    const notes = [
      chart.periods.some((p) => p.partial) ? `paler: only a part of the ${chart.per}` : "",
      chart.outside ? `${number(chart.outside)} commits lie outside of the chart` : "",
    ].filter(Boolean);
    legend.replaceChildren(
      ...chart.keys
        .filter((key) => key.total)
        .map((key) => make("span", {}, dot(key.colour), `${key.label} ${number(key.total)}`)),
      make("span", { className: "cl-note" }, notes.join("; ")),
    );
  }

  /** Return the top of an axis and the step of its marks, both whole. */
  function scale(most) {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 4)));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n * 4 >= most);
    return [Math.ceil(most / step) * step, step];
  }

  /** Return which bars are labelled, and how: the year where it is new. */
  function ticks({ periods, per }, slot) {
    const every = Math.max(1, Math.ceil(72 / slot));
    const long = per === "month" && every >= 9;
    let year = null;
    return periods.flatMap(({ start }, place) => {
      const [y, m, d] = start.split("-").map(Number);
      if (long) {
        const years = Math.ceil(every / 12);
        return m === 1 && y % years === 0 ? [[place, String(y)]] : [];
      }
      if (place % every) return [];
      const text = per === "month" ? MONTHS[m - 1] : `${d} ${MONTHS[m - 1]}`;
      const told = y === year ? text : `${text} ${y}`;
      year = y;
      return [[place, told]];
    });
  }

  function walk(event, { periods }) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") ask({ bar: [] });
    if (!step || !periods.length) return;
    event.preventDefault();
    const at = periods.findIndex((p) => p.start === (view().bar ?? [])[0]);
    const next = at < 0 ? (step > 0 ? 0 : periods.length - 1) : at + step;
    if (periods[next]) ask({ bar: [periods[next].start] });
  }

  // --- List ------------------------------------------------------------------

  function drawList() {
    const shown = model.get("_shown");
    const { rows, listed, page, pages, chart } = shown;
    const bar = view().bar ?? [];
    const first = page * 20 + 1;
    const status = make(
      "span",
      { className: "cl-status", role: "status" },
      listed
        ? `${number(first)}–${number(first + rows.length - 1)} of ${number(listed)} commits`
        : "No commits pass these filters.",
    );
    const head = make("div", { className: "cl-row cl-head" }, status);
    if (bar.length) {
      const label = chart.keys.find((key) => key.key === bar[1])?.label ?? bar[1];
      head.append(
        make(
          "button",
          {
            className: "cl-chip cl-of-bar",
            type: "button",
            "aria-pressed": "true",
            title: "back to all that pass",
            onclick: () => ask({ bar: [] }),
          },
          [called(bar[0], chart.per), label].filter((x) => x !== undefined).join(", ") + " ×",
        ),
      );
    }
    head.append(make("span", { className: "cl-space" }));
    if (options.scored) {
      head.append(
        choice(
          "order",
          "order",
          [["newest", "newest first"], ["score", "most important first"]],
          (order) => ask({ order }),
        ),
      );
    }
    head.append(
      make(
        "button",
        { type: "button", className: "cl-do-export", onclick: () => model.send({ kind: "export" }) },
        "export this view",
      ),
    );
    const turn = (text, to) =>
      make(
        "button",
        { type: "button", disabled: to < 0 || to >= pages, onclick: () => ask({ page: to }) },
        text,
      );
    list.replaceChildren(
      head,
      exported,
      make("div", { className: "cl-scroll" }, table(rows)),
      pages > 1
        ? make(
            "div",
            { className: "cl-row cl-pager" },
            turn("« first", page ? 0 : -1),
            turn("‹ previous", page - 1),
            make("span", {}, `page ${number(page + 1)} of ${number(pages)}`),
            turn("next ›", page + 1),
          )
        : "",
    );
  }

  function table(rows) {
    const many = (options.offered.repos ?? []).length > 1;
    const titles = [
      `landed (${options.zone})`,
      "commit",
      ...(many ? ["repository"] : []),
      ...("types" in options.offered ? ["type"] : []),
      ...(options.scored ? ["importance"] : []),
      "author",
      "subject",
    ];
    const body = make("tbody");
    for (const row of rows) {
      const isOpen = open !== null && open.row === row.row;
      body.append(
        make(
          "tr",
          {
            className: isOpen ? "cl-commit cl-open" : "cl-commit",
            "data-sha": row.sha,
            onclick: () => toggleCommit(row.row),
          },
          cell("cl-when", row.landed),
          cell("cl-sha", row.sha.slice(0, 7)),
          many ? cell("", row.repo) : null,
          "types" in options.offered
            ? make("td", { className: "cl-type" }, dot(options.colours[row.type]), row.type)
            : null,
          options.scored ? tier(row) : null,
          cell("cl-who", row.author),
          make(
            "td",
            { className: "cl-subject" },
            make(
              "button",
              {
                type: "button",
                "aria-expanded": String(isOpen),
                onclick: (event) => {
                  event.stopPropagation();
                  toggleCommit(row.row);
                },
              },
              row.subject,
            ),
          ),
        ),
      );
      if (isOpen) {
        body.append(
          make(
            "tr",
            { className: "cl-detail" },
            make("td", { colSpan: titles.length }, detail(open)),
          ),
        );
      }
    }
    return make(
      "table",
      {},
      make("thead", {}, make("tr", {}, titles.map((title) => make("th", { scope: "col" }, title)))),
      body,
    );
  }

  const cell = (className, text) => make("td", { className }, text);

  /** Importance as three steps, filled by tier, and the score. */
  function tier({ tier, score }) {
    const filled = { low: 1, medium: 2, high: 3 }[tier] ?? 0;
    const steps = make(
      "span",
      { className: `cl-tier cl-${tier}`, title: tier },
      [1, 2, 3].map((n) => make("i", { className: n <= filled ? "cl-on" : "" })),
    );
    return make("td", { className: "cl-importance" }, steps, `${tier} ${Math.round(score)}`);
  }

  function toggleCommit(row) {
    open = open !== null && open.row === row ? null : { row };
    drawList();
    if (open !== null) model.send({ kind: "open", row });
  }

  // --- A commit --------------------------------------------------------------

  function detail(commit) {
    if (commit.kind === "error") {
      return make("p", { className: "cl-error", role: "alert" }, commit.text);
    }
    if (!commit.sha) return make("p", { className: "cl-wait" }, "reading the commit …");
    const name = commit.url
      ? make(
          "a",
          { href: commit.url, target: "_blank", rel: "noopener noreferrer" },
          commit.sha.slice(0, 12),
        )
      : commit.sha.slice(0, 12);
    return make(
      "article",
      { className: "cl-article" },
      make("h3", {}, commit.subject),
      make("p", { className: "cl-by" }, name, ` · ${commit.author} · ${commit.landed}`),
      make(
        "p",
        { className: "cl-verdict" },
        dot(options.colours[commit.type]),
        `${commit.type} · ${commit.tier} ${commit.score}/100`,
        commit.reasons.length ? ` — ${commit.reasons.join("; ")}` : "",
      ),
      make(
        "dl",
        {},
        commit.fields.map(([title, sentences]) => [
          make("dt", {}, title),
          sentences.map((sentence) => make("dd", {}, sentence)),
        ]),
      ),
      commit.message
        ? make(
            "details",
            {},
            make("summary", {}, "message"),
            make("pre", { className: "cl-message" }, commit.message),
          )
        : null,
      commit.note ? make("p", { className: "cl-note" }, commit.note) : null,
      files(commit.files),
    );
  }

  function files(changed) {
    let lines = 0;
    return changed.map((file) => {
      const moved = file.old_path !== file.path ? `${file.old_path} → ${file.path}` : file.path;
      const count = (sign) => file.lines.filter(([s]) => s === sign).length;
      const node = make(
        "details",
        { className: "cl-file", open: lines < 250 },
        make(
          "summary",
          {},
          make("span", { className: "cl-status-letter" }, file.status),
          ` ${moved} `,
          make("span", { className: "cl-added" }, `+${count("+")}`),
          " ",
          make("span", { className: "cl-removed" }, `−${count("-")}`),
        ),
        file.is_binary ? make("p", { className: "cl-note" }, "A binary file.") : null,
        file.lines.length ? diff(file.lines) : null,
        file.more
          ? make("p", { className: "cl-note" }, `${number(file.more)} more lines are not shown.`)
          : null,
      );
      lines += file.lines.length;
      return node;
    });
  }

  const SIGNS = { "+": "cl-plus", "-": "cl-minus", "@": "cl-hunk", " ": "" };

  function diff(lines) {
    return make(
      "pre",
      { className: "cl-diff" },
      lines.map(([sign, tokens]) =>
        make(
          "div",
          { className: SIGNS[sign] },
          sign === "@" ? "" : sign,
          tokens.map(([kind, text]) =>
            kind ? make("span", { className: `cl-t${kind}` }, text) : text,
          ),
        ),
      ),
    );
  }

  // --- Export ----------------------------------------------------------------

  function drawExport({ code, markdown }) {
    const block = (title, name, text) => {
      const shown = make("pre", { className: name, tabIndex: 0 }, text);
      const copy = make(
        "button",
        {
          type: "button",
          onclick: async () => {
            try {
              await navigator.clipboard.writeText(text);
              copy.textContent = "copied";
            } catch {
              // Not every page may copy: then it is selected, to be copied by hand.
              getSelection().selectAllChildren(shown);
            }
          },
        },
        "copy",
      );
      return make("section", {}, make("h3", {}, `${title} `, copy), shown);
    };
    exported.replaceChildren(
      block("Python", "cl-code", code),
      block("Markdown", "cl-markdown", markdown),
      make(
        "button",
        { type: "button", onclick: () => exported.replaceChildren() },
        "close",
      ),
    );
  }

  // --- Wires -----------------------------------------------------------------

  function draw() {
    drawFilters();
    drawChart();
    drawList();
  }
  function hear(message) {
    if (message.kind === "export") drawExport(message);
    else if (open?.row === message.row) {
      open = message;
      drawList();
    }
  }
  const resized = new ResizeObserver(() => drawChart());
  model.on("change:_shown", draw);
  model.on("msg:custom", hear);
  draw();
  resized.observe(plot);
  return () => {
    resized.disconnect();
    model.off("change:_shown", draw);
    model.off("msg:custom", hear);
  };
}

export default { render };
