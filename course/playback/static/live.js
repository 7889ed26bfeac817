// The player as part of a widget: joined behind the scripts of the saved form.

function pcmBuffer(view) {
  const samples = new Int16Array(view.buffer, view.byteOffset, view.byteLength / 2);
  const buffer = new host.AudioBuffer({ length: Math.max(samples.length, 1), sampleRate: SAMPLE_RATE });
  const channel = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i += 1) channel[i] = samples[i] / 32768;
  return buffer;
}

// The live form, in an anywidget. Python sends PCM stems and commands; position comes back.
function mountLive(model, el) {
  const data = model.get("data");
  const raw = model.get("stems");
  if (!data.id) return undefined; // Python has emptied the widget, its saved form is on the way
  const load = async () => raw.map(pcmBuffer);
  const { engine, destroy } = mount(el, data, { load, svg: model.get("svg") });
  const command = ({ command: name, seconds }) => {
    if (name === "seek") engine.seek(seconds);
    else engine[name]();
  };
  const report = () => {
    model.set({ playing: engine.playing, position: engine.position });
    model.save_changes();
  };
  const timer = setInterval(() => { if (engine.playing) report(); }, 250);
  model.on("msg:custom", command);
  engine.views.add(report);
  const stop = () => {
    clearInterval(timer);
    model.off("msg:custom", command);
    engine.views.delete(report);
    destroy();
  };
  return { engine, stop };
}
