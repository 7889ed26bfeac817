@echo off
rem Sets the course up from the folder wheels, without a network, and opens it in the browser.
rem     start.bat [--port 8890] [--no-browser]
cd /d "%~dp0course-files"
set "FOUND="
for %%v in (@PYTHONS@) do py -%%v -c "" >nul 2>nul && set "FOUND=-%%v"
if not defined FOUND (
    echo This bundle is for Python @PYTHONS@. None was found here.
    echo Install one from python.org, with its launcher, py.
    pause
    exit /b 1
)
py %FOUND% tools\setup_environment.py
if errorlevel 1 (
    pause
    exit /b 1
)
.venv\Scripts\course lab %*
