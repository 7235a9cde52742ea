# shellcheck shell=bash
# Packages from npm that tests need, pinned by version and digest. Sourced, not run; needs machine.sh.
#
# Where they cannot be installed we say so and go on: the tests that need them fail and name the way out, all others still run.

# Installs what the package-lock.json in folder $2 names, unless it is there, into folder $3 below the target folder's tmp, where
# tests find it under CARGO_TARGET_TMPDIR. $1 says what it is, $4 what fails without it.
npm_packages() {
    local what=$1 lists=$2 name=$3 without=$4 root folder
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    folder=${CARGO_TARGET_DIR:-$root/target}/tmp/$name
    # The list is copied last: a copy that equals it stands for a whole installation.
    if cmp --silent "$lists/package-lock.json" "$folder/installed.json"; then return 0; fi

    heading "$what, from npm"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$lists/package.json" "$lists/package-lock.json" "$folder/"
    # Nothing that a package brings runs while it is installed.
    if (cd "$folder" && npm ci --silent --ignore-scripts --no-audit --no-fund); then
        cp "$lists/package-lock.json" "$folder/installed.json"
        return 0
    fi
    rm -rf "$folder"
    printf '%s\n' "They could not be installed, and $without will fail." \
        "npm must reach a package index: set NPM_CONFIG_REGISTRY to one of yours. They are named in $lists/package.json" >&2
}
