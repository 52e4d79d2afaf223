#!/bin/sh
# install.sh - installs with apt what the project needs and this machine lacks.
#
#   tests/install.sh build|test|lint...
#
# build  what compiles seatsync; test  what the tests and the demo run;
# lint  what .ci/run adds.  Needs root, or sudo; says what it installs; does
# nothing when nothing is missing.  No service is started: the tests run their
# own servers in folders of their own.
set -eu

build="gcc binutils libc6-dev cmake ninja-build pkg-config libldap-dev libsasl2-dev libkrb5-dev libcurl4-openssl-dev libjansson-dev
	libyaml-dev libsqlite3-dev nettle-dev libidn2-dev libunistring-dev
	libmicrohttpd-dev libgnutls28-dev libcmocka-dev"
test="slapd ldap-utils openssl faketime strace python3 python3-yaml python3-jsonschema sqlite3 curl jq mandoc man-db systemd procps
	nodejs npm nginx-light python3-pip
	samba samba-ad-dc samba-ad-provision samba-dsdb-modules winbind python3-samba
	389-ds-base krb5-kdc krb5-admin-server krb5-user libsasl2-modules-gssapi-mit"
lint="clang clang-tidy libclang-rt-14-dev cppcheck gcovr shellcheck valgrind"

wanted=
for set in "${@:-build}"; do
	case $set in
	build) wanted="$wanted $build" ;;
	test) wanted="$wanted $test" ;;
	lint) wanted="$wanted $lint" ;;
	*) echo "install.sh: no such set: $set" >&2; exit 64 ;;
	esac
done

missing=
for package in $wanted; do
	# a later Debian has a later clang; its runtime comes with the compiler
	if [ "$package" = libclang-rt-14-dev ] && ! apt-cache show "$package" >/dev/null 2>&1; then
		continue
	fi
	# a nodejs from elsewhere brings its own
	if [ "$package" = npm ] && command -v npm >/dev/null 2>&1; then
		continue
	fi
	case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1; then
	as_root=sudo
else
	echo "install.sh: needs root or sudo to install:$missing" >&2
	exit 1
fi

echo "installing with apt${as_root:+ through sudo}:$missing"
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	# a freshly installed slapd would start itself; it must not
	printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
	$as_root chmod 755 $policy
	trap '$as_root rm -f $policy' EXIT
fi
log=$(mktemp)
# shellcheck disable=SC2086 # a list of packages, none with a space
if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
	apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -20 "$log" >&2
	echo "install.sh: apt failed; the whole log is in $log" >&2
	exit 1
fi
rm -f "$log"
