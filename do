#!/bin/sh
# The one script. ./do help says what it does; every command may be run twice.
set -eu
cd "$(dirname "$0")"

main() {
    command=${1:-help}
    [ $# -gt 0 ] && shift
    case "$command" in
        demo)  ready requirements.lock; assets; .venv/bin/geocorr demo "$@" ;;
        serve) ready requirements.lock; assets; .venv/bin/geocorr up; exec .venv/bin/geocorr serve "$@" ;;
        test)  check; assets; browser; .venv/bin/pytest -n auto --dist worksteal "$@" ;;
        check) check ;;
        assets) assets ;;
        bench) ready requirements-dev.lock; peers; .venv/bin/python -m tests.bench "$@" ;;
        down)  ready requirements.lock; .venv/bin/geocorr down ;;
        help)  usage ;;
        *)     usage >&2; exit 2 ;;
    esac
}

usage() {
    cat <<'TEXT'
./do demo [--no-serve]  install what is missing, load the demo scene, match, show, serve
./do serve              start the database and serve
./do test               lint, types, imports, then every test
./do check              lint, types and imports only
./do assets             build what the browser gets: styles, scripts, the map
./do bench [SIZE ...]   the benchmarks: small, national, backlog; or --evidence
./do down               stop the private database
TEXT
}

check() {
    ready requirements-dev.lock
    .venv/bin/ruff format --check .
    .venv/bin/ruff check .
    .venv/bin/mypy
    .venv/bin/lint-imports
}

# Everything that running needs: the system's packages, then ours by their lock.
ready() {
    system_packages
    python_packages "$1"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

system_packages() {
    missing=
    has_postgis || missing=postgis
    has_python || missing="$missing python"
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "Install PostgreSQL with PostGIS and Python 3.11+ with venv, then repeat." >&2
        exit 3
    fi
    as_root apt-get update -q
    case "$missing" in *postgis*) install_postgis ;; esac
    case "$missing" in *python*) install_python ;; esac
}

has_postgis() {
    [ -n "${GEOCORR_DSN:-}" ] && return 0
    for control in /usr/share/postgresql/*/extension/postgis.control; do
        version=${control#/usr/share/postgresql/}
        [ -x "/usr/lib/postgresql/${version%%/*}/bin/initdb" ] && return 0
    done
    return 1
}

# The distribution's own version; its `main` cluster is not wanted, nor touched.
install_postgis() {
    package=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
        cut -d' ' -f1 | sort -t- -k2 -n | tail -n 1)
    if [ -z "$package" ]; then
        echo "apt knows no package postgresql-NN-postgis-3." >&2
        exit 3
    fi
    server=${package%-postgis-3}
    configuration=/etc/postgresql-common/createcluster.conf
    if [ ! -e "$configuration" ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | as_root tee "$configuration" >/dev/null
    fi
    apt_install "$server" "$package"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
}

# A Python that can make an environment: one without ensurepip cannot, uv aside.
has_python() {
    [ -x .venv/bin/python ] && return 0
    command -v uv >/dev/null && return 0
    python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
        2>/dev/null
}

install_python() {
    apt_install python3 python3-venv
}

# The stamp holds the lock's hash and the package's: a second run is quick.
python_packages() {
    stamp=.venv/.installed
    # What tests need includes what running needs.
    wanted=$(cat requirements.lock requirements-dev.lock pyproject.toml | sha256sum)
    for lock in "$1" requirements-dev.lock; do
        [ "$(cat "$stamp" 2>/dev/null)" = "$lock $wanted" ] && return 0
    done
    echo "Installing Python packages of $1 ..." >&2
    if command -v uv >/dev/null; then
        [ -x .venv/bin/python ] || uv venv -q .venv
    else
        [ -x .venv/bin/pip ] || python3 -m venv .venv
    fi
    install --require-hashes -r "$1"
    install --no-deps -e .
    echo "$1 $wanted" >"$stamp"
}

# What the browser gets, built from api/assets; quick where its sources did not change.
assets() {
    stamp=api/static/.built
    wanted=$(asset_sources | LC_ALL=C sort | xargs sha256sum | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    has_node || install_node
    echo "Building styles, scripts and the map ..." >&2
    (
        cd api/assets
        lock=$(sha256sum <package-lock.json)
        if [ "$(cat node_modules/.installed 2>/dev/null)" != "$lock" ]; then
            npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
            echo "$lock" >node_modules/.installed
        fi
        npm run --silent build
    )
    echo "$wanted" >"$stamp"
}

asset_sources() {
    find api/assets -name node_modules -prune -o -type f -print
}

# Debian 12 and Ubuntu 24.04 have Node 18, which is enough.
has_node() {
    command -v npm >/dev/null &&
        node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null
}

install_node() {
    if ! command -v apt-get >/dev/null; then
        echo "Install Node 18+ with npm, then repeat." >&2
        exit 3
    fi
    as_root apt-get update -q
    apt_install nodejs npm
    if ! has_node; then
        echo "This distribution's Node is older than 18: install a later one." >&2
        exit 3
    fi
}

# The browser that tests look through, and the fonts that pages were seen in; Ubuntu's
# package of this name is a snap.
browser() {
    has_browser && return 0
    if command -v apt-get >/dev/null; then
        as_root apt-get update -q
        apt_install chromium fontconfig fonts-liberation
    fi
    if ! has_browser; then
        echo "Install Chromium as /usr/bin/chromium and Liberation's fonts, then repeat." >&2
        exit 3
    fi
}

has_browser() {
    [ -x /usr/bin/chromium ] || return 1
    for font in /usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf; do
        [ -e "$font" ] && return 0
    done
    return 1
}

# What only benchmarks need: others' software to be measured against, and plots.
peers() {
    stamp=.venv/.peers
    wanted=$(sha256sum <requirements-bench.lock)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    echo "Installing Python packages of requirements-bench.lock ..." >&2
    if install --require-hashes -r requirements-bench.lock; then
        echo "$wanted" >"$stamp"
    else
        echo "Peers could not be installed; the table will say which are absent." >&2
    fi
}

install() {
    if command -v uv >/dev/null; then
        uv pip install -q -p .venv/bin/python "$@"
    else
        .venv/bin/pip install -q --disable-pip-version-check "$@"
    fi
}

main "$@"
