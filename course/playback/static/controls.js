// Buttons, sliders and the table of notes; each has update(), to show the engine's state.

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// JupyterLab looks for this mark on the focused element itself; without it, "b" on a button
// would insert a cell.
function suppressShortcuts(control) { control.setAttribute("data-lm-suppress-shortcuts", "true"); }

function button(text, label, onclick) {
  const made = element("button", { type: "button", "aria-label": label, "data-name": label }, text);
  suppressShortcuts(made);
  made.addEventListener("click", onclick);
  return made;
}

function slider(label, max, step, oninput) {
  const made = element("input", {
    type: "range", min: 0, max, step, value: 0, "aria-label": label, "data-name": label,
  });
  suppressShortcuts(made);
  made.addEventListener("input", () => oninput(Number(made.value)));
  return made;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 };

class Transport {
  constructor(data, engine) {
    this.engine = engine;
    this.icon = element("span", { class: "cp-icon", "aria-hidden": "true" });
    this.word = element("span");
    this.play = button("", "Play", () => engine.toggle());
    this.play.classList.add("cp-play");
    this.play.append(this.icon, this.word);
    this.loop = button("Loop", "Loop", () => engine.set({ loop: !engine.loop }));
    this.time = element("span", { class: "cp-time" });
    this.seek = slider("Position", engine.seconds.toFixed(2), 0.01, (at) => engine.seek(at));
    this.volume = slider("Volume", 1, 0.05, (volume) => engine.set({ volume }));
    this.seek.addEventListener("keydown", (event) => {
      const by = STEPS[event.key]; // seconds
      if (!by) return;
      event.preventDefault();
      engine.seek(engine.position + by);
    });
    const volume = element("label", { class: "cp-volume" },
      element("span", { "aria-hidden": "true" }, "Volume"), this.volume);
    const controls = [this.play, this.loop, this.seek, this.volume];
    for (const control of controls) control.disabled = !engine.load;
    this.box = element("div", { class: "cp-transport" },
      this.play, this.loop, this.time, this.seek, volume);
  }

  update() {
    const { engine } = this;
    const on = engine.playing || engine.waiting;
    const word = engine.waiting ? "Loading" : on ? "Pause" : "Play";
    this.icon.classList.toggle("cp-pause", on);
    this.word.textContent = word;
    this.play.setAttribute("aria-label", word);
    this.loop.setAttribute("aria-pressed", engine.loop);
    this.volume.value = engine.volume;
    this.move();
  }

  move() {
    const at = this.engine.heard;
    this.time.textContent = `${clock(at)} / ${clock(this.engine.seconds)}`;
    this.seek.value = at;
    this.seek.setAttribute("aria-valuetext", `${clock(at)} of ${clock(this.engine.seconds)}`);
  }
}

function swatch(index) {
  const canvas = element("canvas", { class: "cp-swatch", "aria-hidden": "true" });
  const paint = (root) => {
    const ratio = devicePixelRatio || 1;
    Object.assign(canvas, { width: 22 * ratio, height: 12 * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const inks = trackColours(root);
    const paper = getComputedStyle(root).getPropertyValue("--cp-paper");
    drawNote(context, 0, 0, 22, 12, inks[index % inks.length], index, 127, paper);
  };
  return { canvas, paint };
}

const nameTag = (name) => element("span", { class: "cp-name", title: name }, name);

function trackRow(engine, track, index) {
  const { canvas, paint } = swatch(index);
  const flip = (which) => () => (
    engine.set({ [which]: engine[which].map((on, i) => (i === index ? !on : on)) }));
  const mute = button("Mute", `Mute ${track.name}`, flip("muted"));
  const solo = button("Solo", `Solo ${track.name}`, flip("soloed"));
  const row = element("div", { class: "cp-track" }, canvas, nameTag(track.name), mute, solo);
  const update = () => {
    mute.setAttribute("aria-pressed", engine.muted[index]);
    solo.setAttribute("aria-pressed", engine.soloed[index]);
    mute.disabled = solo.disabled = engine.count < 2 || !engine.load;
    row.classList.toggle("cp-silent", engine.count > 1 && !engine.audible(index));
  };
  return { row, update, paint };
}

function versionButtons(data, engine) {
  const buttons = data.names.map((name, selected) => (
    button(name, name, () => engine.set({ selected }))));
  buttons.forEach((one, index) => (
    one.prepend(element("kbd", { "aria-hidden": "true" }, String(index + 1)))));
  const group = { class: "cp-versions", role: "group", "aria-label": "Versions" };
  const row = element("div", group, ...buttons);
  const update = () => buttons.forEach((one, i) => {
    one.setAttribute("aria-pressed", i === engine.selected);
    one.disabled = !engine.load;
  });
  return { row, update };
}

// The tracks of the version that is heard: no buttons, only which colour is whose.
function legend(data, engine, root) {
  const row = element("div", { class: "cp-legend" });
  const update = () => {
    const tracks = data.views[engine.selected]?.tracks ?? [];
    const swatches = tracks.map((_, index) => swatch(index));
    row.replaceChildren(...tracks.map((track, i) => (
      element("div", { class: "cp-track" }, swatches[i].canvas, nameTag(track.name)))));
    for (const { paint } of swatches) paint(root);
  };
  return { row, update, paint: update };
}

const TABLE_ROWS = 200;

function noteTable(data, shown) {
  const box = element("details", { class: "cp-table" }, element("summary", {}, "Notes as a table"));
  suppressShortcuts(box.firstChild);
  box.addEventListener("toggle", () => {
    box.querySelector("div")?.remove();
    if (!box.open) return;
    const notes = data.views[shown()].tracks
      .flatMap((track) => track.notes.map((note) => [track, ...note]))
      .sort((a, b) => a[1] - b[1]);
    const rows = notes.slice(0, TABLE_ROWS).map(([track, start, length, pitch, velocity]) => {
      const name = track.drum ? data.drums[pitch] ?? pitch : noteName(pitch);
      const cells = [track.name, name, start.toFixed(2), length.toFixed(2), velocity];
      return element("tr", {}, ...cells.map((cell) => element("td", {}, String(cell))));
    });
    const heads = ["Track", "Note", "Start in s", "Length in s", "Velocity"];
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
    const area = element("div", { tabindex: "0", role: "region", "aria-label": "Table of notes" }, table);
    suppressShortcuts(area);
    if (notes.length > TABLE_ROWS) area.append(`The first ${TABLE_ROWS} of ${notes.length} notes.`);
    box.append(area);
  });
  return box;
}
