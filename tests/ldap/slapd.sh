#!/bin/sh
# slapd.sh - a private OpenLDAP server for tests, benchmarks and the demo.
#
#   slapd.sh start DIR [option...]   makes DIR, fills it, starts slapd, prints where it is
#   slapd.sh stop DIR                stops it and waits for its end; DIR stays
#   slapd.sh again DIR               starts a stopped one on its old ports, with its old data
#   slapd.sh certificates DIR        only makes the certificates
#
# Options of start, each any number of times where that makes sense:
#   --ldif FILE          entries to load, after the base tree below
#   --bare               no base tree: the LDIFs bring everything
#   --suffix DN          dc=example,dc=com
#   --certificate KIND   good (default) | expired | wronghost | untrusted | cnonly
#   --conf FILE          lines of slapd.conf before the database (module, schema, ...)
#   --dbconf FILE        lines inside the database, before the usual access rules
#   --reader-limits L    "size=unlimited time=unlimited size.pr=unlimited size.prtotal=unlimited"
#   --returns            will be stopped and started again: nobody else takes its ports meanwhile
#   --quick              loads with slapadd -q, for large trees
#
# What start prints, and keeps in DIR/env for `. DIR/env`:
#   LDAP_URL LDAPS_URL LDAPI_URL   on 127.0.0.1 (never "localhost": libldap would
#                                  look for this machine's own name in the certificate)
#   LDAP_CA                        the CA that signed the good certificate
#   LDAP_CLIENT_CERT LDAP_CLIENT_KEY   of CN=seatsync, for SASL EXTERNAL
#   LDAP_SUFFIX LDAP_ADMIN LDAP_ADMIN_PASSWORD LDAP_READER LDAP_READER_PASSWORD
#   LDAP_PID
#
# The base tree: the suffix, ou=people, ou=groups, ou=services and the account
# cn=seatsync,ou=services.  It may read everything but passwords; SASL EXTERNAL
# (ldapi as the user who started it, or the client certificate) becomes it too.
# Everybody else reads nothing.  The admin may do everything.
#
# DIR's path must leave room for a socket's name (108 bytes in all).
# Needs slapd, ldap-utils, openssl.  Runs as whoever calls it.  Ports are free
# ones below the range that connect() uses; a lost race is another try.
set -eu
PATH=$PATH:/usr/sbin:/sbin

say() { echo "slapd.sh: $*" >&2; }
die() { say "$@"; exit 1; }

# ---- certificates -----------------------------------------------------------

# authority NAME: NAME.pem, NAME.key
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
		-subj "/O=seatsync tests/CN=$1" -keyout "$1.key" -out "$1.pem" 2>openssl.log ||
		die "cannot make $1: $(cat openssl.log)"
}

# certificate NAME CA DAYS SUBJECT [SAN]: NAME.pem, NAME.key
certificate() {
	printf 'basicConstraints=CA:FALSE\n%s\n' "${5:+subjectAltName=$5}" >"$1.ext"
	{ openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$4" \
		-keyout "$1.key" -out "$1.csr" &&
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -days "$3" \
		-extfile "$1.ext" -out "$1.pem"; } 2>openssl.log ||
		die "cannot make certificate $1: $(cat openssl.log)"
}

certificates() {
	mkdir -p "$1"
	( cd "$1"
	authority ca
	authority other
	names="${names:-IP:127.0.0.1,DNS:localhost,DNS:$(hostname)}"
	certificate good ca 3650 /CN=server "$names"
	certificate expired ca -1 /CN=server "$names"
	certificate wronghost ca 3650 /CN=server DNS:directory.example.net
	certificate untrusted other 3650 /CN=server "$names"
	certificate cnonly ca 3650 /CN=127.0.0.1
	certificate client ca 3650 "/CN=seatsync" )
}

# ---- configuration and data -------------------------------------------------

configure() {
	reader="cn=seatsync,ou=services,$suffix"
	cat <<-CONF
	include /etc/ldap/schema/core.schema
	include /etc/ldap/schema/cosine.schema
	include /etc/ldap/schema/nis.schema
	include /etc/ldap/schema/inetorgperson.schema
	pidfile $dir/slapd.pid
	argsfile $dir/slapd.args
	modulepath /usr/lib/ldap
	moduleload back_mdb
	threads 4
	TLSCACertificateFile $dir/tls/ca.pem
	TLSCertificateFile $dir/tls/$certificate.pem
	TLSCertificateKeyFile $dir/tls/$certificate.key
	TLSVerifyClient allow
	authz-regexp "gidNumber=$(id -g)\\\\+uidNumber=$(id -u),cn=peercred,cn=external,cn=auth" "$reader"
	authz-regexp "cn=seatsync" "$reader"
	CONF
	[ -z "$conf" ] || cat $conf
	cat <<-CONF
	database mdb
	suffix $suffix
	rootdn cn=admin,$suffix
	rootpw $admin_password
	directory $dir/db
	maxsize 8589934592
	dbnosync
	index objectClass,entryUUID,uid,mail,cn,member eq
	limits dn.exact="$reader" $limits
	CONF
	[ -z "$dbconf" ] || cat $dbconf
	cat <<-CONF
	access to attrs=userPassword by anonymous auth by * none
	access to * by dn.exact="$reader" read by * none
	CONF
}

base_tree() {
	rdn=${suffix%%,*}
	cat <<-LDIF
	dn: $suffix
	objectClass: dcObject
	objectClass: organization
	o: Example
	dc: ${rdn#dc=}

	dn: ou=people,$suffix
	objectClass: organizationalUnit
	ou: people

	dn: ou=groups,$suffix
	objectClass: organizationalUnit
	ou: groups

	dn: ou=services,$suffix
	objectClass: organizationalUnit
	ou: services

	dn: cn=seatsync,ou=services,$suffix
	objectClass: applicationProcess
	objectClass: simpleSecurityObject
	cn: seatsync
	userPassword: $reader_password
	LDIF
}

load() { # FILE
	slapadd $quick -f "$dir/slapd.conf" -b "$suffix" -l "$1" 2>"$dir/slapadd.log" ||
		die "cannot load $1: $(tail -5 "$dir/slapadd.log")"
}

# ---- the process --------------------------------------------------------------

# port: one in 20000..32767, outside what connect() takes for itself; below that for who returns
port() {
	if [ -n "$returns" ]; then
		echo $((17000 + $(od -An -N2 -tu2 /dev/urandom) % 3000))
	else
		echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12768))
	fi
}

answers() {
	ldapsearch -x -o nettimeout=1 -H "$1" -s base -b '' 1.1 >/dev/null 2>&1
}

# launch PORT TLSPORT: 0 when it answers, 1 when it ended at once
launch() {
	ldapi="ldapi://$(printf %s "$dir/ldapi" | sed 's,/,%2F,g')"
	# -d 0 keeps it in the foreground, so that its pid is ours to know.
	slapd -f "$dir/slapd.conf" -d 0 -h "ldap://127.0.0.1:$1 ldaps://127.0.0.1:$2 $ldapi" \
		>"$dir/slapd.log" 2>&1 </dev/null &
	pid=$!
	while ! answers "$ldapi"; do
		kill -0 $pid 2>/dev/null || { wait $pid || return 1; }
		sleep 0.02
	done
	cat >"$dir/env" <<-ENV
	LDAP_URL=ldap://127.0.0.1:$1
	LDAPS_URL=ldaps://127.0.0.1:$2
	LDAPI_URL=$ldapi
	LDAP_CA=$dir/tls/ca.pem
	LDAP_CLIENT_CERT=$dir/tls/client.pem
	LDAP_CLIENT_KEY=$dir/tls/client.key
	LDAP_SUFFIX='$suffix'
	LDAP_ADMIN='cn=admin,$suffix'
	LDAP_ADMIN_PASSWORD=$admin_password
	LDAP_READER='cn=seatsync,ou=services,$suffix'
	LDAP_READER_PASSWORD=$reader_password
	LDAP_PORT=$1
	LDAPS_PORT=$2
	LDAP_PID=$pid
	ENV
}

start() {
	suffix=dc=example,dc=com admin_password=admin-secret reader_password=reader-secret
	certificate=good conf='' dbconf='' ldifs='' bare='' quick='' returns=''
	limits="size=unlimited time=unlimited size.pr=unlimited size.prtotal=unlimited"
	while [ $# -gt 0 ]; do
		case $1 in
		--ldif) ldifs="$ldifs $2" ;;
		--suffix) suffix=$2 ;;
		--certificate) certificate=$2 ;;
		--conf) conf="$conf $2" ;;
		--dbconf) dbconf="$dbconf $2" ;;
		--reader-limits) limits=$2 ;;
		--bare) bare=yes; shift; continue ;;
		--quick) quick=-q; shift; continue ;;
		--returns) returns=yes; shift; continue ;;
		*) die "unknown option $1" ;;
		esac
		shift 2
	done
	mkdir -p "$dir/db"
	[ -d "$dir/tls" ] || certificates "$dir/tls"
	configure >"$dir/slapd.conf"
	chmod 600 "$dir/slapd.conf"
	if [ -z "$bare" ]; then
		base_tree >"$dir/base.ldif"
		load "$dir/base.ldif"
	fi
	for ldif in $ldifs; do
		load "$ldif"
	done
	for _ in 1 2 3 4 5 6 7 8; do
		if launch "$(port)" "$(port)"; then
			cat "$dir/env"
			return
		fi
	done
	die "slapd does not start: $(tail -5 "$dir/slapd.log")"
}

again() {
	. "$dir/env"
	suffix=$LDAP_SUFFIX admin_password=$LDAP_ADMIN_PASSWORD
	reader_password=$LDAP_READER_PASSWORD
	launch "$LDAP_PORT" "$LDAPS_PORT" || die "slapd does not start: $(tail -5 "$dir/slapd.log")"
	cat "$dir/env"
}

stop() {
	[ -f "$dir/env" ] || return 0
	. "$dir/env"
	kill "$LDAP_PID" 2>/dev/null || return 0
	while kill -0 "$LDAP_PID" 2>/dev/null; do
		# A zombie of our caller's has ended as well.
		case $(cut -d' ' -f3 "/proc/$LDAP_PID/stat" 2>/dev/null) in Z | '') break ;; esac
		sleep 0.02
	done
}

[ $# -ge 2 ] || die "usage: slapd.sh start|stop|again|certificates DIR [option...]"
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
case $command in
start) start "$@" ;;
again) again ;;
stop) stop ;;
certificates) certificates "$dir" ;;
*) die "unknown command $command" ;;
esac
