#!/usr/bin/env bash
# must_run.sh COMMAND...   Runs a lab test. One that can't run here, for want of rights or of kernel features, ends with 77, which ctest
# counts as skipped. With DRAWBRIDGE_LAB_MUST_RUN set, as ./test does, a test that was not run has failed; only what this kernel
# lacks is no failure of a native test, because the lab's machine runs it too.
set -uo pipefail
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
"$@" 2>&1 | tee "$said"
status=$?
[ "$status" -ne 0 ] || exit 0
if grep -q "can't run natively: this kernel lacks" "$said"; then exit 77; fi
if grep -q "namespaces need root's rights" "$said"; then status=77; fi
if [ "$status" -eq 77 ] && [ -n "${DRAWBRIDGE_LAB_MUST_RUN:-}" ]; then
  echo "FAULT: this test could not run, and DRAWBRIDGE_LAB_MUST_RUN says that it must"
  exit 1
fi
exit "$status"
