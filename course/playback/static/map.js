// A map of melodies: a point on a grid is chosen, its melody is drawn and played.
// Runs inside its own frame, without a kernel; `mountMap` is called once with what Python wrote.

const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const noteName = (p) => `${NAMES[p % 12]}${Math.floor(p / 12) - 1}`;

// Notes of a melody as [pitch, first cell, number of cells].
function notesOf(cells, struck) {
  const notes = [];
  cells.forEach((pitch, t) => {
    if (pitch < 0) return;
    if (t && cells[t - 1] === pitch && struck[t] === "0") notes.at(-1)[2] += 1;
    else notes.push([pitch, t, 1]);
  });
  return notes;
}

function mountMap(data) {
  const { columns, rows } = data;
  const state = {
    column: data.start[0], row: data.start[1], timer: null, cell: 0, next: 0, moved: false,
    voice: null,
  };
  let audio = null;
  const at = () => {
    const index = state.row * columns + state.column;
    return notesOf(data.pitches[index], data.struck[index]);
  };
  const box = document.body;
  const map = element(box, "main", { className: "map" });
  const W = 340, pad = 26;
  const X = (share) => pad + share * (W - 2 * pad);
  const Y = (share) => W - pad - share * (W - 2 * pad);
  const svg = part(map, "svg", {
    viewBox: `0 0 ${W} ${W}`, tabindex: 0, role: "application",
    "aria-label": `${data.title}. Move with the arrow keys, play with the space bar.`,
  });
  part(svg, "rect", { x: pad, y: pad, width: W - 2 * pad, height: W - 2 * pad, class: "field" });
  for (const [x, y, kind] of data.points) {
    const place = { class: `kind${kind}`, "aria-hidden": "true" };
    if (kind) part(svg, "rect", { x: X(x) - 2, y: Y(y) - 2, width: 4, height: 4, ...place });
    else part(svg, "circle", { cx: X(x), cy: Y(y), r: 2.2, ...place });
  }
  part(svg, "text", { x: W / 2, y: W - 6, "text-anchor": "middle" }, data.axes[0]);
  part(svg, "text", {
    x: -W / 2, y: 14, "text-anchor": "middle", transform: "rotate(-90)",
  }, data.axes[1]);
  const cursor = part(svg, "g", { class: "cursor" });
  part(cursor, "circle", { r: 9 });
  part(cursor, "path", { d: "M-13 0H13M0 -13V13" });

  const side = element(map, "div", { className: "side" });
  const roll = part(side, "svg", { viewBox: "0 0 400 190", role: "img" });
  const line = element(side, "p", { className: "line" });
  line.setAttribute("aria-live", "polite");
  const slider = (label, last, set) => {
    const holder = element(side, "label", {}, `${label} `);
    const input = element(holder, "input", { type: "range", min: 0, max: last, step: 1 });
    input.addEventListener("input", () => set(Number(input.value)));
    return input;
  };
  const sliderX = slider(data.axes[0], columns - 1, (value) => move(value, state.row));
  const sliderY = slider(data.axes[1], rows - 1, (value) => move(state.column, value));
  const button = element(side, "button", { type: "button" }, "▶ Play");
  button.addEventListener("click", toggle);
  const legend = element(side, "p", { className: "legend" });
  data.legend.forEach((text, kind) => {
    element(legend, "span", { className: `kind${kind}` }, kind ? "■ " : "● ");
    legend.append(`${text}  `);
  });

  function draw() {
    cursor.setAttribute("transform",
      `translate(${X(state.column / (columns - 1))} ${Y(state.row / (rows - 1))})`);
    sliderX.value = state.column;
    sliderY.value = state.row;
    const notes = at();
    const low = data.low - 1, span = data.high - data.low + 2;
    roll.replaceChildren();
    for (let beat = 0; beat <= data.cells; beat += 4) {
      const x = (beat / data.cells) * 400;
      part(roll, "line", { x1: x, x2: x, y1: 0, y2: 190, class: beat % 16 ? "beat" : "bar" });
    }
    for (const [pitch, start, length] of notes) {
      part(roll, "rect", {
        x: (start / data.cells) * 400, width: (length / data.cells) * 400 - 1.5, rx: 1.5,
        y: 190 - ((pitch - low) / span) * 190 - 4, height: Math.max(4, 190 / span),
        class: "note",
      });
    }
    const words = notes.map(([pitch]) => noteName(pitch)).join(" ");
    const place = `column ${state.column + 1} of ${columns}, row ${state.row + 1} of ${rows}`;
    line.textContent = `${place}: ${notes.length} notes, ${words}`;
    roll.setAttribute("aria-label", `Piano roll of ${notes.length} notes: ${words}`);
    box.dataset.place = `${state.column} ${state.row}`;
    box.dataset.notes = notes.length;
  }

  function move(column, row) {
    const before = `${state.column} ${state.row}`;
    state.column = Math.max(0, Math.min(columns - 1, column));
    state.row = Math.max(0, Math.min(rows - 1, row));
    if (before === `${state.column} ${state.row}`) return;
    state.moved = true;
    draw();
  }

  function follow(event) {
    const frame = svg.getBoundingClientRect();
    const inner = (W - 2 * pad) / W;
    const x = ((event.clientX - frame.left) / frame.width - pad / W) / inner;
    const y = 1 - ((event.clientY - frame.top) / frame.height - pad / W) / inner;
    move(Math.round(x * (columns - 1)), Math.round(y * (rows - 1)));
  }
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    follow(event);
    if (!state.timer) toggle();
  });
  svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.key === " ") toggle();
    else if (step[event.key]) {
      move(state.column + step[event.key][0], state.row + step[event.key][1]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // One sixteenth after the other is put into the near future; so a moved point is heard at once:
  // of a note that should have begun before, what is left of it sounds.
  function tick() {
    while (state.next < audio.currentTime + 0.15) {
      if (state.moved) hush(state.next);
      for (const [pitch, start, length] of at()) {
        const over = state.cell - start;
        if (over === 0 || (state.moved && over > 0 && over < length)) {
          sound(pitch, state.next, (length - over) * data.seconds);
        }
      }
      state.moved = false;
      state.cell = (state.cell + 1) % data.cells;
      state.next += data.seconds;
    }
    box.dataset.cell = state.cell;
  }

  function sound(pitch, when, seconds) {
    const end = new GainNode(audio);
    end.connect(audio.destination);
    state.voice = { tone: playTone(end, pitch, when, seconds, 0.22), end };
  }

  function hush(when) {
    state.voice?.end.gain.setTargetAtTime(0, when, 0.008);
    state.voice?.tone.stop(when + 0.06);
    state.voice = null;
  }

  async function toggle() {
    if (state.timer) {
      clearInterval(state.timer);
      state.timer = null;
      hush(audio.currentTime);
      button.textContent = "▶ Play";
      return;
    }
    audio ??= new AudioContext();
    state.timer = setInterval(() => { if (audio.state === "running") tick(); }, 40);
    button.textContent = "■ Stop";
    await audio.resume();
    Object.assign(state, { cell: 0, moved: false });
    state.next = audio.currentTime + 0.05;
  }

  followTheme(box, draw);
  fillFrame();
}
