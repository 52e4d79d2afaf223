#!/bin/bash
# The shell helpers: each kind of certificate is refused for its own reason, the good one taken.
set -eu
here=$(dirname "$0")
# shellcheck source=tests/sim/sim.sh
. "$here/sim.sh"
dir=$(mktemp -d)
trap 'sim_stop; rm -rf "$dir"' EXIT

sim_ca "$dir"

# reason KIND: curl's words about a server with that certificate
reason()
{
	if [ "$1" != good ]; then
		sim_cert "$dir" "$1" "$1"
		sim_start "$dir" --cert "$dir/$1.pem" --key "$dir/$1.key"
	else
		sim_start "$dir"
	fi
	curl --silent --show-error --noproxy '*' --cacert "$dir/ca.pem" "$SIM_URL/" 2>&1 || true
	sim_stop
}

expect()
{
	found=$(reason "$1")
	case $found in
	*"$2"*) ;;
	*)
		echo "$1: expected \"$2\", found \"$found\"" >&2
		exit 1
		;;
	esac
}

expect good 'Not Found'
expect expired 'certificate has expired'
expect future 'certificate is not yet valid'
expect wrong_name 'no alternative certificate subject name matches'
expect untrusted 'unable to get local issuer certificate'
expect self_signed 'self-signed certificate'

sim_start "$dir"
sim_control POST /seed '{"members": [{"email": "a@example.com"}]}' >/dev/null
sim_control GET /dump | grep -q '"a@example.com"'
if sim_control POST /accept '{"email": "nobody@example.com"}' >/dev/null 2>&1; then
	echo 'a refused control call was taken for good' >&2
	exit 1
fi
sim_violations
curl --silent --noproxy '*' --cacert "$dir/ca.pem" "$SIM_URL/nowhere" >/dev/null
if sim_violations 2>/dev/null; then
	echo 'a violation was not seen' >&2
	exit 1
fi
sim_stop
if sim_start "$dir" --cert /nowhere --key /nowhere 2>/dev/null; then
	echo 'a simulator that cannot start was taken for started' >&2
	exit 1
fi
SIM_PID=
