import importlib
import json
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest
from packaging.requirements import Requirement

from course import doctor

HEAVY = ("torch", "music21", "pretty_midi", "IPython", "jupyter_server", "zmq", "matplotlib")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Let the doctor look at a small course of its own."""
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    (tmp_path / "requirements.lock").write_text(
        "# made by: make lock\nalpha==1.0\n    # via beta\n"
        "beta==2.0 ; python_version >= '3.0'\ngamma==3.0 ; python_version < '3.0'\n"
        "tinysoundfont==0.3.7\n"
    )
    (tmp_path / "pyproject.toml").write_text(
        '[project]\noptional-dependencies = { torch = ["torch==2.13.0"] }\n'
    )
    return tmp_path


@pytest.fixture
def installed(monkeypatch):
    """Pretend that exactly these packages are installed."""
    versions = {"alpha": "1.0", "beta": "2.0", "torch": "2.13.0+cpu"}
    monkeypatch.setattr(doctor, "installed_version", versions.get)
    return versions


@pytest.fixture
def jupyter(tmp_path, monkeypatch):
    """Give Jupyter one empty folder of kernels and extensions."""
    monkeypatch.setattr(doctor, "jupyter_path", lambda *names: [str(tmp_path.joinpath(*names))])
    return tmp_path


def write_kernel(jupyter, program):
    spec = jupyter / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": [program, "-m", "ipykernel_launcher"]}))


def found(findings):
    return [lambda finding=finding: finding for finding in findings]


def test_this_environment_can_run_the_lessons(capsys):
    assert doctor.run_doctor(full=True) == 0
    table = capsys.readouterr().out.splitlines()
    findings = [line for line in table if line.startswith(("ok ", "warn "))]
    assert len(findings) == len(doctor.CHECKS) + 1
    assert findings[-1].startswith("ok    kernel start  it starts")
    assert table[-1] == "The lessons can run."


def test_the_lock_counts_only_lines_whose_marker_holds(checkout):
    pins = doctor.read_lock(checkout / "requirements.lock")
    assert [pin.name for pin in pins] == ["alpha", "beta", "tinysoundfont"]
    assert str(pins[0]) == "alpha==1.0"


def test_everything_as_tested_is_ok_without_a_fix(checkout, installed):
    assert doctor.check_packages() == doctor.Finding("ok", "packages", "2 as tested")
    assert doctor.check_torch() == doctor.Finding("ok", "torch", "2.13.0+cpu")


def test_an_installed_version_is_found_without_importing():
    assert Requirement("psutil").specifier.contains(doctor.installed_version("psutil"))
    assert doctor.installed_version("no-such-package") is None


def test_the_table_shows_each_finding_and_its_fix(monkeypatch, capsys):
    findings = [
        doctor.Finding("ok", "one", "fine"),
        doctor.Finding("warn", "two", "worse", "do this"),
    ]
    monkeypatch.setattr(doctor, "CHECKS", found(findings))
    assert doctor.run_doctor() == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok    one           fine",
        "warn  two           worse",
        "                    -> do this",
        "",
        "The lessons can run.",
    ]


def test_one_failure_makes_the_exit_status_one(monkeypatch, capsys):
    findings = [doctor.Finding("fail", "one", "gone", "mend"), doctor.Finding("ok", "two", "fine")]
    monkeypatch.setattr(doctor, "CHECKS", found(findings))
    assert doctor.run_doctor() == 1
    assert "Mend what says fail (1 of 2)" in capsys.readouterr().out


def test_it_stays_light():
    code = "import sys; from course.doctor import run_doctor; run_doctor(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(run.stdout.splitlines()[-1].split())


def test_an_old_python_fails(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    finding = doctor.check_python()
    assert (finding.status, "PYTHON=python3.12" in finding.fix) == ("fail", True)


def test_a_missing_package_fails_and_another_version_warns(checkout, installed):
    installed["beta"] = "2.5"
    finding = doctor.check_packages()
    assert finding.status == "warn"
    assert finding.detail == "beta is 2.5, tested ==2.0"
    del installed["alpha"]
    finding = doctor.check_packages()
    assert (finding.status, finding.detail) == ("fail", "missing: alpha")
    assert finding.fix.endswith("-m pip install --no-deps alpha==1.0 beta==2.0")


def test_a_missing_torch_is_installed_with_what_it_needs(checkout, installed):
    del installed["torch"]
    finding = doctor.check_torch()
    assert finding.status == "fail"
    assert finding.fix == f"{sys.executable} -m pip install torch==2.13.0"
    installed["torch"] = "2.12.0"
    assert doctor.check_torch().status == "warn"


def test_a_kernel_of_jupyters_own_python_is_ok(jupyter):
    write_kernel(jupyter, "python")
    assert doctor.check_kernel().status == "ok"


def test_a_kernel_of_this_environment_is_ok(jupyter):
    write_kernel(jupyter, sys.executable)
    assert doctor.check_kernel().status == "ok"


def test_a_kernel_of_another_environment_fails(jupyter):
    write_kernel(jupyter, "/elsewhere/bin/python")
    finding = doctor.check_kernel()
    assert finding.status == "fail"
    assert finding.detail == "python3 runs another Python: /elsewhere/bin/python"
    assert finding.fix.endswith("-m ipykernel install --sys-prefix")


def test_a_missing_kernel_fails(jupyter):
    assert "no kernel named python3" in doctor.check_kernel().detail


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "{}", "[]", "3", "\xff"),
        *(f'{{"argv": {command}}}' for command in ("[]", "null", '"python"', "[3]", '[""]')),
    ],
)
def test_a_damaged_kernel_file_fails(jupyter, content):
    write_kernel(jupyter, "python")
    spec = jupyter / "kernels" / "python3" / "kernel.json"
    spec.write_text(content, encoding="latin-1")
    finding = doctor.check_kernel()
    assert (finding.status, finding.detail) == ("fail", f"{spec} does not say what to start")
    assert finding.fix == f"delete that file, then {doctor.KERNEL_FIX}"


def test_a_kernel_file_that_is_a_folder_fails(jupyter):
    (jupyter / "kernels" / "python3" / "kernel.json").mkdir(parents=True)
    assert doctor.check_kernel().status == "fail"


@pytest.mark.parametrize(
    ("spec", "detail"),
    [
        ({"argv": [sys.executable, "-c", "raise SystemExit(3)"]}, "Kernel died before replying"),
        ({"argv": ["/no/such/python"]}, "FileNotFoundError: "),
        ({"argv": []}, "Error: "),
        ([], "Error: "),
    ],
    ids=["dies", "no program", "no command", "damaged"],
)
@pytest.mark.slow
def test_a_kernel_that_does_not_start_is_a_finding(tmp_path, monkeypatch, spec, detail):
    from jupyter_client import kernelspec

    folder = tmp_path / "python3"
    folder.mkdir()
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setattr(kernelspec, "jupyter_path", lambda *names: [str(tmp_path)])
    finding = doctor.check_kernel_start()
    assert (finding.status, finding.fix) == ("fail", doctor.KERNEL_FIX)
    assert detail in finding.detail
    assert "\n" not in finding.detail


def test_a_missing_ipykernel_fails(monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    assert "ipykernel is missing" in doctor.check_kernel().detail


def test_a_kernel_that_answers_with_an_error_fails(monkeypatch):
    from jupyter_client import manager

    class Broken:
        def __init__(self, **options):
            pass

        def __enter__(self):
            reply = {"content": {"status": "error", "evalue": "No module named 'course'"}}
            return SimpleNamespace(execute_interactive=lambda code, timeout: reply)

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(manager, "run_kernel", Broken)
    finding = doctor.check_kernel_start()
    assert (finding.status, finding.detail) == ("fail", "No module named 'course'")


@pytest.mark.parametrize("size", [None, 1000], ids=["missing", "cut off"])
def test_a_missing_or_short_sound_bank_fails(tmp_path, monkeypatch, size):
    if size:
        (tmp_path / "TimGM6mb.sf2").write_bytes(bytes(size))
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(doctor, "find_spec", lambda name: spec)
    assert doctor.check_sound_bank().status == "fail"


def test_a_missing_pretty_midi_is_a_missing_sound_bank(monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    assert doctor.check_sound_bank().status == "fail"


def test_without_the_renderer_the_sound_is_plain(monkeypatch):
    def refuse(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", refuse)
    finding = doctor.check_sound_renderer()
    assert (finding.status, finding.detail) == ("warn", "plain: No module named 'tinysoundfont'")


def test_widgets_without_their_browser_side_fail(jupyter):
    extension = jupyter / "labextensions" / "anywidget" / "package.json"
    extension.parent.mkdir(parents=True)
    extension.write_text("{}")
    finding = doctor.check_widgets()
    assert finding.status == "fail"
    assert finding.detail == "JupyterLab misses @jupyter-widgets/jupyterlab-manager"


@pytest.mark.parametrize(("total", "available"), [(3, 3), (8, 1)])
def test_little_memory_warns(monkeypatch, total, available):
    memory = SimpleNamespace(total=total * doctor.GB, available=available * doctor.GB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    finding = doctor.check_memory()
    assert finding.status == "warn"
    assert finding.detail == f"{total:.1f} GB, {available:.1f} GB of them free"


def test_a_nearly_full_disk_warns(monkeypatch):
    usage = SimpleNamespace(free=doctor.GB // 2)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage)
    assert doctor.check_disk().status == "warn"


def test_idle_cores_are_named(monkeypatch):
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 4)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert doctor.check_threads() == doctor.Finding("ok", "threads", "4 cores")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert doctor.check_threads().detail == "OMP_NUM_THREADS=1 leaves 3 of 4 cores idle"


def test_unknown_core_counts_are_survived(monkeypatch):
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: None)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert doctor.check_threads().detail == "1 core"
