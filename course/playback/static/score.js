// The score: the notes that sound now light up, and their line stays in sight.

// [[seconds, [ids of the notes that sound from then on]], ...] in order of time
function statesOf(spans) {
  const turns = spans.flatMap(([id, start, end]) => [[start, 1, id], [end, 0, id]]);
  turns.sort((a, b) => a[0] - b[0] || a[1] - b[1]); // what ends, ends before what begins
  const sounding = new Set();
  const states = [];
  for (const [seconds, begins, id] of turns) {
    if (begins) sounding.add(id);
    else sounding.delete(id);
    if (states.at(-1)?.[0] === seconds) states.pop();
    states.push([seconds, [...sounding]]);
  }
  return states;
}

class Score {
  constructor(svg, spans) { // spans: [[id, start, end], ...] in seconds
    const region = { class: "cp-score", tabindex: "0", role: "region", "aria-label": "Score" };
    this.box = element("div", region);
    this.box.innerHTML = svg;
    suppressShortcuts(this.box);
    this.box.querySelector("svg")?.setAttribute("role", "img");
    this.box.querySelector("svg")?.setAttribute("aria-label", "The music in staff notation");
    this.states = statesOf(spans);
    this.at = -1;
    this.lit = [];
  }

  show(seconds, active) {
    const later = this.states.findIndex(([from]) => from > seconds + 0.005);
    const at = active ? (later < 0 ? this.states.length : later) - 1 : -1;
    if (at === this.at) return;
    this.at = at;
    for (const note of this.lit) note.classList.remove("cp-on");
    const ids = at < 0 ? [] : this.states[at][1];
    this.lit = ids.map((id) => this.box.querySelector(`[id="${id}"]`)).filter(Boolean);
    for (const note of this.lit) note.classList.add("cp-on");
    if (this.lit.length) this.reveal(this.lit[0].closest("g.system") ?? this.lit[0]);
  }

  reveal(system) { // scroll inside the box only, never the page
    const box = this.box.getBoundingClientRect();
    const rect = system.getBoundingClientRect();
    const note = this.lit[0].getBoundingClientRect();
    const by = { behavior: calm() ? "auto" : "smooth", top: 0, left: 0 };
    if (rect.top < box.top || rect.bottom > box.bottom) by.top = rect.top - box.top - 8;
    if (note.left < box.left || note.right > box.right) by.left = note.left - box.left - 60;
    if (by.top || by.left) this.box.scrollBy(by);
  }
}
