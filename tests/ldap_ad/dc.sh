#!/bin/sh
# dc.sh - a private Samba domain controller for tests.
#
#   dc.sh serve DIR [option...]
#
# Provisions a domain in DIR, fills it (fill.py), serves it on 127.0.0.77 until
# its standard input ends, and removes DIR.  DIR/ready appears when it answers;
# DIR/failed, with the reason in DIR/log, when it never will.
#
#	--people N      further people, all in the group "big" (default 0)
#
# The domain is AD.EXAMPLE.TEST, its controller dc1.  DIR/tls/ca.pem signed its
# certificate, which names 127.0.0.77.  Passwords are in fill.py.  It is a KDC and
# a global catalogue, too: DIR/krb5.conf, and DIR/seatsync.keytab of who reads.
#
# A controller's ports are fixed, so it has an address of its own, and of
# several who want it at once each waits for its turn.  Needs root (the ports
# are below 1024) and Debian's samba packages; no service of the system is used.
set -eu
PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)

if [ $# -lt 2 ] || [ "$1" != serve ]; then
	echo "usage: dc.sh serve DIR [option...]" >&2
	exit 64
fi
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
people=0
while [ $# -gt 0 ]; do
	case $1 in
	--people) people=$2; shift ;;
	*) echo "dc.sh: unknown option $1" >&2; exit 64 ;;
	esac
	shift
done

fail() {
	echo "dc.sh: $*" >>"$dir/log"
	mv "$dir/log" "$dir/failed"
	exit 1
}

certificates() {
	names="IP:127.0.0.1,IP:127.0.0.77,DNS:dc1.ad.example.test" sh "$here/../ldap/slapd.sh" certificates "$dir/tls"
}

provision() {
	samba-tool domain provision --targetdir="$dir/domain" --realm=AD.EXAMPLE.TEST \
		--domain=ADTEST --server-role=dc --dns-backend=NONE --adminpass=Admin.passw0rd \
		--host-name=dc1 --host-ip=127.0.0.77 --use-rfc2307 \
		--option="interfaces=lo" --option="bind interfaces only=yes"
}

# The directory alone, on one address, everything in DIR.
configure() {
	mkdir -p "$dir/domain/cache" "$dir/domain/ncalrpc"
	cat >"$dir/domain/etc/smb.conf" <<-CONF
	[global]
	netbios name = DC1
	realm = AD.EXAMPLE.TEST
	workgroup = ADTEST
	server role = active directory domain controller
	server services = ldap kdc
	interfaces = 127.0.0.77/8
	bind interfaces only = yes
	private dir = $dir/domain/private
	state directory = $dir/domain/state
	cache directory = $dir/domain/cache
	lock directory = $dir/domain
	binddns dir = $dir/domain/bind-dns
	pid directory = $dir/domain
	ncalrpc dir = $dir/domain/ncalrpc
	log file = $dir/domain/log.%m
	logging = file
	tls enabled = yes
	tls certfile = $dir/tls/good.pem
	tls keyfile = $dir/tls/good.key
	tls cafile = $dir/tls/ca.pem
	ldap server require strong auth = yes
	CONF
}

# The controller is its own KDC; the keytab is the reader's.
kerberos() {
	cat >"$dir/krb5.conf" <<-CONF
	[libdefaults]
	default_realm = AD.EXAMPLE.TEST
	dns_lookup_kdc = false
	dns_canonicalize_hostname = false
	rdns = false
	[realms]
	AD.EXAMPLE.TEST = {
		kdc = 127.0.0.77
	}
	[domain_realm]
	127.0.0.77 = AD.EXAMPLE.TEST
	CONF
	samba-tool domain exportkeytab "$dir/seatsync.keytab" --principal=seatsync \
		-s "$dir/domain/etc/smb.conf"
}

answers() {
	ldapsearch -x -o nettimeout=1 -H ldap://127.0.0.77 -s base -b '' 1.1 >/dev/null 2>&1
}

exec 9>/tmp/seatsync-dc.lock
flock 9
mkfifo "$dir/alive"
{
	umask 077
	certificates && provision && configure &&
		/usr/bin/python3 "$here/fill.py" "$dir/domain" "$people" && kerberos
} >"$dir/log" 2>&1 || fail "cannot make the domain"
# Samba ends when its standard input does; the lock is not its to keep.
samba -i -M single --debug-stdout -s "$dir/domain/etc/smb.conf" \
	<"$dir/alive" >>"$dir/log" 2>&1 9>&- &
pid=$!
exec 8>"$dir/alive"
tries=0
while ! answers; do
	kill -0 $pid 2>/dev/null || fail "samba ended"
	tries=$((tries + 1))
	[ $tries -lt 6000 ] || { kill $pid; fail "samba does not answer"; }
	sleep 0.1
done
: >"$dir/ready"
cat >/dev/null
kill $pid 2>/dev/null || :
exec 8>&-
wait $pid || :
rm -rf "$dir"
