// What ipywidgets leave out: no key that is meant for the studio reaches JupyterLab's shortcuts
// (Enter on a button would open a cell), what is said is read out, and toggles say their state.
function studioOf(el) { return el.closest(".course-studio"); }

function mend(studio) {
  studio.setAttribute("data-lm-suppress-shortcuts", "true");
  studio.setAttribute("role", "group");
  studio.setAttribute("aria-label", "Studio");
  for (const said of studio.querySelectorAll(".course-studio-said")) {
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");
  }
  for (const control of studio.querySelectorAll("button, input, select, textarea")) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  for (const toggle of studio.querySelectorAll("button.widget-toggle-button")) {
    toggle.setAttribute("aria-pressed", String(toggle.classList.contains("mod-active")));
  }
  for (const bar of studio.querySelectorAll(".widget-hprogress .progress:not([role])")) follow(bar);
}

function follow(bar) { // a bar says how far it is, not only its width
  const inner = bar.querySelector(".progress-bar");
  const tell = () => bar.setAttribute("aria-valuenow", String(parseInt(inner.style.width, 10) || 0));
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", "Progress");
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  new MutationObserver(tell).observe(inner, { attributes: true, attributeFilter: ["style"] });
  tell();
}

function render({ el }) {
  let watcher = null;
  const attach = () => {
    const studio = studioOf(el);
    if (!studio) { if (watcher !== false) requestAnimationFrame(attach); return; }
    studio.addEventListener("keydown", stop);
    const attributeFilter = ["class"];
    watcher = new MutationObserver(() => mend(studio));
    watcher.observe(studio, { subtree: true, childList: true, attributes: true, attributeFilter });
    mend(studio);
  };
  attach();
  return () => { if (watcher) watcher.disconnect(); watcher = false; };
}

function stop(event) { event.stopPropagation(); }

export default { render };
