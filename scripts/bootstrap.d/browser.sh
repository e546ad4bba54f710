# Sourced by scripts/bootstrap: the browser that the browser tests drive.
install_packages chromium
