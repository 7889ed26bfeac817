// Parts of a page: what the pages that run in a frame of their own are built from.

const NS = "http://www.w3.org/2000/svg";

function part(parent, name, attributes, text) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

function element(parent, name, attributes, text) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  if (text) made.append(text);
  parent.append(made);
  return made;
}

// Plays a note into `output` and gives its oscillator; `loudness` is the gain at its beginning.
function playTone(output, pitch, when, seconds, loudness) {
  const audio = output.context;
  const tone = new OscillatorNode(audio, {
    type: "triangle", frequency: 440 * 2 ** ((pitch - 69) / 12),
  });
  const level = new GainNode(audio, { gain: 0 });
  level.gain.setValueAtTime(0, when);
  level.gain.linearRampToValueAtTime(loudness, when + 0.012);
  level.gain.exponentialRampToValueAtTime(0.4 * loudness, when + seconds * 0.9);
  level.gain.linearRampToValueAtTime(0, when + seconds);
  tone.connect(level).connect(output);
  tone.start(when);
  tone.stop(when + seconds + 0.02);
  return tone;
}

// Hides the picture that stands for a page without a script, and gives the frame the page's height.
function fillFrame() {
  try {
    const frame = window.frameElement;
    frame.previousElementSibling.hidden = true;
    const fit = () => { frame.height = document.body.offsetHeight; };
    new ResizeObserver(fit).observe(document.body);
    fit();
  } catch { /* shown as a page of its own */ }
}
