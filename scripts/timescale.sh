#!/bin/sh
# A real TimescaleDB for the tests, where none is at hand: Debian trixie's, in a chroot beside this system.
#   timescale.sh make    builds the chroot once (about a minute, half a gigabyte); root and mmdebstrap are needed
#   timescale.sh start   starts it on a Unix socket with a fresh cluster and prints its URL; nothing listens on TCP
#   timescale.sh stop    stops it
# It stands in GUYWIRE_TIMESCALE_HOME (default /var/cache/guywire/timescale). Debian builds it under the Apache licence:
# hypertables, but no columnstore, policies or continuous aggregates.
set -eu
home=${GUYWIRE_TIMESCALE_HOME:-/var/cache/guywire/timescale}
binaries=/usr/lib/postgresql/17/bin
sockets=/run/guywire # inside the chroot

fail() {
    echo "timescale.sh: $*" >&2
    exit 1
}

inside() { chroot --userspec=postgres:postgres "$home" "$@"; }

# The mirror this machine already uses; no host is named here.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sort -u | head -n 1
}

make() {
    test ! -e "$home/usr/lib/postgresql/17/lib/timescaledb.so" || return 0
    test "$(id -u)" = 0 || fail "needs root to make a chroot"
    command -v apt-get >/dev/null || fail "needs Debian's apt"
    log=$(mktemp)
    {
        apt-get update
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mmdebstrap debian-archive-keyring
    } >"$log" 2>&1 </dev/null || fail "could not install mmdebstrap: $(tail -n 1 "$log")"
    from=$(mirror)
    test -n "$from" || fail "found no Debian mirror in this machine's apt sources"
    rm -rf "$home.new" "$home"
    mkdir -p "$(dirname "$home")"
    mmdebstrap --quiet --variant=apt --include=postgresql-17-timescaledb --dpkgopt=force-unsafe-io \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        trixie "$home.new" "$from" >"$log" 2>&1 </dev/null || fail "mmdebstrap: $(tail -n 3 "$log")"
    mv "$home.new" "$home"
    rm -f "$log"
}

start() {
    stop
    rm -rf "$home/data" "$home$sockets"
    install -d -m 0700 -o "$(stat -c %u "$home/var/lib/postgresql")" "$home/data"
    install -d -m 0711 -o "$(stat -c %u "$home/var/lib/postgresql")" "$home$sockets"
    inside "$binaries/initdb" -D /data -U guywire -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
    cat >>"$home/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$sockets'
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
dynamic_shared_memory_type = mmap
max_connections = 300
max_locks_per_transaction = 256
timescaledb.max_background_workers = 0
fsync = off
full_page_writes = off
CONF
    inside "$binaries/pg_ctl" -D /data -l /data/log -s -w start || fail "did not start: $(tail -n 3 "$home/data/log")"
    echo "postgresql://guywire@/postgres?host=$home$sockets"
}

stop() {
    test -e "$home/data/postmaster.pid" || return 0
    inside "$binaries/pg_ctl" -D /data -m immediate -s -w stop || rm -f "$home/data/postmaster.pid"
}

case "${1:-}" in
    make | start | stop) "$1" ;;
    *) echo "usage: $0 make | start | stop" >&2; exit 2 ;;
esac
