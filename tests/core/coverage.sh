#!/bin/sh
# coverage.sh - every line and branch of the core is taken by its tests, or
# status 1 with the places that are not.  Builds the preset `coverage`, runs the
# tests of the core, asks gcovr.  A minute.  Needs cmake, ninja, gcc and gcovr.
#
# A branch that no test takes is a scenario that is missing, or code that nothing
# needs: no line is excluded.  Our own mistakes (BUG_IF) and growing arrays
# (VEC_ADD) branch in base.h, not in the function that uses them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
cmake --preset coverage >/dev/null
targets=$(ninja -C build/coverage -t targets all | sed -n 's/^\(test_core_[a-z]*\):.*/\1/p')
# shellcheck disable=SC2086 # a list of words
ninja -C build/coverage $targets >/dev/null
find build/coverage/agent/CMakeFiles/core.dir -name '*.gcda' -delete
for test in $targets; do
	"build/coverage/$test" >build/coverage/core.log 2>&1 || {
		cat build/coverage/core.log >&2
		exit 1
	}
done
gcovr --root . --filter 'agent/.*\.c$' --branches --print-summary \
	--fail-under-branch 100 --fail-under-line 100 build/coverage/agent/CMakeFiles/core.dir
