// The whole player, in its live form (a widget) and in its saved form (a page in a frame).
// The scripts of this folder are joined into one module without imports, in the order theme, sound,
// roll, score, controls, player (html.py): what a notebook shows depends on nothing outside it.

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

// The notes as [start, length, pitch, velocity], times in seconds; scene.py packs them.
function unpackNotes(text, seconds) {
  const numbers = new Uint16Array(bytesOf(text).buffer);
  const unit = seconds / 65535;
  return Array.from({ length: numbers.length / 3 }, (_, i) => {
    const [start, length, sound] = numbers.subarray(3 * i, 3 * i + 3);
    return [start * unit, length * unit, sound & 255, sound >> 8];
  });
}

// Space plays and pauses, numbers choose a version; no key reaches the notebook's shortcuts.
function answerKeys(root, data, engine, followed) {
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (!engine.load || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && !event.target.matches("button, summary")) {
      event.preventDefault();
      followed().toggle();
    }
    const number = Number(event.key);
    if (data.exclusive && number >= 1 && number <= data.names.length) {
      engine.set({ selected: number - 1 });
    }
  });
}

// When a view takes the place of another, the same control has the focus.
function keepFocus(root, engine) {
  root.addEventListener("focusin", (event) => { engine.focused = event.target.dataset.name; });
  root.addEventListener("focusout", () => setTimeout(() => { // not when the view itself goes
    const here = document.hasFocus() && root.contains(document.activeElement);
    if (root.isConnected && !here) engine.focused = null;
  }));
  const control = engine.focused && root.querySelector(`[data-name="${engine.focused}"]`);
  if (control) control.focus({ preventScroll: true });
}

// Build a player inside `outer`. assets: {load(context) -> AudioBuffers, svg}.
export function mount(outer, packed, assets) {
  const unpack = (track) => ({ ...track, notes: unpackNotes(track.notes, packed.seconds) });
  const views = packed.views.map((view) => ({ ...view, tracks: view.tracks.map(unpack) }));
  const data = { ...packed, views };
  const label = `Player: ${data.title || data.caption}`;
  const root = element("div", { class: "course-player", role: "group", "aria-label": label });
  const engine = engineFor(data, assets.load);
  // A score that follows plays by itself only where its player is not, as in a reopened notebook.
  const leader = () => (data.follow ? registry.engines.get(data.follow) : undefined);
  const followed = () => (engine.playing ? engine : leader() ?? engine);
  const status = element("div", { class: "cp-status", role: "status" });
  const score = data.score ? new Score(assets.svg, data.score) : null;
  const parts = []; // what update() refreshes
  const caption = data.caption === data.problem ? "" : data.caption; // do not say it twice
  if (data.title || caption) {
    root.append(element("div", { class: "cp-top" }, element("strong", {}, data.title),
      element("span", { class: "cp-caption" }, caption)));
  }
  parts.push(new Transport(data, engine));
  root.append(parts[0].box);
  const notes = data.views.some((view) => view.tracks.length);
  const roll = !score && notes ? new Roll(root, data, engine) : null;
  if (roll) root.append(roll.box);
  if (data.exclusive) parts.push(versionButtons(data, engine), legend(data, engine, root));
  else if (!score) {
    parts.push(...data.views[0].tracks.map((track, i) => trackRow(engine, track, i)));
  }
  const tracks = element("div", { class: "cp-tracks" }, ...parts.slice(1).map((part) => part.row));
  const longest = Math.max(0, ...(data.views[0]?.tracks ?? []).map((track) => track.name.length));
  tracks.style.setProperty("--cp-column", `${Math.min(142 + 8 * longest, 320)}px`);
  root.append(tracks);
  if (roll) root.append(noteTable(data, () => roll.view));
  if (score) root.append(score.box);
  root.append(status, ...data.remarks.map((text) => element("p", { class: "cp-remark" }, text)));
  outer.append(root);

  let ticking = false;
  const tick = () => {
    const source = followed();
    ticking = source.playing && root.isConnected;
    parts[0].move();
    roll?.move();
    score?.show(source.heard, source.playing || source.position > 0);
    if (ticking) requestAnimationFrame(tick);
  };
  let drawn = "";
  const update = () => {
    for (const part of parts) part.update();
    parts[0].box.hidden = Boolean(leader()) && !engine.playing;
    status.textContent = data.problem || engine.message;
    if (roll && data.exclusive) roll.view = engine.selected;
    const look = JSON.stringify([engine.muted, engine.soloed, engine.selected, engine.count]);
    if (look !== drawn) roll?.draw();
    drawn = look;
    if (!ticking) tick();
  };
  const follower = (source) => { if (source.id === data.follow) update(); };
  engine.join(update);
  if (data.follow) registry.followers.add(follower);
  const unfollow = followTheme(root, () => {
    for (const part of parts) part.paint?.(root);
    roll?.draw();
  });
  answerKeys(root, data, engine, followed);
  keepFocus(root, engine);
  const prepare = () => engine.prepare().catch(() => {}); // play() tells what is wrong
  if (engine.load) root.addEventListener("pointerenter", prepare, { once: true });
  update();
  const destroy = () => {
    unfollow();
    roll?.watcher.disconnect();
    registry.followers.delete(follower);
    engine.leave(update);
  };
  return { root, engine, destroy };
}

// The saved form: this script runs in a frame beside a floor (picture, <audio>) that works
// without it. It takes sound and score from the floor, hides it, and grows to its own height.
export function mountFrame(data) {
  const frame = window.frameElement;
  const floor = frame?.parentElement.querySelector(".course-floor");
  const inside = (selector) => [...(floor?.querySelectorAll(selector) ?? [])]
    .map((element) => bytesOf(element.src.split(",")[1]));
  const decode = (context, files) => (
    Promise.all(files.map((file) => context.decodeAudioData(file.buffer))));
  const load = async (context) => {
    if (!data.opus.length) return decode(context, inside("audio"));
    const mix = () => decode(context, inside("audio")); // for a browser without Opus
    return decode(context, data.opus.map(bytesOf)).catch(mix);
  };
  const svg = data.score ? new TextDecoder().decode(inside("img")[0]) : "";
  const { root, destroy } = mount(document.body, data, { load, svg });
  window.addEventListener("pagehide", destroy);
  if (!frame) return;
  if (floor) floor.hidden = true;
  // With the scheme of the page around it, the frame stays transparent.
  document.documentElement.style.colorScheme = getComputedStyle(frame).colorScheme;
  const fit = () => { frame.style.height = `${Math.ceil(root.getBoundingClientRect().bottom + 2)}px`; };
  new ResizeObserver(fit).observe(root);
  fit();
  frame.parentElement.style.minHeight = ""; // it kept the place while this script was loading
}
