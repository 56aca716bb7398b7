# Keeps one server and its folder ($1) for a test process, and outlives it. Orders come as lines on standard input, each
# answered by one line. At the end of input, which comes however the test process ends, the server gets the signal $2 and the
# folder is removed.
pid=
# When the test process ends, our group loses its last parent in the session; were a member of it stopped just then, the kernel
# would send the group SIGHUP, and nobody were left to clean up.
trap '' HUP
signal() {
    test -n "$pid" || return 0
    # The parent first: it must neither start more children nor answer the death of one.
    test "$1" = -CONT || kill -STOP "$pid"
    kill "$1" $(cat "/proc/$pid/task/$pid/children") "$pid"
}
while read -r order words; do
    case $order in
        run) eval "$words" </dev/null >>"$1/log" 2>&1; echo $? ;;
        start) eval "exec $words" </dev/null >>"$1/log" 2>&1 & pid=$!; echo "$pid" ;;
        freeze) signal -STOP; echo 0 ;;
        thaw) signal -CONT; echo 0 ;;
        kill) signal -KILL; test -z "$pid" || wait "$pid"; pid=; echo 0 ;;
    esac
done
if test -n "$pid"; then
    signal -CONT
    kill "$2" "$pid"
    wait "$pid"
fi
# Children of a killed server may still be at their last write.
for try in 1 2 3 4 5; do rm -rf "$1" && break; sleep 0.2; done
