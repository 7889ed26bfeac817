"""The first program in a sandbox: give up rights, set limits, become the notebook's kernel.

It runs before any of the submission's code, imports the standard library only, and never returns.
"""

import argparse
import os
import resource
import runpy
import shutil
import sys
from pathlib import Path


def main() -> None:
    """Turn this process into an IPython kernel that can no longer raise its limits."""
    options = _parser().parse_args()
    if options.uid:
        os.setgroups([])
        os.setresgid(*(int(options.uid),) * 3)
        os.setresuid(*(int(options.uid),) * 3)
    home = Path(options.home)
    for name in ("work", "workspace", "matplotlib"):
        (home / name).mkdir(parents=True, exist_ok=True)
    for file in Path("/fonts").glob("fontlist-*.json"):
        shutil.copy(file, home / "matplotlib")
    os.chdir(home / "work")
    for kind, value in (
        (resource.RLIMIT_AS, options.memory),
        (resource.RLIMIT_CPU, options.cpu),
        (resource.RLIMIT_NPROC, options.processes),
        (resource.RLIMIT_FSIZE, options.file),
        (resource.RLIMIT_CORE, 0),
    ):
        if value or kind == resource.RLIMIT_CORE:  # 0 processes: something else counts them
            resource.setrlimit(kind, (value, value))
    sys.argv = ["ipykernel_launcher", "-f", options.connection]
    sys.argv += ["--HistoryManager.hist_file=:memory:"]
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    for name in ("--home", "--uid", "--connection"):
        parser.add_argument(name)
    for name in ("--memory", "--cpu", "--processes", "--file"):
        parser.add_argument(name, type=int)
    return parser


if __name__ == "__main__":
    main()
