# shellcheck shell=sh
# world.sh - a small company and its organization, for tests of the whole program.
#
#	. tests/cli/world.sh
#	world_start DIR SOURCE BUILD     # slapd, the simulator, DIR/seatsync.yaml
#	seatsync plan --json             # the program with that configuration
#	world_stop
#
# ada leads (admin, seat), bob, cyd and Dee are in research (seat); research is
# in staff (no seat), which also has eve; fay is nobody's; gus has no e-mail;
# old is disabled and in research.  The organization has bob without a seat,
# zed (of no directory), an owner, and 3 seats.

umask 022 # a configuration that all may write is refused
unset CREDENTIALS_DIRECTORY INVOCATION_ID JOURNAL_STREAM NOTIFY_SOCKET SUDO_USER

world_person() { # UID MAIL [EXTRA]
	cat <<-LDIF
	dn: uid=$1,ou=people,dc=example,dc=com
	objectClass: inetOrgPerson
	objectClass: simpleSecurityObject
	uid: $1
	cn: $1
	sn: $1
	userPassword: none
	${2:+mail: $2}
	${3:-}

	LDIF
}

world_group() { # NAME MEMBER-DN...
	printf 'dn: cn=%s,ou=groups,dc=example,dc=com\nobjectClass: groupOfNames\ncn: %s\n' "$1" "$1"
	shift
	printf 'member: %s\n' "$@"
	echo
}

world_ldif() {
	people=ou=people,dc=example,dc=com
	{
		world_person ada ada@example.com
		world_person bob bob@example.com
		world_person cyd cyd@example.com
		world_person dee Dee.O@Example.com
		world_person eve eve@example.com
		world_person fay fay@example.com
		world_person gus ''
		world_person old old@example.com 'employeeType: TRUE'
	} | sed '/^$/N;/^\n$/D'
	world_group leads "uid=ada,$people"
	world_group research "uid=bob,$people" "uid=cyd,$people" "uid=dee,$people" \
		"uid=gus,$people" "uid=old,$people"
	world_group staff "cn=research,ou=groups,dc=example,dc=com" "uid=eve,$people"
}

world_config() {
	cat <<-YAML
	organization:
	  id: acme
	  url: $SIM_URL
	  client_id: seatsync
	  client_secret_file: $world/secret
	  ca_file: $world/ca.pem
	  invitations: api
	  roles: api
	  rate: 0
	directories:
	  - name: corp
	    ldap:
	      urls: [$LDAP_URL]
	      bind_dn: $LDAP_READER
	      bind_password_file: $world/password
	      people: {base: "ou=people,dc=example,dc=com", disabled: employeeType}
	      groups: {base: "ou=groups,dc=example,dc=com"}
	rules:
	  - {group: leads, role: admin, seat: true}
	  - {group: research, seat: true}
	  - {group: staff}
	scope: {domains: [example.com]}
	protect: [owner@example.com]
	limits: {min_admins: 1}
	state: {path: $world/state/acme.db}
	YAML
}

world_start() {
	world=$1
	world_source=$2
	world_build=$3
	# shellcheck source=tests/sim/sim.sh
	. "$world_source/tests/sim/sim.sh"
	world_ldif >"$world/company.ldif"
	"$world_source/tests/ldap/slapd.sh" start "$world/slapd" --ldif "$world/company.ldif" \
		>"$world/slapd.env"
	# shellcheck disable=SC1091
	. "$world/slapd.env"
	SEATSYNC_SIM=$world_build/seatsync-sim
	sim_ca "$world"
	sim_start "$world"
	mkdir -m 700 "$world/state"
	( umask 077 && printf simulated-secret >"$world/secret" &&
		printf %s "$LDAP_READER_PASSWORD" >"$world/password" )
	world_config >"$world/seatsync.yaml"
	sim_control POST /seed '{"seats": {"total": 3}, "members": [
		{"email": "owner@example.com", "role": "admin"},
		{"email": "BOB@example.com", "role": "member"},
		{"email": "zed@example.com", "role": "member", "seat": true}]}' >/dev/null
}

world_stop() {
	[ -z "${world:-}" ] || "$world_source/tests/ldap/slapd.sh" stop "$world/slapd"
	sim_stop
}

seatsync() {
	"$world_build/seatsync" -c "$world/seatsync.yaml" "$@"
}
