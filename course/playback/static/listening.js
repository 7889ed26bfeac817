// A blind listening test: one trial after the other, each answer kept by Python before the next one.

function listeningPanel(model) {
  const heading = element("strong");
  const question = element("p", { class: "cl-question" });
  const choices = element("div", { class: "cp-versions", role: "group", "aria-label": "Answer" });
  const status = element("div", { class: "cl-status", role: "status" });
  const keep = button("Keep and go on", "Keep and go on", () => send());
  keep.classList.add("cp-play");
  const named = { class: "course-player cl-panel", role: "group", "aria-label": "Listening test", tabindex: -1 };
  const box = element("div", named, heading, question, choices, status);
  let chosen = "";
  let waiting = false;
  const paint = () => {
    for (const one of choices.querySelectorAll("[data-answer]")) {
      one.setAttribute("aria-pressed", one.dataset.answer === chosen);
      one.disabled = waiting;
    }
    keep.disabled = waiting || !chosen;
  };
  const choose = (label) => {
    if (waiting || !model.get("labels").includes(label)) return;
    chosen = label;
    paint();
  };
  const send = () => {
    if (keep.disabled) return;
    waiting = true;
    status.textContent = "Waiting for Python to keep the answer …";
    model.send({ number: model.get("number"), answer: chosen });
    paint();
    box.focus({ preventScroll: true }); // the button that had it cannot be pressed now
  };
  const update = () => { // a trial begins, or an answer could not be kept
    const [number, total] = [model.get("number"), model.get("total")];
    const over = number > total;
    const focused = box.contains(document.activeElement);
    waiting = false;
    chosen = "";
    heading.textContent = over ? `All ${total} answers are kept` : `Trial ${number} of ${total}`;
    question.textContent = over ? "Run the next cells: they count." : model.get("question");
    const buttons = model.get("labels").map((label) => {
      const one = button(label, `Answer ${label}`, () => choose(label));
      one.dataset.answer = label;
      return one;
    });
    choices.replaceChildren(...(over ? [] : [...buttons, keep]));
    status.textContent = model.get("said");
    paint();
    if (focused) (buttons[0] ?? box).focus({ preventScroll: true });
  };
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    choose(event.key.toUpperCase());
  };
  return { box, update, onKey };
}

function renderTest({ model, el }) {
  const { box, update, onKey } = listeningPanel(model);
  const place = element("div");
  const root = element("div", { class: "course-listening" }, place, box);
  root.addEventListener("keydown", (event) => { // what the player has not kept to itself
    event.stopPropagation(); // no letter reaches the notebook's shortcuts
    onKey(event);
    const version = Number(event.key) - 1;
    if (model.get("labels")[version]) player?.engine.set({ selected: version });
    if (event.key !== " " || event.target.matches("button")) return;
    event.preventDefault();
    player?.engine.toggle();
  });
  let player;
  const change = () => {
    player?.engine.pause();
    player?.stop();
    place.replaceChildren();
    player = mountLive(model, place);
  };
  place.addEventListener("keydown", onKey, { capture: true }); // the player keeps keys to itself
  model.on("change:data", change);
  model.on("change:turn", update);
  const unfollow = followTheme(box, () => {});
  el.append(root);
  change();
  update();
  return () => {
    model.off("change:data", change);
    model.off("change:turn", update);
    unfollow();
    player?.engine.pause();
    player?.stop();
  };
}

export default { render: renderTest };
