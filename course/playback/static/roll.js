// The piano roll: notes on a canvas, a page at a time, and the playhead above it.

const PATTERNS = 4;
const DRUM_ROW = 14; // pixels, so that the name of each drum has room; less where there are many
const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const noteName = (pitch) => NAMES[pitch % 12] + (Math.floor(pitch / 12) - 1);
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function drawNote(context, x, y, width, height, colour, index, velocity, paper) {
  context.globalAlpha = 0.25 + (0.75 * velocity) / 127;
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
  context.fillStyle = paper;
  const pattern = index % PATTERNS; // the second mark beside colour
  if (pattern === 1 && width > 3) context.fillRect(x + 1, y + height / 2 - 0.6, width - 2, 1.2);
  if (pattern === 2) {
    for (let at = x + 3; at < x + width - 1; at += 4) context.fillRect(at, y, 1.2, height);
  }
  if (pattern === 3 && width > 2 && height > 2) {
    context.globalAlpha *= 0.7;
    context.fillRect(x + 1.2, y + 1.2, width - 2.4, height - 2.4);
  }
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 0.8;
  context.strokeRect(x + 0.4, y + 0.4, Math.max(width - 0.8, 0.4), Math.max(height - 0.8, 0.4));
}

class Roll {
  constructor(root, data, engine) {
    Object.assign(this, { root, data, engine, page: 0, view: 0 });
    this.canvas = element("canvas", { role: "img", "aria-label": describe(data) });
    this.head = element("div", { class: "cp-head" });
    this.box = element("div", { class: "cp-roll" }, this.canvas, this.head);
    this.measure();
    const tones = Math.max(92, Math.min((this.high - this.low + 1) * 7, 252));
    this.box.style.height = `${Math.round(22 + tones + this.drumRow * this.drums.length)}px`;
    const seekTo = (event) => engine.seek(this.secondsAt(event));
    this.box.addEventListener("pointerdown", (event) => {
      if (!engine.load) return;
      this.box.setPointerCapture(event.pointerId);
      seekTo(event);
    });
    this.box.addEventListener("pointermove", (event) => {
      if (event.buttons && engine.load) seekTo(event);
    });
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.box);
  }

  measure() { // which pitches and drums need a row
    const tracks = this.data.views.flatMap((view) => view.tracks);
    const pitches = (drum) => tracks.filter((track) => track.drum === drum)
      .flatMap((track) => track.notes.map(([, , pitch]) => pitch));
    this.drums = [...new Set(pitches(true))].sort((a, b) => b - a);
    this.drumRow = Math.min(DRUM_ROW, 240 / this.drums.length);
    const tones = pitches(false);
    if (!tones.length && !this.drums.length) tones.push(60, 72);
    Object.assign(this, { low: 0, high: -1 });
    if (tones.length) {
      const [least, most] = tones.reduce(([a, b], p) => [Math.min(a, p), Math.max(b, p)], [127, 0]);
      const middle = Math.floor((least + most) / 2);
      this.low = Math.max(0, Math.min(least - 1, middle - 7));
      this.high = Math.min(127, Math.max(most + 1, middle + 7));
    }
  }

  draw() {
    const width = this.box.clientWidth;
    const height = this.box.clientHeight;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.left = this.drums.length ? 104 : 40;
    const usable = width - this.left - 6;
    this.span = Math.min(this.engine.seconds, Math.max(usable / 18, 4)); // seconds in a page
    this.scale = usable / this.span;
    this.page = Math.floor(this.engine.heard / this.span);
    this.from = this.page * this.span;
    const top = 18;
    const tones = this.high - this.low + 1;
    const row = (height - top - 4 - this.drumRow * this.drums.length) / Math.max(tones, 6);
    const place = (pitch, drum) => (drum
      ? [top + tones * row + this.drums.indexOf(pitch) * this.drumRow, this.drumRow]
      : [top + (this.high - pitch) * row, row]);
    const paper = colour("--cp-paper");
    const inks = trackColours(this.root);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.fillStyle = paper;
    context.fillRect(0, 0, width, height);
    this.grid(context, { width, height, top, row, place, colour });
    context.save();
    context.beginPath();
    context.rect(this.left, 0, width, height);
    context.clip();
    const view = this.data.views[this.view] ?? { tracks: [] };
    view.tracks.forEach((track, index) => {
      const silent = !this.data.exclusive && !this.engine.audible(index);
      const ink = silent ? colour("--cp-line") : inks[index % inks.length];
      for (const [start, length, pitch, velocity] of track.notes) {
        const x = this.x(start);
        const wide = Math.max(length * this.scale - 1, 2);
        if (x + wide < this.left || x > width) continue;
        const [y, tall] = place(pitch, track.drum);
        drawNote(context, x, y + 0.5, wide, Math.max(tall - 1, 2), ink, index, velocity, paper);
      }
    });
    context.restore();
    this.move();
  }

  grid(context, { width, height, top, row, place, colour }) {
    const view = this.data.views[this.view] ?? { bars: [], beats: [] };
    context.font = `11px ${getComputedStyle(this.root).fontFamily}`;
    context.textBaseline = "middle";
    context.fillStyle = colour("--cp-shade"); // rows of the black keys
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      if (NAMES[pitch % 12].length > 1) context.fillRect(this.left, place(pitch)[0], width, row);
    }
    const line = (x, y, wide, tall, name) => {
      context.fillStyle = colour(name);
      context.fillRect(Math.round(x), Math.round(y), wide, tall);
    };
    const visible = (seconds) => seconds >= this.from - 1e-6 && seconds < this.from + this.span;
    for (const beat of view.beats.filter(visible)) line(this.x(beat), top, 1, height, "--cp-beat");
    let free = -1;
    view.bars.forEach((bar, number) => {
      if (!visible(bar)) return;
      const x = this.x(bar);
      line(x, top, 1, height, "--cp-line");
      if (x < free) return;
      context.fillStyle = colour("--cp-dim");
      context.fillText(String(number + 1), x + 3, top / 2 + 1);
      free = x + 34;
    });
    context.fillStyle = colour("--cp-dim");
    context.textAlign = "right";
    for (let pitch = this.low; pitch <= this.high; pitch++) {
      const [y] = place(pitch);
      const named = row * 12 > 70 ? [0, 4, 7] : row * 12 > 34 ? [0, 7] : [0];
      if (pitch % 12 === 0) line(this.left, y + row, width, 1, "--cp-line");
      context.fillStyle = colour("--cp-dim");
      const free = !this.drums.length || (pitch - this.low) * row > 5; // else a drum's name is near
      if (free && named.includes(pitch % 12)) {
        context.fillText(noteName(pitch), this.left - 6, y + row / 2);
      }
    }
    const every = Math.ceil((DRUM_ROW - 2) / this.drumRow); // names that have room
    this.drums.forEach((drum, index) => {
      const [y, tall] = place(drum, true);
      const name = this.data.drums[drum] ?? String(drum);
      if (index % every === 0) context.fillText(name, this.left - 6, y + tall / 2, this.left - 8);
    });
    context.textAlign = "left";
  }

  x(seconds) { return this.left + (seconds - this.from) * this.scale; }

  secondsAt(event) {
    const inside = event.clientX - this.box.getBoundingClientRect().left - this.left;
    return Math.max(0, this.from + inside / this.scale);
  }

  move() { // the playhead; in steps of a beat for readers who asked for less motion
    let seconds = this.engine.heard;
    const inside = seconds < this.engine.seconds;
    if (inside && Math.floor(seconds / this.span) !== this.page) return this.draw();
    const beats = this.data.views[this.view]?.beats ?? [];
    if (this.engine.playing && calm() && beats.length) {
      seconds = beats.findLast((beat) => beat <= seconds) ?? 0;
    }
    this.head.style.transform = `translateX(${this.x(seconds)}px)`;
    return undefined;
  }
}

function describe(data) {
  const tracks = data.views[0]?.tracks ?? [];
  const names = tracks.map((track) => track.name).join(", ");
  return `Piano roll: ${data.caption}${names && `. Tracks: ${names}`}`;
}
