// Dark or light, as the page around has it, and that page's paper, ink and letters.

// The outermost window that may be reached: it says which theme is on, and all players of a page
// share its AudioContext.
const host = (() => {
  let outer = window;
  try {
    while (outer.parent !== outer && outer.parent.document) outer = outer.parent;
  } catch { /* a window of another origin: stop below it */ }
  return outer;
})();

function followTheme(root, update) {
  const body = host.document.body;
  const query = matchMedia("(prefers-color-scheme: dark)");
  const names = ["--jp-layout-color0", "--jp-content-font-color1", "--jp-ui-font-family"];
  const apply = () => {
    const lab = body.dataset.jpThemeLight;
    const dark = lab ? lab === "false" : query.matches || body.classList.contains("vscode-dark");
    root.dataset.theme = dark ? "dark" : "light";
    const outer = getComputedStyle(body);
    for (const name of names) {
      const value = outer.getPropertyValue(name);
      if (value) root.style.setProperty(name, value);
    }
    update();
  };
  const watcher = new MutationObserver(() => setTimeout(apply, 50)); // after its style sheet
  const attributeFilter = ["data-jp-theme-light", "data-jp-theme-name", "class"];
  watcher.observe(body, { attributes: true, attributeFilter });
  query.addEventListener("change", apply);
  apply();
  return () => { watcher.disconnect(); query.removeEventListener("change", apply); };
}

const trackColours = (root) => (
  getComputedStyle(root).getPropertyValue("--cp-tracks").trim().split(" "));
