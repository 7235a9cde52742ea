# shellcheck shell=bash
# axe-core, which looks for what keeps people from using a page. Sourced, not run; needs machine.sh and npm.sh.

# Installs it unless it is there.
prepare_axe() {
    local lists
    lists=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/it/browser/axe" && pwd)
    npm_packages "axe-core" "$lists" axe "the tests of pages that need it"
}
