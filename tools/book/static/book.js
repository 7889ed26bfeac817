// Contents on a phone, dark and light, and the search. Without this script the pages are whole.

const root = document.documentElement;

// ---- contents
const menu = document.querySelector(".menu");
menu.addEventListener("click", () => {
  const open = menu.getAttribute("aria-expanded") !== "true";
  menu.setAttribute("aria-expanded", open);
  root.classList.toggle("contents-open", open);
});
document.querySelector("#contents").addEventListener("click", (event) => {
  if (event.target.closest("a") && menu.getAttribute("aria-expanded") === "true") menu.click();
});

// ---- theme: players follow the attribute that JupyterLab sets on its body
const button = document.querySelector(".theme");

function paint(theme) {
  root.dataset.theme = theme;
  document.body.dataset.jpThemeLight = String(theme === "light");
  button.setAttribute("aria-pressed", theme === "dark");
  for (const frame of document.querySelectorAll(".course-playback iframe")) {
    const inside = frame.contentDocument?.documentElement;
    if (inside) inside.style.colorScheme = theme; // another scheme would get a white ground
  }
}

button.addEventListener("click", () => {
  const theme = root.dataset.theme === "dark" ? "light" : "dark";
  paint(theme);
  try { localStorage.setItem("theme", theme); } catch { /* it holds for this page */ }
});
paint(root.dataset.theme);

// ---- search: all words must occur; headings count more than text
const MOST = 40;
const AROUND = 70; // characters before a word that was found, and half of those behind it

function rank([, title, , heading, words], wanted) {
  const places = [heading.toLowerCase(), title.toLowerCase(), words.toLowerCase()];
  let sum = 0;
  for (const word of wanted) {
    const at = places.map((place) => place.includes(word));
    if (!at.includes(true)) return 0;
    sum += 20 * at[0] + 5 * at[1] + Math.min(places[2].split(word).length - 1, 5);
  }
  return sum;
}

function excerpt(words, wanted) {
  const low = words.toLowerCase();
  const first = Math.max(0, Math.min(...wanted.map((word) => low.indexOf(word)).filter((i) => i >= 0), low.length));
  const from = first > AROUND ? words.indexOf(" ", first - AROUND) + 1 : 0;
  const end = words.indexOf(" ", first + AROUND * 2);
  const to = end < 0 ? words.length : end;
  const line = document.createElement("p");
  const escaped = wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = words.slice(from, to).split(new RegExp(`(${escaped.join("|")})`, "i"));
  line.append(from ? "… " : "");
  parts.forEach((part, i) => {
    const mark = document.createElement("mark");
    mark.textContent = part;
    line.append(i % 2 ? mark : part);
  });
  line.append(to < words.length ? " …" : "");
  return line;
}

function entry([page, title, place, heading, words], wanted) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${page}.html#${encodeURIComponent(place)}`;
  link.textContent = heading === title ? title : `${title} › ${heading}`;
  item.append(link, excerpt(words, wanted));
  return item;
}

function search(asked) {
  const found = document.querySelector("#found");
  const wanted = asked.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) { found.textContent = "Type a word above."; return; }
  const ranked = window.bookIndex.map((one) => [rank(one, wanted), one])
    .filter(([points]) => points > 0).sort((a, b) => b[0] - a[0]);
  const many = ranked.length > MOST ? `; the first ${MOST} are shown` : "";
  const number = ranked.length === 1 ? "1 section" : `${ranked.length || "No"} sections`;
  found.textContent = `${number} with “${asked.trim()}”${many}.`;
  document.querySelector("#results").replaceChildren(
    ...ranked.slice(0, MOST).map(([, one]) => entry(one, wanted)),
  );
}

if (document.querySelector("#results")) {
  const asked = new URLSearchParams(location.search).get("q") ?? "";
  document.querySelector("[type=search]").value = asked;
  addEventListener("DOMContentLoaded", () => search(asked)); // the index has been read then
}
