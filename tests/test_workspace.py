from course.workspace import own_folder


def test_the_named_workspace_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path / "mine"))
    assert own_folder("exports") == tmp_path / "mine" / "exports"
    assert own_folder("exports").is_dir()


def test_a_lesson_inside_the_workspace_finds_it(tmp_path, monkeypatch):
    lesson = tmp_path / "workspace" / "01_midi"
    lesson.mkdir(parents=True)
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
    monkeypatch.chdir(lesson)
    assert own_folder("exports") == tmp_path / "workspace" / "exports"


def test_elsewhere_it_is_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert own_folder("exports") == tmp_path / "exports"
