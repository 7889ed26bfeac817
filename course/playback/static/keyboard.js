// A piano keyboard that keeps what is played on it. Time begins with the first note.

const CODES = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH",
  "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon"]; // from the lowest C on
const LETTERS = "AWSEDFTGYHUJKOLP;";
const NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const CLICK = 0.03; // seconds that the metronome sounds

// A tone that begins now; gives the function that ends it.
function sound(frequency, loudness) {
  const context = audioContext();
  context.resume(); // inside the press, or the browser refuses
  const tone = new host.OscillatorNode(context, { type: "triangle", frequency });
  const gain = new host.GainNode(context, { gain: 0 });
  tone.connect(gain).connect(registry.output);
  gain.gain.setTargetAtTime(loudness, context.currentTime, 0.005);
  tone.start();
  return (seconds = 0) => {
    gain.gain.setTargetAtTime(0, context.currentTime + seconds, 0.03);
    tone.stop(context.currentTime + seconds + 0.3);
  };
}

// What is being played: pitch -> what ends it, and notes as [pitch, start, end] in quarters.
class Recording {
  constructor(model, changed) {
    Object.assign(this, { model, changed, held: new Map(), on: false, notes: [], begun: null });
    this.metronome = true;
  }

  get now() { // quarters since the first note
    return (performance.now() - this.begun) / 60000 * this.model.get("quarters_per_minute");
  }

  set(on) {
    for (const pitch of [...this.held.keys()]) this.release(pitch);
    clearInterval(this.ticking);
    if (on) Object.assign(this, { notes: [], begun: null });
    if (on) audioContext(); // making it takes a while: not when the first note is pressed
    this.on = on;
    this.keep();
  }

  press(pitch) {
    if (this.held.has(pitch)) return;
    if (this.on && this.begun === null) this.begin();
    const start = this.on ? this.now : null;
    this.held.set(pitch, { start, end: sound(440 * 2 ** ((pitch - 69) / 12), 0.25) });
    this.changed();
  }

  begin() {
    this.begun = performance.now();
    const tick = () => { if (this.metronome) sound(1760, 0.06)(CLICK); };
    setTimeout(tick);
    this.ticking = setInterval(tick, 60000 / this.model.get("quarters_per_minute"));
  }

  release(pitch) {
    const note = this.held.get(pitch);
    if (!note) return;
    note.end();
    this.held.delete(pitch);
    if (note.start !== null) { // pressed while it records
      this.notes = [...this.notes, [pitch, note.start, this.now]];
      this.keep();
    }
    this.changed();
  }

  keep() {
    this.model.set("notes", this.notes);
    this.model.save_changes();
    this.changed();
  }
}

function element(kind, properties, ...children) {
  const made = Object.assign(document.createElement(kind), properties);
  made.append(...children);
  return made;
}

function words(recording) {
  const count = recording.notes.length;
  const kept = `${count} ${count === 1 ? "note" : "notes"}`;
  if (recording.on && recording.begun === null) return "Recording: time begins with your first note.";
  if (recording.on) return `Recording: ${kept}.`;
  return count ? `${kept} kept. Run the next cell.` : "Press Record, then play.";
}

function makeKeys(model, recording) {
  const [low, high] = [model.get("low"), model.get("high")];
  const first = low + (12 - low % 12) % 12; // the lowest C has the letter A
  const keys = element("div", { className: "ck-keys" });
  for (let pitch = low; pitch <= high; pitch += 1) {
    const name = NAMES[pitch % 12] + (Math.floor(pitch / 12) - 1);
    const letter = LETTERS[pitch - first] ?? "";
    const label = element("span", { className: "ck-letter" }, letter);
    label.setAttribute("aria-hidden", "true");
    const key = element("button", { className: `ck-key${name.includes("#") ? " ck-black" : ""}` }, label);
    key.setAttribute("aria-label", name);
    key.dataset.pitch = pitch;
    key.addEventListener("pointerdown", (event) => {
      if (event.button === 0) recording.press(pitch);
    });
    for (const kind of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
      key.addEventListener(kind, () => recording.release(pitch));
    }
    keys.append(key);
  }
  return [keys, (code) => CODES.includes(code) && first + CODES.indexOf(code) <= high
    ? first + CODES.indexOf(code) : null];
}

// Letters play, Space and Enter play the key that has the focus; nothing reaches the notebook.
function answerComputerKeys(root, recording, pitchOf) {
  const pitch = (event) => {
    const onKey = [" ", "Enter"].includes(event.key) && event.target.dataset.pitch;
    return onKey ? Number(onKey) : pitchOf(event.code);
  };
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey || pitch(event) === null) return;
    event.preventDefault();
    recording.press(pitch(event)); // a key that repeats is held already
  });
  root.addEventListener("keyup", (event) => {
    event.stopPropagation();
    if (pitch(event) === null) return;
    event.preventDefault();
    recording.release(pitch(event));
  });
}

function render({ model, el }) {
  const record = element("button", {}, "Record");
  const click = element("input", { type: "checkbox", checked: true });
  const status = element("span", { className: "cp-status" });
  status.setAttribute("role", "status");
  const update = () => {
    record.textContent = recording.on ? "Stop" : "Record";
    record.setAttribute("aria-pressed", String(recording.on));
    status.textContent = words(recording);
    for (const key of keys.children) {
      key.classList.toggle("ck-held", recording.held.has(Number(key.dataset.pitch)));
    }
  };
  const recording = new Recording(model, () => update());
  recording.notes = model.get("notes");
  const [keys, pitchOf] = makeKeys(model, recording);
  record.addEventListener("click", () => recording.set(!recording.on));
  click.addEventListener("change", () => { recording.metronome = click.checked; });
  const controls = element("div", { className: "cp-transport" }, record,
    element("label", { className: "ck-click" }, click, "Metronome"), status);
  const root = element("div", { className: "course-player course-keyboard", tabIndex: 0 }, controls, keys);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Piano keyboard: letters A to ; play the keys from C on");
  root.addEventListener("focusout", () => setTimeout(() => {
    if (!root.contains(document.activeElement)) [...recording.held.keys()].forEach((p) => recording.release(p));
  }));
  answerComputerKeys(root, recording, pitchOf);
  const unfollow = followTheme(root, update);
  el.append(root);
  return () => { unfollow(); recording.set(false); };
}

export default { render };
