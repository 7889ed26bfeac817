// The sound: one AudioContext for the page, one Engine for each player.
// An engine outlives the view that made it: when a live widget is replaced by its saved form, the
// new view finds the engine by its id and plays on. An engine that a frame has made ends with its
// frame, and one whose next view is late stops; then the next view goes on where the sound was.

const registry = (host.coursePlayback ??= {
  context: null, output: null, engines: new host.Map(), followers: new host.Set(),
  left: new host.Map(), // id to what an engine was doing when its last view went
});
const SAMPLE_RATE = 24000; // Hz; what Python renders, and half the memory of 48000
const FADE = 0.012; // seconds, so that mute, seek and stop do not click
const LATEST = 10000; // milliseconds within which the next view of an engine may arrive

function audioContext() {
  if (!registry.context) {
    registry.context = new host.AudioContext({ sampleRate: SAMPLE_RATE });
    registry.output = registry.context.createAnalyser(); // tests and meters read it
    registry.output.connect(registry.context.destination);
  }
  return registry.context;
}

class Engine {
  // load(context) gives a promise of the decoded stems: AudioBuffers of equal length.
  constructor(data, load) {
    Object.assign(this, { id: data.id, seconds: data.seconds, loopEnd: data.loop, load });
    this.exclusive = data.exclusive;
    this.count = data.stems;
    this.muted = Array(this.count).fill(false);
    this.soloed = Array(this.count).fill(false);
    Object.assign(this, { selected: 0, volume: 1, loop: false, offset: 0, startedAt: 0 });
    Object.assign(this, { playing: false, waiting: false, message: "", focused: null });
    Object.assign(this, { buffers: null, decoded: null, master: null, gains: [], sources: [] });
    this.views = new Set(); // functions called after every change
  }

  get position() { // seconds
    if (!this.playing) return this.offset;
    const elapsed = registry.context.currentTime - this.startedAt;
    return this.loop ? elapsed % this.loopEnd : Math.min(elapsed, this.seconds);
  }

  get heard() { // what leaves the loudspeaker now was scheduled a moment ago
    const late = this.playing ? registry.context.outputLatency || 0 : 0;
    return Math.max(0, this.position - late);
  }

  prepare() { // decode once; the hand on its way to Play may call it, before sound is allowed
    this.decoded ??= this.load(new host.OfflineAudioContext(1, 1, SAMPLE_RATE));
    return this.decoded;
  }

  async play() {
    if (this.playing || this.waiting || !this.load) return;
    for (const other of registry.engines.values()) if (other !== this) other.pause();
    this.waiting = true;
    this.tell("");
    try {
      const context = audioContext();
      const resumed = context.resume(); // inside the click, or the browser refuses
      this.buffers = await this.prepare();
      this.count = this.buffers.length;
      if (context.state !== "running") this.tell("The browser waits for a click: press Play.");
      await resumed;
    } catch (error) {
      Object.assign(this, { waiting: false, decoded: null });
      this.tell(`No sound: ${error.message}`);
      return;
    }
    if (this.waiting) this.start();
  }

  start() {
    const context = registry.context;
    if (this.offset >= this.seconds - 0.01) this.offset = 0;
    this.master = context.createGain();
    this.master.connect(registry.output);
    this.gains = this.buffers.map(() => context.createGain());
    this.sources = this.buffers.map((buffer, i) => {
      const source = context.createBufferSource();
      Object.assign(source, { buffer, loop: this.loop, loopStart: 0, loopEnd: this.loopEnd });
      source.connect(this.gains[i]).connect(this.master);
      return source;
    });
    const longest = this.buffers.reduce((a, b, i, all) => (b.length > all[a].length ? i : a), 0);
    this.sources[longest].onended = () => this.finish();
    Object.assign(this, { waiting: false, playing: true, message: "" });
    this.mix(0);
    const now = context.currentTime + 0.005;
    for (const source of this.sources) source.start(now, this.offset);
    this.startedAt = now - this.offset;
    this.tell();
  }

  silence() {
    const now = registry.context.currentTime;
    this.master.gain.setTargetAtTime(0, now, FADE / 4);
    for (const source of this.sources) {
      source.onended = null;
      source.stop(now + FADE);
    }
    this.sources = [];
  }

  pause() {
    const stopped = this.playing || this.waiting;
    if (this.playing) {
      this.offset = this.position;
      this.silence();
    }
    Object.assign(this, { playing: false, waiting: false });
    if (stopped) this.tell();
  }

  finish() {
    this.pause();
    this.seek(0);
  }

  toggle() { return this.playing || this.waiting ? this.pause() : this.play(); }

  seek(seconds) {
    const sounding = this.playing;
    if (sounding) this.silence();
    this.playing = false;
    this.offset = Math.max(0, Math.min(seconds, this.seconds));
    if (sounding) this.start();
    else this.tell();
  }

  set(change) { // {loop}, {volume}, {selected}, or {muted: [...]}, {soloed: [...]}
    if ("loop" in change && this.playing) {
      this.startedAt = registry.context.currentTime - this.position;
      for (const source of this.sources) source.loop = change.loop;
    }
    Object.assign(this, change);
    this.mix();
    this.tell();
  }

  audible(i) {
    if (this.count === 1) return true;
    if (this.exclusive) return i === this.selected;
    return this.soloed.some(Boolean) ? this.soloed[i] : !this.muted[i];
  }

  mix(glide = FADE) {
    if (!this.playing) return;
    const set = (parameter, value) => {
      const now = registry.context.currentTime;
      if (glide === 0) return parameter.setValueAtTime(value, 0);
      parameter.cancelScheduledValues(now);
      parameter.setValueAtTime(parameter.value, now);
      return parameter.linearRampToValueAtTime(value, now + glide);
    };
    set(this.master.gain, this.volume);
    this.gains.forEach((gain, i) => set(gain.gain, this.audible(i) ? 1 : 0));
  }

  tell(message = this.message) {
    this.message = message;
    for (const view of [...this.views]) view();
    for (const follower of [...registry.followers]) follower(this);
  }

  join(view) {
    this.views.add(view);
    const left = registry.left.get(this.id);
    registry.left.delete(this.id);
    if (!left || host.performance.now() > left.until) return;
    Object.assign(this, left.state);
    const other = [...registry.engines.values()].some((engine) => engine.playing);
    if (left.playing && !other) this.play();
  }

  leave(view) { // a view has gone; stop soon, unless the next one arrives
    this.views.delete(view);
    const stop = () => {
      if (this.views.size) return;
      const playing = this.playing || this.waiting;
      this.pause();
      const { offset, muted, soloed, selected, volume, loop } = this;
      const state = { offset, muted, soloed, selected, volume, loop };
      registry.left.set(this.id, { playing, state, until: host.performance.now() + LATEST });
    };
    const forget = () => {
      if (this.views.size) return;
      registry.engines.delete(this.id);
      for (const follower of [...registry.followers]) follower(this); // it plays by itself now
    };
    if (window !== host) { stop(); forget(); } // this script ends with its frame
    else if (!this.views.size) { setTimeout(stop, 1000); setTimeout(forget, LATEST); }
  }
}

function engineFor(data, load) {
  const known = registry.engines.get(data.id);
  if (known) return known;
  const engine = new Engine(data, data.problem ? null : load);
  registry.engines.set(data.id, engine);
  for (const follower of [...registry.followers]) follower(engine); // a score may wait for it
  return engine;
}
