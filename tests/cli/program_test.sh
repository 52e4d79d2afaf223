#!/bin/bash
# The whole program against slapd and the simulator: what each command says,
# its JSON, and its exit status.
# usage: program_test.sh SOURCE BUILD
set -u
source=$1 build=$2
work=$(mktemp -d)
# shellcheck source=tests/cli/world.sh
. "$source/tests/cli/world.sh"
trap 'world_stop; rm -rf "$work"' EXIT
failures=0

fail() {
	echo "FAILED: $*"
	sed 's/^/	/' "$work/out" "$work/err"
	failures=$((failures + 1))
}

# run STATUS ARGUMENT...: leaves what was said in $work/out and $work/err
run() {
	local wanted=$1
	shift
	seatsync "$@" >"$work/out" 2>"$work/err" </dev/null
	local status=$?
	[ "$status" -eq "$wanted" ] || fail "seatsync $*: status $status, not $wanted"
	cat "$work/out" "$work/err" >>"$work/all"
}

says() { grep -qF -- "$1" "$work/out" || fail "stdout does not say: $1"; }
complains() { grep -qF -- "$1" "$work/err" || fail "stderr does not say: $1"; }
# A Python expression on the object d.
holds_true() {
	python3 -c "import json, sys; d = json.load(open(sys.argv[1])); assert $1, d" "$work/out" \
		2>"$work/why" || fail "not so: $1: $(tail -1 "$work/why")"
}
control() { # PATH and a Python expression on the object d, printed
	sim_control GET "$1" | python3 -c "import json, sys; d = json.load(sys.stdin); print($2)"
}
writes() { control /requests 'sum(r["method"] != "GET" and r["call"] != "token" for r in d["items"])'; }
mails() { control /mail 'len(d["items"])'; }
modify() {
	ldapmodify -x -H "$LDAP_URL" -D "$LDAP_ADMIN" -w "$LDAP_ADMIN_PASSWORD" >/dev/null ||
		fail "ldapmodify"
}
leave() { # UID...: no longer in research
	{
		printf 'dn: cn=research,ou=groups,dc=example,dc=com\nchangetype: modify\ndelete: member\n'
		printf 'member: uid=%s,ou=people,dc=example,dc=com\n' "$@"
	} | modify
}
unchanged() { # WRITES: nothing was sent since
	[ "$(writes)" = "$1" ] || fail "something was sent: $1 -> $(writes)"
}

world_start "$work" "$source" "$build" || exit 1

echo "# before the first run"
run 1 status
says 'no run has ever succeeded'
run 0 check --offline
says 'the first run makes it'
run 0 check --json
holds_true 'd["format"] == "seatsync-check-1" and all(c["ok"] in (True, None) for c in d["checks"])'
run 0 invitations && says 'no invitations'
run 0 holds && says 'nothing is held'
run 0 history && says 'nothing was done yet'

echo "# plan changes nothing"
run 2 plan
says 'DRY RUN: nothing was changed'
says 'status 2: changes are pending'
[ "$(sed -n 2p "$work/out")" = 'DRY RUN: nothing was changed' ] || fail "no mark at the start"
run 2 plan --json
holds_true '[a["action"] for a in d["actions"]] == ["assign_seat", "invite", "invite"]'
holds_true '[w["email"] for w in d["waiting"]] == ["cyd@example.com", "Dee.O@Example.com"]'
holds_true 'd["seats"] == {"total": 3, "assigned": 1, "reserved": 0, "free": 2, "waiting": 2}'
holds_true 'd["complete"] is True and d["counts"]["invite"] == 2'
[ ! -e "$work/state/acme.db" ] || fail "plan made a state"
unchanged 0

echo "# one person"
run 2 plan --json --person 'ADA@example.com'
holds_true '[a["email"] for a in d["actions"]] == ["ada@example.com"] and not d["waiting"]'
run 1 plan --person nobody@example.com
complains 'has the address nobody@example.com'
run 1 explain nobody@example.com
run 0 explain dee.o@example.com
says 'through research'
says 'queue   place 2 of 2'
run 0 explain --json dee.o@example.com
holds_true 'd["queue_place"] == 2 and d["live"] and not d["member"]'
holds_true '[(r["rule"], r["match"]) for r in d["rules"]] == [(1, "no"), (2, "match"), (3, "match")]'
holds_true '[g.get("through") for g in d["groups"]] == [None, "research"]'

echo "# apply asks, on a terminal alone (fault C6)"
run 64 apply
(sleep 1; echo n) | script -qec "'$build/seatsync' -c '$work/seatsync.yaml' apply" /dev/null \
	>"$work/out" 2>&1
[ $? -eq 1 ] || fail "the answer no is status 1"
says 'Do these 3 changes? [y/N]'
says 'nothing was changed'
unchanged 0
run 0 apply --yes --json
holds_true 'd["format"] == "seatsync-apply-1" and d["result"]["done"] == 3'
holds_true '{a["result"] for a in d["actions"]} == {"done"}'
sent=$(writes)

echo "# the second time nothing is sent"
run 0 plan
run 0 sync
says 'acme: 2 waiting; seats total 3, assigned 2, reserved 1, free 0, waiting 2'
unchanged "$sent"

echo "# what the state tells"
run 0 status && says 'fresh and well'
run 0 status --json
holds_true 'd["last_success"]["command"] == "sync" and len(d["waiting"]) == 2'
run 0 invitations --json
holds_true '[(i["email"], i["status"]) for i in d["invitations"]] == [("ada@example.com", "pending"), ("eve@example.com", "pending")]'
run 0 invitations --expiring && says 'no invitations'
run 0 invitations --person EVE@example.com && says 'eve@example.com'
run 0 seats --json
holds_true 'd["seats"][-1]["assigned"] == 2 and len(d["waiting"]) == 2'
run 0 history --verify && says 'the history is whole'
run 0 history --json --person bob@example.com
holds_true '[h["event"] for h in d["history"]] == ["adopt", "assign_seat"]'
run 0 history --limit 1 && says 'only the newest 1'

echo "# a hold, and its release"
sed -i 's/limits: {/limits: {removals: 0, /' "$work/seatsync.yaml"
leave bob
run 3 plan && says 'held (2)'
run 3 sync
complains 'held for 1 person: too many would lose at once'
unchanged "$sent"
run 3 status && says 'something is held'
run 0 holds --json
holds_true 'len(d["holds"]) == 1 and [p["email"] for p in d["holds"][0]["people"]] == ["BOB@example.com"] * len(d["holds"][0]["people"])'
hold=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["holds"][0]["id"])' "$work/out")
run 0 holds "$hold" && says "seatsync release $hold"
run 1 release nope-nope && complains 'there is no hold nope-nope'
run 0 release "${hold%??}" && says "released $hold"
run 0 sync
[ "$(control /dump '[m["seat"] for m in d["members"] if m["email"] == "BOB@example.com"]')" = '[False]' ] ||
	fail "the released loss was not done"
run 0 sync
sed -i 's/removals: 0, //' "$work/seatsync.yaml"

echo "# adopt and forget"
run 0 forget bob@example.com && says 'no longer managed'
run 0 adopt bob@example.com --json
holds_true 'd["people"] == [{"email": "bob@example.com"}]'

echo "# some actions fail: status 4"
sim_control POST /pool '{"total": 10}' >/dev/null
sim_control POST /faults '{"kind": "status", "call": "invite", "status": 403, "count": 1}' >/dev/null
run 4 sync
complains ': failed'
run 0 sync

echo "# a signal while doing: what is in flight is finished, nothing new is sent (fault X3)"
sim_control POST /reset >/dev/null
sim_control POST /seed '{"seats": {"total": 10}, "members": [{"email": "owner@example.com", "role": "admin"}]}' >/dev/null
rm -rf "$work/state" && mkdir -m 700 "$work/state"
sed -i 's/  rate: 0/  rate: 0\n  parallel: 1/' "$work/seatsync.yaml"
sim_control POST /faults '{"kind": "hold", "call": "invite"}' >/dev/null
seatsync sync >"$work/out" 2>"$work/err" &
until [ "$(control /requests 'd["calls"].get("invite", 0)')" != 0 ]; do sleep 0.05; done
pid=$(pgrep -P $! 2>/dev/null || echo $!)
grep -qE '^Max core file size +0 +0' "/proc/$pid/limits" || fail "a core may be written (fault K5)"
kill -TERM $pid
until grep -qF 'stopping after the calls in flight' "$work/err"; do sleep 0.05; done
sim_control DELETE /faults >/dev/null
wait $!
[ $? -eq 1 ] || fail "stopped is status 1"
[ "$(mails)" = 1 ] || fail "$(mails) mails after the signal, not 1"
complains 'stopping after the calls in flight'
complains 'ada@example.com: done'
says 'status 1: the run failed, or had to stop'
run 1 status && says 'stopped with 3 actions not done'
run 0 sync
[ "$(mails)" = 4 ] || fail "$(mails) mails at the end, not 4"
[ "$(control /mail 'len({m["to"] for m in d["items"]})')" = 4 ] || fail "somebody was mailed twice"

echo "# output that goes nowhere never stops the work (fault X4)"
seatsync plan 2>"$work/err" >/dev/full
[ $? -eq 1 ] || fail "a full stdout is status 1 where the output was the job"
complains 'the output could not be written'
seatsync plan 2>"$work/err" | true
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "a reader that goes away is no failure"
seatsync sync 2>"$work/err" >/dev/full
[ $? -eq 0 ] || fail "the work was done"
complains 'but the work was done'

echo "# systemd is told of the progress"
rm -f "$work/notify"
python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(60)
print(s.recv(4096).decode())' "$work/notify" >"$work/told" &
until [ -S "$work/notify" ]; do sleep 0.02; done
NOTIFY_SOCKET=$work/notify run 0 plan
wait $!
grep -qx 'EXTEND_TIMEOUT_USEC=180000000' "$work/told" && grep -qx 'STATUS=reading corp' "$work/told" ||
	fail "systemd was told: $(cat "$work/told")"

echo "# debug tells no secret (fault K3)"
run 0 sync --log-level debug

echo "# one run at a time; readers do not wait (fault X1)"
exec 9>>"$work/state/acme.db.lock"
flock 9
run 75 sync --json && complains 'holds the lock'
holds_true 'd["status"] == 75 and d["error"]["kind"] == "locked"'
run 75 release "$hold"
run 0 status
run 0 plan
exec 9>&-

echo "# a directory that is away (fault D1)"
"$source/tests/ldap/slapd.sh" stop "$work/slapd"
before=$(writes)
run 1 sync && complains 'no directory could be read; nothing was changed: corp:'
complains 'kind=unreachable'
run 1 plan --json
holds_true 'd["format"] == "seatsync-plan-1" and d["status"] == 1 and d["error"]["kind"] == "unreachable"'
run 1 status && says 'the last run failed'
run 1 explain eve@example.com
says 'from the state alone'
says 'invite'
run 1 check && says 'FAIL  corp'
unchanged "$before"

if grep -qE 'simulated-secret|reader-secret' "$work/all" || grep -rqE 'simulated-secret|reader-secret' "$work/state"; then
	fail "a secret was told or stored (fault K3)"
fi
sim_violations || fail "the API's rules were broken"
[ "$failures" -eq 0 ] || echo "$failures failures"
[ "$failures" -eq 0 ]
