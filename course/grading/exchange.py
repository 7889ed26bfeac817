"""Collecting through nbgrader's own exchange, a folder that all users of a JupyterHub share."""

from course.grading.gradebook import GradedCourse
from course.lessons.failures import CommandError


def fetch(course: GradedCourse, lesson: str, dry_run: bool = False) -> list[str]:
    """Let nbgrader copy submissions out of the exchange.

    Args:
        course: the course folder; `c.Exchange.root` and `c.CourseDirectory.course_id` of its
            nbgrader_config.py say where the exchange is.
        lesson: the lesson's name.
        dry_run: whether to say only what would be done.

    Returns:
        Lines for the reader.

    Raises:
        CommandError: if nbgrader cannot use the exchange; its reason is in the message.
    """
    if dry_run:
        return [f"would ask nbgrader's exchange for {lesson}"]
    before = course.submitted(lesson).keys()
    result = course.quietly(lambda: course.api().collect(lesson, update=True))
    if not result["success"]:
        said = str(result.get("error") or result.get("log") or "no reason given")
        raise CommandError(f"nbgrader's exchange: {said.strip().splitlines()[-1]}")
    after = course.submitted(lesson).keys()
    return [f"{len(after - before)} new of {len(after)} from nbgrader's exchange"]
