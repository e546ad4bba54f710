# Sourced by scripts/bootstrap: .deps/venv for the tests and benchmarks written in Python. Training has an environment of its own.
# Debian's own interpreter: the pinned wheels exist for it.
install_packages python3-venv
rm -rf "$deps/venv"
/usr/bin/python3 -m venv "$deps/venv"
if [ -f "$test_requirements" ]; then
  "$deps/venv/bin/pip" install --quiet --disable-pip-version-check -r "$test_requirements" ||
    fail "pip can't install $test_requirements"
fi
