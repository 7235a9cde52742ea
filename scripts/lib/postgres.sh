# shellcheck shell=bash
# A PostgreSQL cluster of our own, on loopback, for as long as one command runs. Sourced, not run; needs machine.sh.
#
# Why not the machine's own server: tests create roles and databases, kill connections and count transactions. Nothing
# here touches data that someone may want to keep, and nothing stays behind.

readonly POSTGRES_OLDEST=15
postgres_dir=

# Prints the folder of the newest server programs on this machine; fails when there are none new enough.
postgres_programs() {
    local initdb version newest=0 bin=
    for initdb in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb)"; do
        [[ -x $initdb ]] || continue
        version=$("$initdb" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
        if ((version >= POSTGRES_OLDEST && version > newest)); then
            newest=$version bin=$(dirname "$initdb")
        fi
    done
    [[ $bin ]] && echo "$bin"
}

# Runs a server program. The server refuses to be root, so root lends it the package's own user.
postgres_run() {
    local program=$1
    shift
    local command=("$(postgres_programs)/$program" "$@")
    ((EUID == 0)) && command=(runuser -u postgres -- "${command[@]}")
    (cd "$postgres_dir" && exec "${command[@]}")
}

# A port that nobody listens on, below the range from which the kernel gives clients theirs.
postgres_free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# Starts the cluster and exports DSR_TEST_POSTGRES_URL. A server that this variable already names is used as it is. Arguments are
# further lines of its configuration.
start_postgres() {
    if [[ ${DSR_TEST_POSTGRES_URL:-} ]]; then
        echo "Using the PostgreSQL that DSR_TEST_POSTGRES_URL names."
        return
    fi
    trap stop_postgres EXIT
    # Under /tmp whatever TMPDIR says: the postgres user must be able to walk there.
    postgres_dir=$(mktemp -d /tmp/dsr-postgres.XXXXXX)
    ((EUID != 0)) || chown postgres: "$postgres_dir"

    local data=$postgres_dir/data log=$postgres_dir/server.log port tries=0
    postgres_run initdb -D "$data" -U dsr --auth=trust -E UTF8 --locale=C.UTF-8 >"$postgres_dir/initdb.log" 2>&1 ||
        fail "initdb failed:" "$(cat "$postgres_dir/initdb.log")"
    # fsync stays on: crash tests and figures are about what really reached the disk.
    cat >>"$data/postgresql.conf" <<-SETTINGS
		listen_addresses = '127.0.0.1'
		unix_socket_directories = ''
		max_connections = 300
		fsync = on
		$(printf '%s\n' "$@")
	SETTINGS
    # Between finding the port free and taking it, someone else may: then another is tried.
    until
        port=$(postgres_free_port)
        postgres_run pg_ctl -D "$data" -l "$log" -o "-p $port" -w -t 60 start >/dev/null 2>&1
    do
        ((++tries < 5)) || fail "PostgreSQL did not start:" "$(tail -n 20 "$log" 2>&1)"
    done

    export DSR_TEST_POSTGRES_URL=postgres://dsr@127.0.0.1:$port/postgres
    # Nobody needs to tidy up in a cluster that goes as a whole.
    export DSR_TEST_POSTGRES_THROWAWAY=1
    echo "$(postgres_run postgres --version) on 127.0.0.1:$port"
}

# Ends the cluster at once and takes its folder away. Harmless when there is none.
stop_postgres() {
    # A second ctrl-c must not leave half of it behind.
    trap '' INT TERM HUP
    [[ $postgres_dir ]] || return 0
    [[ ! -e $postgres_dir/data/postmaster.pid ]] ||
        postgres_run pg_ctl -D "$postgres_dir/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$postgres_dir"
    postgres_dir=
}
