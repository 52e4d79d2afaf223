#!/bin/sh
# kdc.sh - a private Kerberos realm (MIT) for tests.
#
#   kdc.sh serve DIR
#
# Serves the realm EXAMPLE.TEST on a free port of 127.0.0.1 until its standard
# input ends; DIR stays.  DIR/ready appears when it answers; DIR/failed, with
# the reason, when it never will.  In DIR then are krb5.conf and keytabs:
#
#	service.keytab   ldap/127.0.0.1, the server's
#	seatsync.keytab  seatsync, who reads
#	stale.keytab     seatsync's before its key was changed
#
# Needs Debian's krb5-kdc and krb5-admin-server; no service of the system, no root.
set -eu
PATH=$PATH:/usr/sbin:/sbin

if [ $# != 2 ] || [ "$1" != serve ]; then
	echo "usage: kdc.sh serve DIR" >&2
	exit 64
fi
dir=$(cd "$2" && pwd)
umask 077

configure() { # PORT
	cat >"$dir/krb5.conf" <<-CONF
	[libdefaults]
	default_realm = EXAMPLE.TEST
	dns_lookup_kdc = false
	dns_canonicalize_hostname = false
	rdns = false
	[realms]
	EXAMPLE.TEST = {
		kdc = 127.0.0.1:$1
	}
	[domain_realm]
	127.0.0.1 = EXAMPLE.TEST
	CONF
	cat >"$dir/kdc.conf" <<-CONF
	[kdcdefaults]
	kdc_listen = 127.0.0.1:$1
	kdc_tcp_listen = 127.0.0.1:$1
	[realms]
	EXAMPLE.TEST = {
		database_name = $dir/principals
		key_stash_file = $dir/stash
		acl_file = $dir/none
	}
	[logging]
	default = FILE:$dir/kdc.log
	CONF
}

fill() {
	kdb5_util create -s -r EXAMPLE.TEST -P "a master key of no worth" &&
	kadmin.local addprinc -randkey ldap/127.0.0.1 &&
	kadmin.local addprinc -randkey seatsync &&
	kadmin.local ktadd -k "$dir/service.keytab" ldap/127.0.0.1 &&
	kadmin.local ktadd -k "$dir/stale.keytab" seatsync &&
	kadmin.local ktadd -k "$dir/seatsync.keytab" seatsync
}

# port: one in 20000..32767, outside what connect() takes for itself
port() { echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12768)); }

launch() {
	configure "$(port)"
	krb5kdc -n >>"$dir/log" 2>&1 &
	pid=$!
	for _ in $(seq 200); do
		KRB5CCNAME="FILE:$dir/cache" kinit -k -t "$dir/seatsync.keytab" seatsync \
			>>"$dir/log" 2>&1 && return 0
		kill -0 $pid 2>/dev/null || return 1
		sleep 0.05
	done
	kill $pid
	return 1
}

export KRB5_CONFIG="$dir/krb5.conf" KRB5_KDC_PROFILE="$dir/kdc.conf"
configure 1
ready=
if fill >"$dir/log" 2>&1; then
	for _ in 1 2 3 4; do
		launch && ready=yes && break
	done
fi
if [ -z "$ready" ]; then
	mv "$dir/log" "$dir/failed"
	exit 1
fi
: >"$dir/ready"
cat >/dev/null
kill "$pid"
wait "$pid" || :
