# shellcheck shell=bash
# Runs a long command so that nothing of it outlives the script. Sourced, not run.
#
# In the foreground, bash would answer a signal only after the command has ended by itself. So the command gets a process
# group of its own, with all that it starts, and whatever ends the script ends the group first.

supervised_group=

# Runs the command without standard input and returns its exit code. What it left running is ended.
supervise() {
    trap 'end_supervised; exit 129' HUP
    trap 'end_supervised; exit 130' INT
    trap 'end_supervised; exit 143' TERM
    set -m
    "$@" </dev/null &
    supervised_group=$!
    set +m
    local code=0
    wait "$supervised_group" || code=$?
    end_supervised
    trap - HUP INT TERM
    return "$code"
}

# Asks the group to end, and after five seconds does not ask any more.
end_supervised() {
    trap '' HUP INT TERM
    local signal tenths
    for signal in TERM KILL; do
        kill -"$signal" -- "-$supervised_group" 2>/dev/null || return 0
        for ((tenths = 0; tenths < 50; tenths++)); do
            kill -0 -- "-$supervised_group" 2>/dev/null || return 0
            sleep 0.1
        done
    done
}
