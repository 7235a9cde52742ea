# shellcheck shell=bash
# The OpenID provider that the console's tests sign in at: a certified library from npm. Sourced, not run; needs machine.sh and npm.sh.

# Installs it unless it is there.
prepare_provider() {
    local lists
    lists=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../console/tests/provider" && pwd)
    npm_packages "An OpenID provider" "$lists" provider "the tests of console/ that sign in by it"
}
