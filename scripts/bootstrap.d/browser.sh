# Sourced by scripts/bootstrap: the browsers that the browser tests drive.
install_packages chromium firefox-esr
