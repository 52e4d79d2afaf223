#!/bin/sh
# systemd_test.sh - the units are what systemd accepts, and as closed as promised.
#
#	systemd_test.sh SOURCE_DIR SEATSYNC
set -eu
umask 022 # units that all may write are refused

source_dir=$1
seatsync=$2
command -v systemd-analyze >/dev/null || { echo "there is no systemd-analyze"; exit 77; }

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

# has FILE LINE: the unit says so, and not in a comment
has()
{
	grep -qx -- "$2" "$source_dir/systemd/$1" || fail "$1 has no line $2"
}

# ---- as an administrator would have them: instances, and the program in place ----
for unit in seatsync@.service seatsync@.timer seatsync-alert@.service; do
	sed "s|^ExecStart=seatsync |ExecStart=$seatsync |; /^Documentation=/d" \
		"$source_dir/systemd/$unit" >"$temp/$unit"
done
for unit in seatsync@acme.service seatsync@acme.timer seatsync-alert@x.service; do
	said=$(SYSTEMD_UNIT_PATH="$temp:" systemd-analyze verify "$unit" 2>&1) ||
		fail "systemd-analyze verify $unit failed"
	case $said in
	*seatsync*) fail "systemd-analyze verify $unit: $said" ;;
	esac
done

# ---- exposure: 0 is shut, 10 is open ----
ln -s seatsync@.service "$temp/seatsync@acme.service"
ln -s seatsync-alert@.service "$temp/seatsync-alert@x.service"
for unit in seatsync@acme.service seatsync-alert@x.service; do
	systemd-analyze security --offline=yes --threshold=15 --no-pager "$temp/$unit" \
		>"$temp/score" 2>&1 || fail "$unit is more exposed than 1.5: $(tail -1 "$temp/score")"
	grep -q '^[^ ]* Overall exposure' "$temp/score" || fail "$unit has no score: $(cat "$temp/score")"
done

# ---- what a run rests on ----
has seatsync@.service 'ExecStart=seatsync -c /etc/seatsync/%i.yaml sync'
has seatsync@.service 'Type=oneshot'
has seatsync@.service 'NotifyAccess=main'
has seatsync@.service 'TimeoutStartSec=10min'
has seatsync@.service 'StateDirectoryMode=0700'
has seatsync@.service 'OnFailure=seatsync-alert@%i.service'
has seatsync@.timer 'Persistent=true'
has seatsync@.timer 'FixedRandomDelay=true'
if grep -q '^SuccessExitStatus' "$source_dir/systemd/seatsync@.service"; then
	fail "a status that is not 0 would look like success"
fi
calendar=$(sed -n 's/^OnCalendar=//p' "$source_dir/systemd/seatsync@.timer")
systemd-analyze calendar "$calendar" >/dev/null || fail "OnCalendar=$calendar is no time"

# ---- what the alert says: run its words as systemd would ----
# systemd joins continued lines with a blank and turns $$ into $.
words=$(sed -n "/^ExecStart=/,/seatsync-alert seatsync@%i/p" "$source_dir/systemd/seatsync-alert@.service" |
	sed 's/\\$//; s/\$\$/$/g' | tr '\n\t' '  ' |
	sed "s|^ExecStart=/bin/sh -c '||; s|' *seatsync-alert seatsync@%i .*$||")
for row in 1:2 2:2 3:4 4:2 5:4 75:5 78:2 :2; do
	said=$(MONITOR_EXIT_STATUS=${row%:*} MONITOR_SERVICE_RESULT=exit-code \
		sh -c "$words" seatsync-alert seatsync@acme "-c /etc/seatsync/acme.yaml" 2>&1)
	case $said in
	"<${row#*:}>seatsync@acme: "*"status ${row%:*})") ;;
	*) fail "the alert of status ${row%:*} says: $said" ;;
	esac
done

exit $failed
