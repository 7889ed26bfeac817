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
