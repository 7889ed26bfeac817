// A mixer of noises: four choices make a phrase of several tracks, which is drawn and played.
// Runs inside its own frame, without a kernel; `mountMixer` is called once with what Python wrote.

const WIDTH = 640, HEIGHT = 230;

// Notes of a phrase as [track, pitch, first step, number of steps]; a phrase is track by track.
function notesOf(cells, tracks, steps) {
  const notes = [];
  for (let track = 0; track < tracks; track += 1) {
    for (let t = 0; t < steps; t += 1) {
      const pitch = cells[track * steps + t];
      if (pitch < 0) continue;
      if (t && cells[track * steps + t - 1] === pitch) notes.at(-1)[3] += 1;
      else notes.push([track, pitch, t, 1]);
    }
  }
  return notes;
}

function mountMixer(data) {
  const { rows, options, tracks, steps } = data;
  const choice = rows.map(() => 0);
  const muted = tracks.map(() => false);
  const state = { timer: null, step: 0, next: 0, changed: null };
  let audio = null, output = null;
  const cells = () => data.phrases[choice.reduce((index, at) => index * options + at, 0)];
  const box = document.body;

  const main = element(box, "main");
  const panel = element(main, "div", { className: "panel" });
  rows.forEach((row, number) => {
    const group = element(panel, "fieldset");
    element(group, "legend", {}, row.name);
    element(group, "small", {}, row.what);
    const line = element(group, "div", { className: "choices" });
    for (let option = 0; option < options; option += 1) {
      const label = element(line, "label");
      const input = element(label, "input", {
        type: "radio", name: row.name, value: option, checked: option === 0,
      });
      label.append(String.fromCharCode(65 + option));
      input.addEventListener("change", () => choose(number, option));
    }
  });

  const roll = part(main, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const said = element(main, "p", { className: "said" });
  said.setAttribute("aria-live", "polite");
  const bar = element(main, "div", { className: "bar" });
  const button = element(bar, "button", { type: "button" }, "▶ Play");
  button.addEventListener("click", toggle);
  tracks.forEach((track, number) => {
    const label = element(bar, "label");
    const input = element(label, "input", { type: "checkbox", checked: true });
    element(label, "span", { ariaHidden: "true" }, "■");
    label.append(` ${track.slice(0, 1)} ${track}`);
    input.addEventListener("change", () => { muted[number] = !input.checked; draw(); });
  });

  function choose(number, option) {
    const before = cells();
    choice[number] = option;
    const now = cells();
    state.changed = now.map((pitch, place) => pitch !== before[place]);
    const moved = state.changed.filter(Boolean).length;
    const where = tracks.filter((_, track) =>
      state.changed.slice(track * steps, (track + 1) * steps).some(Boolean));
    const letter = String.fromCharCode(65 + option);
    said.textContent = `${rows[number].name} ${letter}: ${moved} of ${now.length} cells changed`
      + `${moved ? `, in ${where.join(", ")}; they have an edge` : ""}.`;
    draw();
  }

  function draw() {
    const span = data.high - data.low + 3;
    const Y = (pitch) => HEIGHT - ((pitch - data.low + 2) / span) * HEIGHT;
    roll.replaceChildren();
    for (let beat = 0; beat <= steps; beat += 4) {
      const x = (beat / steps) * WIDTH;
      part(roll, "line", { x1: x, x2: x, y1: 0, y2: HEIGHT, class: beat % 16 ? "beat" : "barline" });
    }
    const colours = trackColours(box);
    bar.querySelectorAll("span").forEach((mark, track) => { mark.style.color = colours[track]; });
    const notes = notesOf(cells(), tracks.length, steps);
    for (const [track, pitch, start, length] of notes) {
      const from = track * steps + start;
      const fresh = state.changed?.slice(from, from + length).some(Boolean);
      part(roll, "rect", {
        x: (start / steps) * WIDTH + 0.5, y: Y(pitch), rx: 1.5,
        width: (length / steps) * WIDTH - 1.5, height: Math.max(4, HEIGHT / span - 0.5),
        fill: colours[track], opacity: muted[track] ? 0.2 : 1,
        class: fresh ? "fresh" : "",
      });
    }
    tracks.forEach((track, number) => {
      const first = notes.find((note) => note[0] === number);
      if (first) part(roll, "text", { x: 2 + (first[2] / steps) * WIDTH, y: Y(first[1]) - 2 }, track.slice(0, 1));
    });
    roll.setAttribute("aria-label", `Piano roll of ${notes.length} notes in ${tracks.length} tracks`);
    box.dataset.choice = choice.join("");
    box.dataset.notes = notes.length;
  }

  // One sixteenth after the other is put into the near future; so a choice is heard at once.
  function tick() {
    while (state.next < audio.currentTime + 0.15) {
      for (const [track, pitch, start, length] of notesOf(cells(), tracks.length, steps)) {
        if (start !== state.step || muted[track]) continue;
        playTone(output, pitch, state.next, length * data.seconds, 0.13);
      }
      state.step = (state.step + 1) % steps;
      state.next += data.seconds;
    }
    box.dataset.step = state.step;
  }

  async function toggle() {
    if (state.timer) {
      clearInterval(state.timer);
      state.timer = null;
      button.textContent = "▶ Play";
      return;
    }
    if (!audio) {
      audio = new AudioContext();
      output = new AnalyserNode(audio); // tests listen here, as they do to the player
      output.connect(audio.destination);
      window.coursePlayback = { output };
    }
    state.timer = setInterval(() => { if (audio.state === "running") tick(); }, 40);
    button.textContent = "■ Stop";
    await audio.resume();
    state.step = 0;
    state.next = audio.currentTime + 0.05;
  }

  said.textContent = "Leave three rows as they are and choose another letter in the fourth.";
  followTheme(box, draw);
  fillFrame();
}
