(() => {
  "use strict";
  const root = document.documentElement;
  const { base, figures } = JSON.parse(document.getElementById("report-figures").textContent);
  const names = Object.keys(figures);
  const chosen = Object.fromEntries(names.map((name) => [name, 0]));
  const widest = 440; // of a narrow screen

  // One layout with what the others say differently, at any depth.
  const merged = (layout, ...others) => {
    const result = structuredClone(layout);
    for (const other of others) {
      for (const [key, value] of Object.entries(other)) {
        const both = [result[key], value].every(
          (part) => part && typeof part === "object" && !Array.isArray(part)
        );
        result[key] = both ? merged(result[key], value) : structuredClone(value);
      }
    }
    return result;
  };

  // Draw one figure in the language and at the width of the page.
  const draw = (name) => {
    const plot = document.getElementById(`plot-${name}`);
    const view = figures[name][chosen[name]][root.lang];
    const width = plot.clientWidth;
    const isNarrow = width < widest;
    const narrow = isNarrow ? [{ font: { size: 11 } }, view.narrow] : [];
    const layout = merged(base[root.lang], view.layout, ...narrow, { width });
    plot.setAttribute("aria-label", view.words);
    const data = view.data.map((trace, number) =>
      merged(trace, (isNarrow && view.narrowData[number]) || {})
    );
    return Plotly.react(plot, data, layout, {
      displayModeBar: false,
      responsive: false,
      showTips: false,
    }).then(() => { plot.dataset.drawn = `${root.lang}-${width}`; });
  };

  const drawAll = () =>
    Promise.all(names.map(draw)).then(() => { root.dataset.drawn = String(names.length); });

  // Texts that CSS cannot switch: attributes, options and the title.
  const speak = (language) => {
    root.lang = language;
    for (const element of document.querySelectorAll(`[data-${language}]`)) {
      element.textContent = element.dataset[language];
    }
    for (const element of document.querySelectorAll(`[data-${language}-label]`)) {
      element.setAttribute("aria-label", element.dataset[`${language}Label`]);
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    delete root.dataset.drawn;
    return drawAll();
  };

  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  for (const select of document.querySelectorAll("select[data-figure]")) {
    select.addEventListener("change", () => {
      const name = select.dataset.figure;
      chosen[name] = select.selectedIndex;
      for (const part of document.querySelectorAll(`[data-table="${name}"]`)) {
        part.hidden = Number(part.dataset.view) !== chosen[name];
      }
      draw(name);
    });
  }

  let waiting;
  let width = root.clientWidth;
  window.addEventListener("resize", () => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    delete root.dataset.drawn;
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 150);
  });

  const asked = new URLSearchParams(location.search).get("lang");
  const own = (navigator.language || "").startsWith("vi") ? "vi" : "en";
  speak(["en", "vi"].includes(asked) ? asked : own);
})();
