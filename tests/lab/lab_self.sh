#!/bin/sh
# Tests of the lab itself.   lab_self.sh CASE DRAWBRIDGE [LAB]
set -u
case_name=$1 drawbridge=$2 lab=${3:-}
faults=0
folder=$(dirname "$0")/../../examples/default-bridge

fault() { echo "FAULT: $1"; faults=$((faults + 1)); }
same() { [ "$1" = "$2" ] || fault "$3: \"$1\" instead of \"$2\""; }
in_lab() { "$drawbridge" lab run --name "$lab" "$@"; }

# What a lab could leave on this machine: mounts, named namespaces, files in the cache.
traces() {
  cat /proc/self/mounts
  ls -A "${DRAWBRIDGE_CACHE:-/var/cache/drawbridge/lab}" /run/netns 2>/dev/null
}

children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
descendants() { for child in $(children "$1"); do echo "$child"; descendants "$child"; done; }
await_text() { # FILE TEXT SECONDS
  for _ in $(seq $(($3 * 10))); do grep -q "$2" "$1" && return 0; sleep 0.1; done
  return 1
}
await_end() { # PID...: all gone within 5 s
  for _ in $(seq 50); do
    left=""
    for pid in "$@"; do if [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; then left="$left $pid"; fi; done
    [ -z "$left" ] && return 0
    sleep 0.1
  done
  fault "still alive after 5 s:$left"
}

# Starts a lab that says "inside", kills it with -9, and looks for what is left.
kill_and_look() { # WORDS...
  work=$(mktemp -d) || exit 1
  before=$(traces)
  "$drawbridge" lab run "$@" >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  if await_text "$work/out" inside 120; then
    all=$(descendants "$pid")
    [ "$(echo "$all" | wc -w)" -ge 2 ] || fault "expected processes of the lab, found: $all"
    kill -9 "$pid"
    # shellcheck disable=SC2086
    await_end $all
    same "$(traces)" "$before" "traces"
  else
    cat "$work/err"
    fault "the command never ran"
    kill -9 "$pid"
  fi
  # A machine without the needed rights says so; ctest takes that for a skip.
  cat "$work/err"
  rm -r "$work"
}

case $case_name in
  status)
    in_lab -- true; same $? 0 "true"
    in_lab -- sh -c 'exit 42'; same $? 42 "exit 42"
    in_lab -- sh -c 'kill -9 $$'; same $? 137 "killed by 9"
    in_lab -- no-such-command 2>/dev/null; same $? 127 "no such command"
    in_lab --timeout 1 -- sleep 60; same $? 124 "out of time"
    "$drawbridge" lab run --name no-such-lab -- true 2>/dev/null; same $? 4 "no such lab"
    "$drawbridge" lab run --name "$lab" no-such-scenario 2>/dev/null; same $? 4 "no such scenario"
    "$drawbridge" lab rum 2>/dev/null; same $? 2 "no such command of the lab" ;;
  streams)
    same "$(in_lab -- sh -c 'echo out; echo err >&2' 2>/dev/null)" out "standard output"
    same "$(in_lab -- sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)" err "standard error"
    same "$(printf 'a\nb' | in_lab -- cat)" "$(printf 'a\nb')" "standard input"
    same "$(head -c 3000000 /dev/zero | in_lab -- wc -c)" 3000000 "much input"
    same "$(in_lab -- seq 1 200000 | md5sum)" "$(seq 1 200000 | md5sum)" "much output"
    same "$(head -c 1000000 /dev/urandom | tee /dev/stderr 2>/dev/null | in_lab -- head -c 5 | wc -c)" 5 "input that nobody reads"
    same "$(cd /usr/share && in_lab -- pwd)" /usr/share "folder"
    same "$(LAB_TEST_WORD='a b' in_lab -- sh -c 'echo "$LAB_TEST_WORD"')" "a b" "environment" ;;
  parallel)
    work=$(mktemp -d) || exit 1
    for i in 1 2 3 4 5; do (in_lab -- sh -c "echo $i; seq 1 2000 | tail -n 1; exit $i" >"$work/$i"; echo "status $?" >>"$work/$i") & done
    wait
    for i in 1 2 3 4 5; do same "$(tr '\n' ' ' <"$work/$i")" "$i 2000 status $i " "command $i"; done
    rm -r "$work" ;;
  separate_worlds)
    work=$(mktemp -d) || exit 1
    spaces='readlink /proc/[0-9]*/ns/net | sort -u | wc -l'
    before=$(in_lab -- sh -c "$spaces")
    in_lab "$folder" -- sh -c 'ip link add only-here type bridge; echo x >/etc/network/interfaces; echo inside; sleep 6; ip link show only-here' >"$work/one" 2>&1 &
    one=$!
    await_text "$work/one" inside 60 || fault "the first world never ran"
    in_lab "$folder" -- sh -c 'ip link show only-here 2>/dev/null; cat /etc/network/interfaces; ps ax | grep -c "[s]leep 6"' >"$work/two"
    grep -q only-here "$work/two" && fault "the second world sees the first one's interface"
    grep -q 'bridge-ports enp5s0' "$work/two" || fault "the second world sees the first one's files: $(cat "$work/two")"
    same "$(tail -n 1 "$work/two")" 0 "processes of the other world"
    wait "$one"; same $? 0 "first world"
    # Others' worlds may have ended meanwhile.
    after=$(in_lab -- sh -c "$spaces")
    [ "$after" -le "$before" ] || fault "network namespaces afterwards: $after instead of $before"
    in_lab -- test ! -e /run/drawbridge-lab/etc || fault "the world's files are still there"
    rm -r "$work" ;;
  shell)
    said=$(printf 'tty; stty size; exit 3\n' | script -qec "stty rows 33 cols 99; SHELL=/bin/sh '$drawbridge' lab shell --name '$lab'" /dev/null); status=$?
    same "$status" 3 "exit status of the shell"
    echo "$said" | grep -q '/dev/pts/[0-9]' || fault "no terminal: $said"
    echo "$said" | grep -q '33 99' || fault "the terminal has another size: $said" ;;
  boot)
    before=$(traces)
    "$drawbridge" lab run --vm -- true || fault "did not run"   # fills the cache, where that is needed
    begin=$(date +%s%N)
    "$drawbridge" lab run --vm -- true || fault "did not run"
    took=$((($(date +%s%N) - begin) / 1000000))
    echo "MEASURE: from start to the end of the first command: $took ms (wanted: 8000)"
    [ "$took" -lt 30000 ] || fault "that is too long even for a busy machine"
    [ -n "$before" ] || fault "no mounts were seen" ;;
  killed_machine)
    "$drawbridge" lab run --vm -- true || fault "did not run"
    kill_and_look --vm -- sh -c 'echo inside; sleep 1000' ;;
  killed_world) kill_and_look --native "$folder" -- sh -c 'echo inside; setsid sleep 1000 & sleep 1000' ;;
  dead_kernel)
    work=$(mktemp -d) || exit 1
    printf '#!/bin/sh\necho "Kernel panic - not syncing: nothing to run"\n' >"$work/qemu-system-x86_64"
    chmod +x "$work/qemu-system-x86_64"
    PATH=$work:$PATH "$drawbridge" lab run --vm --accel tcg -- true 2>"$work/err"; same $? 4 "a kernel that dies"
    grep -q 'Kernel panic - not syncing: nothing to run' "$work/err" || fault "the console's last words are missing: $(cat "$work/err")"
    rm -r "$work" ;;
  native_status)
    "$drawbridge" lab run --native "$folder" -- sh -c 'exit 42'; same $? 42 "exit 42"
    "$drawbridge" lab run --native "$folder" -- sh -c 'kill -9 $$'; same $? 137 "killed by 9"
    "$drawbridge" lab run --native --timeout 1 "$folder" -- sleep 60; same $? 124 "out of time"
    same "$("$drawbridge" lab run --native --in gateway "$folder" -- ip -br -4 addr show eth0 | awk '{print $3}')" 100.64.0.1/22 "in the gateway"
    same "$("$drawbridge" lab run --native "$folder" -- hostname)" node "name of the node"
    "$drawbridge" lab run --native "$folder" -- sh -c 'touch /etc/network/x /var/lib/drawbridge/x /run/x /etc/only-in-lab'
    for file in /etc/network/x /var/lib/drawbridge/x /run/x /etc/only-in-lab; do [ ! -e "$file" ] || fault "$file came out of the world"; done ;;
  up_and_down)
    "$drawbridge" lab up --native --name "$lab" --detach --with-parent --for 60 "$folder" || fault "not up"
    in_lab -- ip link add kept type bridge || fault "first command"
    in_lab -- ip link show kept >/dev/null || fault "the second command runs in another world"
    "$drawbridge" lab status | grep -q "^$lab .*native" || fault "not in the status: $("$drawbridge" lab status)"
    "$drawbridge" lab up --native --name "$lab" --detach "$folder" 2>/dev/null; same $? 4 "a second lab of the same name"
    "$drawbridge" lab down --name "$lab" || fault "not down"
    in_lab -- true 2>/dev/null; same $? 4 "after down" ;;
  broken_scenario)
    # What a scenario promises wrongly must be found: a loss, traffic that does not pass any more, a finding, a flow beside the cut.
    work=$(mktemp -d) || exit 1
    cp -r "$folder/../several-guest-networks" "$work/broken"
    sed -i -e 's/"from": "blue-web", "to": "blue-router", "outage-ms": 0/"from": "red-web", "to": "red-router", "outage-ms": 500/' \
      -e 's/"findings": \["bridge-port-no-carrier"\]/"findings": []/' \
      -e '/"red-desk", "to": "red-web".*"expect": "block"/d' "$work/broken/scenario.json"
    "$drawbridge" lab run --native "$work/broken" >"$work/out" 2>"$work/err"; same $? 1 "a scenario that promises too much"
    for text in 'flow red-web to red-router .* of 500 ms allowed   <-- not as expected' 'red-desk .* tcp 443  *pass  *block.*<-- not as expected' \
      'findings: bridge-port-no-carrier; expected: none   <-- not as expected'; do
      grep -q "$text" "$work/out" || fault "not found: $text"
    done
    cp -r "$folder/../several-guest-networks" "$work/beside"
    sed -i 's/"to": "blue-router", "outage-ms": 0/"to": "blue-router", "outage-ms": 500/' "$work/beside/scenario.json"
    "$drawbridge" lab run --native "$work/beside" >"$work/out" 2>>"$work/err"; same $? 1 "a flow that runs elsewhere"
    grep -q 'node/enp6s0 carried [0-9]* frames in the second before; no flow ran through it' "$work/out" || fault "nobody noticed: $(cat "$work/out")"
    [ "$faults" -eq 0 ] || cat "$work/out" "$work/err"
    rm -r "$work" ;;
  must_run)
    must_run=$(dirname "$0")/must_run.sh
    run() { DRAWBRIDGE_LAB_MUST_RUN=$1 "$must_run" sh -c "$2" >/dev/null; }
    for must in "" 1; do
      run "$must" 'exit 0'; same $? 0 "a test that ran"
      run "$must" 'exit 3'; same $? 3 "a test that failed"
      run "$must" "echo \"can't run natively: this kernel lacks bond\"; exit 4"; same $? 77 "a kernel without a feature"
    done
    run "" 'exit 77'; same $? 77 "skipped"
    run 1 'exit 77'; same $? 1 "skipped where it must run"
    run "" "echo \"namespaces need root's rights\"; exit 4"; same $? 77 "no rights"
    run 1 "echo \"namespaces need root's rights\"; exit 4"; same $? 1 "no rights where it must run"
    skips() { "$must_run" --skips "$1" sh -c 'echo "[  SKIPPED ] Real/A.b/0 (64 ms)"; echo "[  SKIPPED ] Real/A.b/0"' >/dev/null; }
    skips "Real/A.b/0"; same $? 0 "the one case that may be skipped"
    skips "Real/A.b/1 Real/A.b/0"; same $? 0 "one of the cases that may be skipped"
    skips "Real/A.b/01"; same $? 1 "a case skipped that may not"
    skips none; same $? 1 "a case skipped where none may"
    DRAWBRIDGE_LAB_MUST_RUN="" "$must_run" --skips none sh -c 'exit 77' >/dev/null; same $? 77 "nothing of it ran" ;;
  *) fault "no such case: $case_name" ;;
esac
[ "$faults" -eq 0 ] || exit 1
echo "good: $case_name"
