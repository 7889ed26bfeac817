"""Where the learner's own things are: music put in, music written out.

Everything lies in the workspace, which no update of the course touches.
"""

import os
from pathlib import Path


def own_folder(name: str) -> Path:
    """Give a folder of the workspace, and make it if it is missing.

    Args:
        name: the folder's name, such as "exports".

    Returns:
        Its path: in the folder that `COURSE_WORKSPACE` names, else in the `workspace` that the
        working directory lies in, else in the working directory itself.
    """
    here = Path.cwd()
    inside = [path for path in (here, *here.parents) if path.name == "workspace"]
    folder = Path(os.environ.get("COURSE_WORKSPACE") or (inside or [here])[0]) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
