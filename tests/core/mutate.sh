#!/bin/sh
# mutate.sh [PATTERN] - the deliberate mistakes of mutations.tsv, one at a
# time: the tests must notice each.  For developers, no part of ctest; some
# minutes.  A mistake that changes nothing or does not compile is an error:
# the code moved on.  PATTERN chooses lines by grep.  Needs cmake and ninja.
# Status 1 when a mistake survives.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/seatsync-mutate.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
tests="table rules leavers identity seats ways floor tokens"

mkdir "$work/source"
(cd "$root" && tar -cf - --exclude=./build --exclude=./.git .) | tar -xf - -C "$work/source"
# A mistake may leave a variable without use: no warnings.
cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=-w >/dev/null
targets=$(for t in $tests property; do echo "test_core_$t"; done)
# shellcheck disable=SC2086 # a list of words
ninja -C "$work/build" $targets >/dev/null

noticed() {
	# shellcheck disable=SC2086
	ninja -C "$work/build" $targets >"$work/log" 2>&1 || return 2
	for t in $tests; do
		timeout 60 "$work/build/test_core_$t" >"$work/log" 2>&1 || {
			grep -m1 'FAILED  \]' "$work/log" | sed 's/.*FAILED  \] */by: /' | grep -v 'test(s)' ||
				echo "by: $t"
			return 0
		}
	done
	timeout 120 "$work/build/test_core_property" 1 600 >"$work/log" 2>&1 || {
		echo "by: a random world"
		return 0
	}
	return 1
}

survivors=0
noticed >/dev/null && { echo "the tests fail without any mistake" >&2; exit 1; }
grep -v '^#' "$(dirname "$0")/mutations.tsv" | grep -e "${1:-.}" >"$work/mistakes"
while IFS='	' read -r file change; do
	cp "$work/source/agent/$file" "$work/original"
	sed -i "$change" "$work/source/agent/$file"
	status=0
	if cmp -s "$work/original" "$work/source/agent/$file"; then
		status=2
	else
		by=$(noticed) || status=$?
	fi
	case $status in
	0) echo "noticed  $file: $change ($by)" ;;
	1) echo "SURVIVED $file: $change" ;;
	*) echo "STALE    $file: $change" ;;
	esac
	[ "$status" -eq 0 ] || survivors=$((survivors + 1))
	cp "$work/original" "$work/source/agent/$file"
done <"$work/mistakes"
[ "$survivors" -eq 0 ] || { echo "$survivors survived" >&2; exit 1; }
