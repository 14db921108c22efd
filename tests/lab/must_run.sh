#!/usr/bin/env bash
# must_run.sh [--skips NAMES] COMMAND...   Runs a lab test. One that can't run here, for want of rights or of kernel features, ends with 77, which ctest
# counts as skipped. With DRAWBRIDGE_LAB_MUST_RUN set, as ./test does, a test that was not run has failed; only what this kernel
# lacks is no failure of a native test, because the lab's machine runs it too.
#
# NAMES are the only cases, separated by spaces, that a googletest program may skip; "none" for no case. So a check that stopped to
# run, on a kernel that has everything, is noticed.
set -uo pipefail
may_skip=""
if [ "${1:-}" = --skips ]; then
  may_skip=" $2 "
  shift 2
fi
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
"$@" 2>&1 | tee "$said"
status=$?
if [ "$status" -eq 0 ] && [ -n "$may_skip" ]; then
  while read -r case_name; do
    [[ $may_skip == *" $case_name "* ]] && continue
    echo "FAULT: $case_name was skipped, and must run here"
    status=1
  done < <(sed -n 's/^\[  SKIPPED \] \([^ ]*\) (.*/\1/p' "$said")
  exit "$status"
fi
[ "$status" -ne 0 ] || exit 0
if grep -q "can't run natively: this kernel lacks" "$said"; then exit 77; fi
if grep -q "namespaces need root's rights" "$said"; then status=77; fi
if [ "$status" -eq 77 ] && [ -n "${DRAWBRIDGE_LAB_MUST_RUN:-}" ]; then
  echo "FAULT: this test could not run, and DRAWBRIDGE_LAB_MUST_RUN says that it must"
  exit 1
fi
exit "$status"
