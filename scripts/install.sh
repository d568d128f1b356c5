#!/bin/sh
# The steps of installing that the Makefile names: install.sh build | run | dev | system.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

# uv installs in seconds what takes pip a minute; it is itself installed by pip, from a lock with hashes like all else.
install() {
    if .venv/bin/uv --version >/dev/null 2>&1; then
        index=$("$python" -m pip config get global.index-url 2>/dev/null || true)
        ${index:+env UV_DEFAULT_INDEX="$index"} .venv/bin/uv pip install --quiet --python "$python" "$@"
    else
        "$python" -m pip install --quiet "$@"
    fi
}

missing() {
    command -v chromium >/dev/null || echo chromium
    command -v chromium-headless-shell >/dev/null || echo chromium-headless-shell # half the work; the tests do without
    command -v snmptrap >/dev/null || echo snmp
    PATH="$PATH:/usr/sbin" command -v snmpd >/dev/null || echo snmpd
    PATH="$PATH:/usr/sbin" command -v snmptrapd >/dev/null || echo snmptrapd
}

available() {
    for name; do ! apt-cache show "$name" >/dev/null 2>&1 || echo "$name"; done
}

# The tests' browser and net-snmp's tools, where this machine lets us; where not, those tests say why they skip.
system() {
    wanted=$(missing)
    test -n "$wanted" || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "not installed: $(echo $wanted) (needs root and apt); the tests that need them will skip"
        return 0
    fi
    log=$(mktemp)
    if { apt-get update && wanted=$(available $wanted) &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $wanted; } \
        >"$log" 2>&1 </dev/null; then
        echo "installed: $(echo $wanted)"
    else
        tail -3 "$log"
        echo "could not install: $(echo $wanted); the tests that need them will skip"
    fi
    rm -f "$log"
}

case "${1:-}" in
    build) "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock ;;
    run) install --require-hashes -r requirements.lock && install --no-deps --no-build-isolation -e . ;;
    dev) install --require-hashes -r requirements-dev.lock ;;
    system) system ;;
    *) echo "usage: $0 build | run | dev | system" >&2; exit 2 ;;
esac
