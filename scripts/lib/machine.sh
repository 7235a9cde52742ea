# shellcheck shell=bash
# Brings a Debian machine to the state our build and tests need. Sourced, not run; needs postgres.sh.
#
# What is there is left alone, and the package lists are fetched only when something is missing: on a machine that has
# all, this costs milliseconds and no network.

heading() { printf '\n== %s\n' "$1"; }

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Prints the Debian packages that are missing, one a line.
missing_packages() {
    postgres_programs >/dev/null || echo postgresql
    # Tests read printed letters back.
    command -v pdftotext >/dev/null || echo poppler-utils
    # The TLS client cannot be built without the root certificates.
    [[ -s /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
    # Letters are tested against a mail server with TLS, whose certificates openssl makes.
    /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || echo python3-aiosmtpd
    command -v openssl >/dev/null || echo openssl
    # Webhooks are tested against libraries of Python, in an environment of their own.
    /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    # And of JavaScript.
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    # The console is tested in a real browser, which shows nothing without a typeface.
    command -v chromium >/dev/null || echo chromium
    command -v chromedriver >/dev/null || echo chromium-driver
    [[ $(find /usr/share/fonts /usr/local/share/fonts -iname 'inter*' -print -quit 2>/dev/null) ]] || echo fonts-inter
    [[ -z ${with_pictures:-} ]] || command -v pngquant >/dev/null || echo pngquant
    # rustc links through `cc`; SQLite and aws-lc are compiled from C. gcc alone comes without the C headers.
    printf '#include <stdio.h>\n' | cc -E -x c - >/dev/null 2>&1 || printf '%s\n' gcc libc6-dev
}

# Installs what is missing, without a question where no one is there to answer.
prepare_machine() {
    command -v cargo >/dev/null || fail "cargo is not there. Install a Rust toolchain first: rustup, the stable channel."

    local packages
    mapfile -t packages < <(missing_packages)
    ((${#packages[@]})) || return 0

    heading "Installing ${packages[*]}"
    command -v apt-get >/dev/null ||
        fail "This is not a Debian system. Install these by hand, PostgreSQL as 15 or newer: ${packages[*]}"
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    if ((EUID != 0)); then
        # sudo may ask for a password only where a person can type one.
        as_root=(sudo "${as_root[@]}")
        [[ -t 0 ]] || as_root=(sudo -n "${as_root[@]:1}")
    fi
    local apt=("${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300)
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${packages[@]}"; } ||
        fail "Could not install the packages. As root, run: apt-get update && apt-get install ${packages[*]}"

    mapfile -t packages < <(missing_packages)
    ((${#packages[@]} == 0)) || fail "Still missing after the installation (PostgreSQL must be 15 or newer): ${packages[*]}"
}
