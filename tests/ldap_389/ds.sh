#!/bin/sh
# ds.sh - a private 389 Directory Server for tests.
#
#   ds.sh serve DIR LDIF
#
# Makes an instance in DIR with what LDIF holds below dc=example,dc=com, serves
# it until its standard input ends, and removes DIR.  DIR/ready holds its URLs,
# ldap:// and ldaps://, when it answers; DIR/failed the reason when it never will.
#
# The administrator is "cn=Directory Manager", the password admin-secret.
# Needs Debian's 389-ds-base, and root: its tools refuse that and run as the
# user dirsrv.
set -eu
umask 022 # dirsrv must read what we write
PATH=$PATH:/usr/sbin:/sbin

if [ $# != 3 ] || [ "$1" != serve ]; then
	echo "usage: ds.sh serve DIR LDIF" >&2
	exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "$2" && pwd)
ldif=$3

fail() {
	echo "ds.sh: $*" >>"$dir/log"
	[ ! -x "$dir/bin/dsctl" ] || as_dirsrv "$dir/bin/dsctl" seatsync stop >/dev/null 2>&1 || :
	mv "$dir/log" "$dir/failed"
	exit 1
}

as_dirsrv() {
	runuser -u dirsrv -- env HOME="$dir" PATH="$dir/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$@"
}

# port: one in 20000..32767, outside what connect() takes for itself
port() { echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12768)); }

create() {
	port=$(port) secure=$(port)
	cat >"$dir/instance.inf" <<-INF
	[general]
	config_version = 2
	full_machine_name = localhost
	strict_host_checking = False
	systemd = False
	start = True
	selinux = False
	[slapd]
	instance_name = seatsync
	root_password = admin-secret
	port = $port
	secure_port = $secure
	self_sign_cert = False
	[backend-userroot]
	sample_entries = no
	suffix = dc=example,dc=com
	create_suffix_entry = True
	INF
	as_dirsrv "$dir/bin/dscreate" from-file "$dir/instance.inf"
}

# Its certificate, by a CA of our own, which is in DIR/tls/ca.pem; it takes effect with a restart.
encrypt() {
	names=IP:127.0.0.1 sh "$here/../ldap/slapd.sh" certificates "$dir/tls" &&
		chown -R dirsrv "$dir/tls" &&
		as_dirsrv "$dir/bin/dsctl" seatsync tls import-ca "$dir/tls/ca.pem" test-ca &&
		as_dirsrv "$dir/bin/dsctl" seatsync tls import-server-key-cert "$dir/tls/good.pem" \
			"$dir/tls/good.key" &&
		ldapmodify -x -H "ldap://127.0.0.1:$port" -D "cn=Directory Manager" -w admin-secret \
			<<-LDIF &&
	dn: cn=config
	changetype: modify
	replace: nsslapd-security
	nsslapd-security: on
	-
	replace: nsslapd-securePort
	nsslapd-securePort: $secure

	LDIF
		as_dirsrv "$dir/bin/dsctl" seatsync restart
}

fill() {
	ldapadd -x -H "ldap://127.0.0.1:$port" -D "cn=Directory Manager" -w admin-secret -f "$ldif"
}

cd "$dir"
chown dirsrv "$dir"
chmod 755 "$dir"
: >"$dir/log"
chown dirsrv "$dir/log"
as_dirsrv dscreate ds-root "$dir/root" "$dir/bin" >>"$dir/log" 2>&1 || fail "no folder of its own"
made=
for _ in 1 2 3; do # a port may be lost to somebody else
	create >>"$dir/log" 2>&1 && made=yes && break
	as_dirsrv "$dir/bin/dsctl" seatsync remove --do-it >>"$dir/log" 2>&1 || :
done
[ -n "$made" ] || fail "cannot make an instance"
fill >>"$dir/log" 2>&1 || fail "cannot load $ldif"
encrypt >>"$dir/log" 2>&1 || fail "cannot encrypt"
printf '%s\n' "ldap://127.0.0.1:$port" "ldaps://127.0.0.1:$secure" >"$dir/making"
mv "$dir/making" "$dir/ready"
cat >/dev/null
as_dirsrv "$dir/bin/dsctl" seatsync stop >>"$dir/log" 2>&1 || :
cd /
rm -rf "$dir"
