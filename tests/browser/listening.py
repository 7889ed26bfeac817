"""What browser tests hear and see of a player: levels, pitches, the engine's state."""

from playwright.sync_api import Frame, Page

LEVEL = """(seconds) => {
    const output = window.coursePlayback?.output;
    if (!output) return 0;
    const all = new Float32Array(output.fftSize);
    output.getFloatTimeDomainData(all);
    const last = all.subarray(all.length - Math.round(seconds * output.context.sampleRate));
    return Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length);
}"""
PITCH = """() => {
    const output = window.coursePlayback.output;
    output.smoothingTimeConstant = 0;
    const decibels = new Float32Array(output.frequencyBinCount);
    output.getFloatFrequencyData(decibels);
    const loudest = decibels.reduce((best, x, i) => (x > decibels[best] ? i : best), 0);
    return loudest * output.context.sampleRate / output.fftSize;
}"""
HEARD = 0.01  # root mean square above which there is sound
STATE = """(index) => {
    const engine = [...(window.coursePlayback?.engines.values() ?? [])][index];
    return engine && { playing: engine.playing, position: engine.position, count: engine.count };
}"""


def level(page: Page, seconds: float = 0.05) -> float:
    """Give the root mean square of what has just left for the loudspeaker."""
    return page.evaluate(LEVEL, seconds)


def wait_for_sound(page: Page, timeout: int = 15_000) -> None:
    """Wait until something is heard."""
    page.wait_for_function(f"() => ({LEVEL})(0.05) > {HEARD}", timeout=timeout)


def wait_for_silence(page: Page, timeout: int = 15_000) -> None:
    """Wait until nothing at all is heard."""
    page.wait_for_function(f"() => ({LEVEL})(0.05) < 1e-4", timeout=timeout)


def wait_for_pitch(page: Page, hertz: float, timeout: int = 15_000) -> None:
    """Wait until the loudest partial has this frequency, within the analyser's resolution."""
    page.wait_for_function(
        f"(hertz) => Math.abs(({PITCH})() - hertz) < 15", arg=hertz, timeout=timeout
    )


def state(page: Page, index: int = 0) -> dict:
    """Give playing, position (seconds) and count of stems of a player of the page."""
    return page.evaluate(STATE, index)


def brightness(frame: Frame | Page, selector: str = "body") -> int:
    """Give how bright something's background is, from 0, black, to 765, white."""
    colour = "(one) => getComputedStyle(one).backgroundColor"
    return sum(map(int, frame.locator(selector).evaluate(colour)[4:-1].split(",")[:3]))


def button(frame: Frame | Page, name: str):
    """Give a button of a player by its accessible name."""
    return frame.get_by_role("button", name=name, exact=True)
