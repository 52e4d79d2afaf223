# shellcheck shell=sh
# sim.sh - the simulator from a shell: source it in a test or in the demo.
#
#	. tests/sim/sim.sh
#	SEATSYNC_SIM=build/seatsync-sim
#	sim_ca "$dir"                            # ca.pem, server.pem, server.key
#	sim_start "$dir"                         # HTTPS, since server.pem is there
#	sim_control POST /seed '{"seats": {"total": 10}, "members": [...]}'
#	sim_control GET /dump
#	sim_stop
#
# SEATSYNC_SIM names the program; without it seatsync-sim is looked for in PATH.
#
# sim_start DIR [OPTION...]	starts the simulator with its files in DIR, waits until it
#				listens, sets SIM_URL, SIM_CONTROL and SIM_PID.  OPTIONs go
#				to seatsync-sim.  With DIR/server.pem it speaks HTTPS, else HTTP;
#				--cert and --key among the OPTIONs win over both.  It ends
#				with the shell that started it, unless SIM_STAYS is set.  Its errors
#				are in DIR/sim.log.
# sim_stop			ends it, returns its status (sanitizers make it not 0)
# sim_control METHOD PATH [JSON]	one control call; prints the answer; 1 when it was refused
# sim_violations		fails and prints them when there are any
# sim_ca DIR			makes DIR/ca.pem (with its key) and DIR/server.pem, DIR/server.key
#				for 127.0.0.1 and localhost, good for ten years
# sim_cert DIR NAME KIND	another certificate, DIR/NAME.pem and DIR/NAME.key: good, expired,
#				future, wrong_name (of the same CA), untrusted (of another one)
#				or self_signed
#
# Every function returns 0 or not 0 and leaves `set -eu` as it is.

sim_start()
{
	sim_dir=$1
	shift
	case " $* " in
	*" --cert "*) sim_scheme=https ;;
	*)
		sim_scheme=http
		if [ -f "$sim_dir/server.pem" ]; then
			sim_scheme=https
			set -- --cert "$sim_dir/server.pem" --key "$sim_dir/server.key" "$@"
		fi
		;;
	esac
	rm -f "$sim_dir/sim.port" "$sim_dir/sim.control"
	[ -n "${SIM_STAYS-}" ] || set -- --die-with-parent "$@"
	"${SEATSYNC_SIM:-seatsync-sim}" --port-file "$sim_dir/sim.port" \
		--control-port-file "$sim_dir/sim.control" "$@" 2>"$sim_dir/sim.log" &
	SIM_PID=$!
	until [ -f "$sim_dir/sim.port" ]; do
		if ! kill -0 "$SIM_PID" 2>/dev/null; then
			cat "$sim_dir/sim.log" >&2
			return 1
		fi
		sleep 0.02
	done
	SIM_URL=$sim_scheme://127.0.0.1:$(cat "$sim_dir/sim.port")
	SIM_CONTROL=http://127.0.0.1:$(cat "$sim_dir/sim.control")
	export SIM_URL SIM_CONTROL
}

sim_stop()
{
	[ -n "${SIM_PID:-}" ] || return 0
	kill "$SIM_PID" 2>/dev/null || true
	sim_status=0
	wait "$SIM_PID" || sim_status=$?
	SIM_PID=
	[ "$sim_status" -eq 0 ] || cat "$sim_dir/sim.log" >&2
	return "$sim_status"
}

sim_control()
{
	sim_method=$1
	sim_path=$2
	shift 2
	if [ $# -gt 0 ]; then
		set -- --header 'Content-Type: application/json' --data-binary "$1"
	fi
	curl --silent --show-error --fail-with-body --noproxy '*' --request "$sim_method" "$@" \
		"$SIM_CONTROL$sim_path"
}

sim_violations()
{
	sim_found=$(sim_control GET /violations) || return 1
	case $sim_found in
	*'"count":0}') return 0 ;;
	esac
	printf '%s\n' "$sim_found" >&2
	return 1
}

# ---- certificates ----

sim_key()
{
	openssl ecparam -genkey -name prime256v1 -noout -out "$1" 2>/dev/null
}

# sim_ca_make DIR NAME: a certificate authority
sim_ca_make()
{
	sim_key "$1/$2.key" &&
		openssl req -x509 -new -key "$1/$2.key" -sha256 -days 3650 -subj "/CN=seatsync test CA $2" \
			-addext 'basicConstraints=critical,CA:TRUE' \
			-addext 'keyUsage=critical,keyCertSign,cRLSign' -out "$1/$2.pem"
}

# sim_sign DIR NAME CA NAMES FROM TO: FROM and TO as YYYYMMDDHHMMSSZ
sim_sign()
{
	sim_work=$1/$2.ca
	mkdir -p "$sim_work" && : >"$sim_work/index.txt" || return 1
	cat >"$sim_work/ca.cnf" <<-END
		[ca]
		default_ca = here
		[here]
		database = $sim_work/index.txt
		new_certs_dir = $sim_work
		rand_serial = yes
		default_md = sha256
		policy = any
		x509_extensions = server
		unique_subject = no
		[any]
		commonName = supplied
		[server]
		basicConstraints = critical,CA:FALSE
		keyUsage = critical,digitalSignature
		extendedKeyUsage = serverAuth
		subjectAltName = $4
	END
	sim_key "$1/$2.key" &&
		openssl req -new -key "$1/$2.key" -subj "/CN=$2" -out "$sim_work/request.pem" &&
		openssl ca -batch -notext -config "$sim_work/ca.cnf" -cert "$1/$3.pem" \
			-keyfile "$1/$3.key" -startdate "$5" -enddate "$6" \
			-in "$sim_work/request.pem" -out "$1/$2.pem" 2>"$sim_work/log" &&
		rm -r "$sim_work"
}

sim_ca()
{
	sim_ca_make "$1" ca && sim_cert "$1" server good
}

sim_cert()
{
	sim_names='IP:127.0.0.1,DNS:localhost'
	sim_from=20200101000000Z
	sim_to=20451231235959Z
	sim_issuer=ca
	case $3 in
	good) ;;
	expired) sim_to=20210101000000Z ;;
	future) sim_from=20450101000000Z ;;
	wrong_name) sim_names='DNS:elsewhere.example.com' ;;
	untrusted)
		sim_issuer=other-ca
		sim_ca_make "$1" "$sim_issuer" || return 1
		;;
	self_signed)
		sim_key "$1/$2.key" &&
			openssl req -x509 -new -key "$1/$2.key" -sha256 -days 3650 -subj "/CN=$2" \
				-addext "subjectAltName=$sim_names" -out "$1/$2.pem"
		return
		;;
	*)
		echo "sim_cert: unknown kind $3" >&2
		return 1
		;;
	esac
	sim_sign "$1" "$2" "$sim_issuer" "$sim_names" "$sim_from" "$sim_to"
}
