# Sourced by run and test: makes .venv at the root from a lock file when it is missing or stale.
# Usage: ensure_environment LOCK [LOCK...]; the first is the one to install, any of them satisfies.

usable_python() {
    for candidate in ${DISCERN_PYTHON:-} python3.11 python3 python3.12 python3.13 python3.14 python; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    echo "Discern needs Python 3.11 or newer with the venv module (Debian: apt-get install python3-venv)." >&2
    return 1
}

fingerprint() {
    cat "$root/pyproject.toml" "$root/packaging/torch.txt" "$root/packaging/$1" | cksum
}

ensure_environment() {
    stamp="$root/.venv/discern-lock"
    if [ -f "$stamp" ] && "$root/.venv/bin/python" -c '' 2>/dev/null; then
        for lock in "$@"; do
            [ "$(cat "$stamp")" = "$lock $(fingerprint "$lock")" ] && return 0
        done
    fi
    python=$(usable_python)
    echo "Discern: making the environment .venv from packaging/$1; this is done once and takes some minutes." >&2
    rm -rf "$root/.venv"
    "$python" -m venv "$root/.venv"
    pip="$root/.venv/bin/python -m pip --disable-pip-version-check --quiet"
    $pip install --require-hashes --no-deps -r "$root/packaging/$1" >&2
    $pip install -r "$root/packaging/torch.txt" >&2
    $pip install --no-deps --no-build-isolation --editable "$root" >&2
    echo "$1 $(fingerprint "$1")" >"$stamp"
}
