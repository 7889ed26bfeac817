"""Leave out of verovio's SVG what nobody looks for, so that a saved score stays small.

Verovio gives every sign an id, a class and a group of its own. The player needs the ids of the
notes and the classes by which it and verovio's own style sheet find things; all else can go without
a change to the picture. It shrinks by a third. Nothing here knows music.
"""

import re
from collections.abc import Callable
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2000/svg"
LOOKED_FOR = {
    *("note", "notehead", "system"),  # by score.js and player.css
    *("ending", "fing", "reh", "tempo", "dir", "dynam", "mNum", "label", "placeholder"),  # verovio
}


def lean(svg: str, is_note: Callable[[str], bool]) -> str:
    """Write one of verovio's pages with fewer bytes.

    Args:
        svg: an SVG element as verovio writes it.
        is_note: says of an id whether the script will look for it.

    Returns:
        An SVG element that draws the same picture.
    """
    root = ElementTree.fromstring(svg.replace(f'xmlns="{NAMESPACE}"', "", 1))
    name = root.get("id", "")
    for element in root.iter():
        if element is not root and element.get("class"):
            _drop_names(element, is_note)
        _close_up(element)
    _simplify(root)
    root.attrib = {"xmlns": NAMESPACE, **root.attrib}
    text = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    return re.sub(rf"\b([0-9A-F]{{4,5}})-{re.escape(name)}\b", r"\1", text) if name else text


def _drop_names(element: ElementTree.Element, is_note: Callable[[str], bool]) -> None:
    """Take away the id and the classes of a sign, but for those that are looked for."""
    kept = [word for word in element.get("class").split() if word in LOOKED_FOR]
    del element.attrib["class"]
    if kept:
        element.set("class", " ".join(kept))
    if not is_note(element.get("id", "")):
        element.attrib.pop("id", None)


def _close_up(element: ElementTree.Element) -> None:
    """Write an element's numbers without what SVG does not ask for."""
    if "transform" in element.attrib:
        text = re.sub(r"scale\((\S+), \1\)", r"scale(\1)", element.get("transform"))
        element.set("transform", text.replace(", ", ",").replace(") ", ")"))
    if "d" in element.attrib:
        element.set("d", element.get("d").replace(" L", "L"))


def _simplify(element: ElementTree.Element) -> None:
    """Drop empty groups, put what lies in nameless groups in their place, and join lines."""
    children: list[ElementTree.Element] = []
    for child in element:
        _simplify(child)
        if child.attrib == {"class": "notehead"} and len(child) == 1:
            child[0].set("class", child.attrib.pop("class"))
        nameless = child.tag == "g" and not child.attrib
        for new in list(child) if nameless else [child]:
            empty = new.tag == "g" and not len(new)
            if not empty and not (children and _joined(children[-1], new)):
                children.append(new)
    element[:] = children


def _joined(first: ElementTree.Element, second: ElementTree.Element) -> bool:
    """Append a line to the one before it, if both are drawn alike."""

    def look(line: ElementTree.Element) -> dict[str, str]:
        return {key: value for key, value in line.attrib.items() if key != "d"}

    if not first.tag == second.tag == "path" or look(first) != look(second):
        return False
    first.set("d", first.get("d", "") + second.get("d", ""))
    return True
