#!/bin/sh
# The command line as people mistype it: what is said and the exit status (fault C6).
# usage: usage_test.sh SEATSYNC
set -u
seatsync=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
unset JOURNAL_STREAM INVOCATION_ID CREDENTIALS_DIRECTORY NOTIFY_SOCKET

# expect STATUS TEXT ARGUMENT...: the status, and TEXT somewhere in what is said on either stream
expect() {
	wanted=$1 text=$2
	shift 2
	"$seatsync" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	if [ "$status" -ne "$wanted" ]; then
		echo "seatsync $*: status $status, not $wanted"
		failures=$((failures + 1))
	fi
	if ! grep -qF -- "$text" "$work/out" "$work/err"; then
		echo "seatsync $*: does not say: $text"
		sed 's/^/	/' "$work/out" "$work/err"
		failures=$((failures + 1))
	fi
}

# Every usage error says how to get help, on stderr alone.
refuse() {
	expect 64 "$@"
	if [ -s "$work/out" ] || ! grep -qE 'hint: .seatsync .*-h. shows how' "$work/err"; then
		echo "seatsync $*: no way to help, or something on stdout"
		failures=$((failures + 1))
	fi
}

refuse 'no command was given'
refuse 'there is no command plna; did you mean plan?' plna
refuse 'there is no command stauts; did you mean status?' stauts
refuse 'there is no command xyzzy' xyzzy
refuse 'there is no option --confg; did you mean --config?' --confg f plan
refuse 'there is no option -x' -x
refuse 'a value is missing after -c' -c
refuse '--log-level is error, warn, info or debug, not loud' --log-level loud plan
refuse '--log-format is text or json, not xml' plan --log-format=xml
refuse 'plan: there is no option --preson; did you mean --person?' plan --preson a@b.example
refuse 'plan: there is no option -q' plan -qh
refuse 'plan: a value is missing after --person' plan --person
refuse 'plan: takes no value: --json=yes' plan --json=yes
refuse 'plan: there is no place for extra' plan extra
refuse 'plan: a value is missing after --out' plan --out
refuse 'plan: --out needs the name of a file; --json prints' plan --out -
refuse 'plan: --out needs the name of a file; --json prints' plan --out ''
refuse 'plan: --out keeps a whole plan, --person shows a part of one' plan --out f --person a@b.example
refuse 'plan: nonsense is no e-mail address' plan --person nonsense
refuse 'apply: there is no terminal to ask on: nothing was done' apply f
refuse 'apply: --json cannot ask: add --yes' apply f --json
refuse 'apply: a plan is read from a file alone' apply --yes -
refuse 'apply: there is no place for g' apply f g
refuse 'apply: there is no terminal to ask on: nothing was done' apply
refuse 'apply: --json cannot ask: add --yes' apply --json
refuse 'explain: an argument is missing: EMAIL' explain
refuse 'adopt: an argument is missing' adopt
refuse 'forget: a@b@c.example is no e-mail address' forget a@b@c.example
refuse 'release: an argument is missing: HOLD' release
refuse 'history: --limit is a number, not ten' history --limit ten
refuse 'history: --limit is a number, not -1' history --limit=-1
refuse 'history: --limit is a number, not 9999999999' history --limit 9999999999
refuse 'history: --since is 7d, 24h or 2026-11-22, not yesterday' history --since yesterday
refuse 'seats: --since is 7d, 24h or 2026-11-22, not 2026-13-01' seats --since 2026-13-01
refuse 'there is no command init' init
refuse 'there is no command watch' watch

expect 0 'usage: seatsync [-c FILE]' -h
expect 0 'usage: seatsync [-c FILE]' --help
expect 0 'seatsync 0.' --version
for command in check plan apply sync status explain invitations seats history holds release adopt \
	forget; do
	expect 0 "  $command " -h
	expect 0 "usage: seatsync [-c FILE] $command" "$command" -h
	expect 0 "usage: seatsync [-c FILE] $command" "$command" --help
done

expect 78 'cannot be read: No such file or directory' -c "$work/none.yaml" plan
expect 78 'cannot be read: No such file or directory' status -c "$work/none.yaml"
printf 'organization: {id: acme, urll: x}\n' >"$work/bad.yaml"
expect 78 "$work/bad.yaml:1:26: organization.urll" -c "$work/bad.yaml" sync
expect 78 'did you mean url' -c "$work/bad.yaml" check --offline
"$seatsync" --log-format json -c "$work/bad.yaml" sync 2>&1 | while read -r line; do
	printf %s "$line" | python3 -c 'import json, sys
line = json.load(sys.stdin)
assert {"time", "level", "message"} <= line.keys() and line["level"] == "error", line' || exit 1
done || failures=$((failures + 1))

"$seatsync" -c "$work/bad.yaml" plan --json 2>/dev/null | python3 -c 'import json, sys
d = json.load(sys.stdin)
assert d["format"] == "seatsync-plan-1" and d["status"] == 78 and d["error"]["kind"] == "config", d' ||
	failures=$((failures + 1))

# Under the journal each line carries its priority; elsewhere the time.
: >"$work/err"
JOURNAL_STREAM=$(stat -c %d:%i "$work/err") "$seatsync" plna 2>>"$work/err"
if [ "$(cut -c 1-3 "$work/err" | sort -u)" != '<3>' ]; then
	echo 'no priority for the journal'
	failures=$((failures + 1))
fi
"$seatsync" plna 2>"$work/err"
if ! grep -qE '^20..-..-..T..:..:..Z error: there is no command plna' "$work/err"; then
	echo 'no time and level outside of the journal'
	failures=$((failures + 1))
fi

# The help is on stdout, so that it can be paged; nothing is on stderr.
"$seatsync" -h 2>"$work/err" >"$work/out"
[ -s "$work/out" ] && [ ! -s "$work/err" ] || { echo "-h uses stderr"; failures=$((failures + 1)); }

[ "$failures" -eq 0 ] || echo "$failures failures"
[ "$failures" -eq 0 ]
