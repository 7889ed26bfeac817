#!/bin/sh
# Sets the course up from the folder wheels, without a network, and opens it in the browser.
#     sh start.sh [--port 8890] [--no-browser]
#     PYTHON=/opt/python/bin/python3 sh start.sh     with this Python
PYTHONS="@PYTHONS@"

cd "$(dirname "$0")/course-files" || exit 1

fits() {
    "$1" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in sys.argv[1:])' \
        $PYTHONS 2>/dev/null
}

if [ -z "$PYTHON" ]; then
    for name in .venv/bin/python $(printf 'python%s ' $PYTHONS) python3 python; do
        if fits "$name"; then
            PYTHON=$name
            break
        fi
    done
fi
if ! fits "$PYTHON"; then
    echo "This bundle is for Python $PYTHONS. None was found here${PYTHON:+ ($PYTHON is another)}."
    echo "Install one, or name one that you have: PYTHON=/path/to/python3 sh start.sh"
    exit 1
fi
"$PYTHON" tools/setup_environment.py && exec .venv/bin/course lab "$@"
