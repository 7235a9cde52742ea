# shellcheck shell=bash
# The OpenID provider that the console's tests sign in at: a certified library from npm, pinned by version and digest, in a folder of
# its own under the target folder. Sourced, not run; needs machine.sh.
#
# Where it cannot be installed we say so and go on: the tests that need it fail and name the way out, all others still run.

# Installs it unless it is there, as its list has it.
prepare_provider() {
    local root target lists folder
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    target=${CARGO_TARGET_DIR:-$root/target}
    lists=$root/console/tests/provider
    # The tests look for it under CARGO_TARGET_TMPDIR.
    folder=$target/tmp/provider
    # The list is copied last: a copy that equals it stands for a whole installation.
    if cmp --silent "$lists/package-lock.json" "$folder/installed.json"; then return 0; fi

    heading "An OpenID provider, from npm"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$lists/package.json" "$lists/package-lock.json" "$folder/"
    # Nothing that a package brings runs while it is installed.
    if (cd "$folder" && npm ci --silent --ignore-scripts --no-audit --no-fund); then
        cp "$lists/package-lock.json" "$folder/installed.json"
        return 0
    fi
    rm -rf "$folder"
    printf '%s\n' "It could not be installed, and the tests of console/ that sign in by it will fail." \
        "npm must reach a package index: set NPM_CONFIG_REGISTRY to one of yours. It is named in $lists/package.json" >&2
}
