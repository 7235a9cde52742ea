# shellcheck shell=bash
# Signers of webhooks that are not ours, for the tests of webhooks/: libraries from PyPI and npm, pinned by version and digest, each
# in a folder of its own under the target folder. Sourced, not run; needs machine.sh and npm.sh.
#
# Where they cannot be installed we say so and go on: the tests that need them fail and name the way out, all others still run.

# Installs them unless they are there, as their lists have it.
prepare_signers() {
    local root target
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    target=${CARGO_TARGET_DIR:-$root/target}
    prepare_python_signers
    prepare_node_signers
}

prepare_python_signers() {
    local list folder
    list=$root/webhooks/tests/signers/requirements.txt
    # The tests look for it under CARGO_TARGET_TMPDIR.
    folder=$target/tmp/signers
    # The list is copied last: a copy that equals it stands for a whole installation.
    if cmp --silent "$list" "$folder/installed.txt"; then return 0; fi

    heading "Signers of webhooks, from PyPI"
    rm -rf "$folder"
    mkdir -p "$target/tmp"
    if /usr/bin/python3 -m venv "$folder" &&
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
            --no-deps --require-hashes --only-binary :all: --requirement "$list"; then
        cp "$list" "$folder/installed.txt"
        return 0
    fi
    rm -rf "$folder"
    printf '%s\n' "They could not be installed, and the tests of webhooks/ that need them will fail." \
        "pip must reach a package index: set PIP_INDEX_URL to one of yours, or PIP_FIND_LINKS to a folder with these files:" \
        "$(sed -n 's/ .*//; /==/p' "$list")" >&2
}

prepare_node_signers() {
    npm_packages "Signers of webhooks" "$root/webhooks/tests/signers" signers-node "the tests of webhooks/ that need them"
}
