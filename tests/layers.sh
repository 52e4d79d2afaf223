#!/bin/sh
# layers.sh - the architecture, checked: who includes what, and what the
# libraries call.  The link enforces most of it; this names the culprit.
#
#	layers.sh SOURCE_DIR BUILD_DIR
#
#	core      decides.  Pure: no clock, no I/O, no environment.
#	helpers   address, digest, identify: one library each, no I/O either.
#	state     the only one with SQL.        config  the only one with YAML.
#	http      the only one with curl.       ldap    the only one with libldap.
#	json      answers as they arrive.       scim    the SCIM connector.
#	csv       files with people.            shared  what all kinds of directories need.
#	platform  the organization's side.      report  what people and programs read.
#	apply     does a plan, against the contracts of platform and state.
#	program   commands: the only one that knows them all.
set -eu

source_dir=$1
build_dir=$2
failed=0

fail()
{
	echo "layers: $*"
	failed=1
}

# ---- which layer a file is in ------------------------------------------------

# The core is what is linked into these two, their headers, and the headers without a source.
core_sources=" $(for library in base core; do
	ar t "$build_dir/agent/lib$library.a" | sed 's|.*/||; s|^|agent/|; s|\.o$||'
done | tr '\n' ' ')"

layer_of()
{
	case $core_sources in
	*" ${1%.h}.c "* | *" $1 "*) layer=core; return ;;
	esac
	case $1 in
	agent/policy.h | agent/casting.h | agent/draft.h | agent/status.h) layer=core ;;
	agent/address.[ch] | agent/digest.[ch] | agent/identify.c) layer=helper ;;
	agent/apply*.[ch]) layer=apply ;;
	agent/report*.[ch] | agent/document.[ch] | agent/listing.[ch]) layer=report ;;
	agent/saved.[ch] | agent/differences.[ch]) layer=report ;;
	agent/*) layer=program ;;
	state/*) layer=state ;;
	config/*) layer=config ;;
	connectors/http*) layer=http ;;
	connectors/json*) layer=json ;;
	connectors/scim*) layer=scim ;;
	connectors/file*) layer=csv ;;
	connectors/check.[ch] | connectors/doubt.[ch] | connectors/yes_no.[ch]) layer=shared ;;
	connectors/directory.c) layer=kinds ;;
	connectors/ldap* | connectors/directory.h) layer=ldap ;;
	connectors/anaconda* | connectors/platform*) layer=platform ;;
	*) layer=unknown ;;
	esac
}

# ---- includes ----------------------------------------------------------------

# Our own headers.  Every layer may use its own, and the core's.
may_include()
{
	case "$1 $2" in
	"program "*) return 0 ;;
	"helper agent/digest.h" | "helper agent/address.h") ;;
	"apply agent/apply"*.h | "apply connectors/platform.h" | "apply state/state.h") ;;
	"report agent/report"*.h | "report agent/document.h" | "report agent/listing.h") ;;
	"report agent/saved.h" | "report agent/differences.h" | "report agent/digest.h") ;;
	"report agent/apply.h" | "report agent/address.h") ;; # what became of a plan
	"state state/"* | "state agent/digest.h") ;;
	"config config/"* | "config agent/digest.h" | "config agent/address.h") ;;
	"config connectors/directory.h" | "config connectors/platform.h") ;; # the settings it fills
	"http connectors/http"*.h) ;;
	"kinds connectors/"*.h) ;; # the table that names every kind of directory
	*" connectors/check.h" | *" connectors/doubt.h" | *" connectors/yes_no.h") # all kinds share
		case $1 in shared | ldap | csv | scim) ;; *) return 1 ;; esac
		;;
	"shared connectors/directory.h") ;;
	"csv connectors/file"*.h | "csv connectors/directory.h" | "csv agent/address.h") ;;
	"ldap connectors/file"*.h) ;; # LDIF is a file
	"ldap connectors/ldap"*.h | "ldap connectors/directory.h" | "ldap agent/address.h") ;;
	"scim connectors/scim"*.h | "scim connectors/http.h" | "scim connectors/json"*.h) ;;
	"scim connectors/directory.h" | "scim agent/address.h") ;;
	"json connectors/json"*.h) ;;
	"platform connectors/anaconda"*.h | "platform connectors/http.h" | \
		"platform connectors/json"*.h) ;;
	"platform connectors/platform.h" | "platform connectors/directory.h") ;; # check_sink
	"platform agent/address.h") ;;
	*)
		layer_of "$2"
		[ "$layer" = core ]
		;;
	esac
}

# Other people's headers: only where they are wanted.
may_use()
{
	case $2 in
	sqlite3.h) [ "$1" = state ] ;;
	yaml.h) [ "$1" = config ] ;;
	ldap.h | lber.h | openldap.h) case $3 in connectors/ldap*) ;; *) return 1 ;; esac ;;
	# The probe only names what is wrong with a server's certificate.
	curl/*) [ "$1" = http ] || [ "$3" = connectors/ldap_probe.c ] ;;
	jansson.h) case $1 in json | platform | report | scim) ;; *) [ "$3" = agent/log.c ] ;; esac ;;
	nettle/*) [ "$1" = helper ] ;;
	idn2.h) [ "$1" = helper ] ;;
	uni*.h) [ "$2" = unistd.h ] && [ "$1" != core ] && [ "$1" != helper ] ||
		[ "$1" = helper ] || [ "$3" = connectors/ldap_dn.c ] ;;
	*) # libc: all of it, but for the layers that do no I/O
		case $1 in
		core | helper) ;;
		*) return 0 ;;
		esac
		case $2 in
		std*.h | ctype.h | errno.h | fnmatch.h | inttypes.h | limits.h | locale.h | \
			string.h | strings.h | wchar.h) ;;
		*) return 1 ;;
		esac
		;;
	esac
}

cd "$source_dir"
includes=$(grep -HoE '^[ 	]*#[ 	]*include[ 	]*[<"][^>"]+' \
	agent/*.[ch] config/*.[ch] connectors/*.[ch] state/*.[ch])
[ "$(echo "$includes" | wc -l)" -gt 100 ] || fail "no includes were found in $source_dir"
while IFS=: read -r file line; do
	header=${line#*[<\"]}
	layer_of "$file"
	own=$layer
	[ "$own" != unknown ] || fail "$file belongs to no layer; name it in tests/layers.sh"
	case $line in
	*\<*) may_use "$own" "$header" "$file" || fail "$file ($own) includes <$header>" ;;
	*) may_include "$own" "$header" || fail "$file ($own) includes \"$header\"" ;;
	esac
done <<EOT
$includes
EOT

# ---- symbols -----------------------------------------------------------------

# Functions that neither read nor write anything but their arguments.
pure=" bsearch calloc malloc fnmatch free isalnum isalpha isdigit isspace isupper memchr memcmp memcpy
	memmove memset qsort qsort_r realloc snprintf stpcpy strcasecmp strchr strcmp strcspn strlen
	strncasecmp strncmp strnlen strpbrk strrchr strspn strstr strtok_r strtol strtoll strtoul
	strtoull tolower toupper vsnprintf __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc "
# base.c ends the process when there is no memory or a mistake of ours is found, and counts
# $SEATSYNC_TEST_CRASH in builds for tests; text.c writes to the stream it is given.
base_only=" abort _Exit fprintf fputc fputs fwrite getenv locale newlocale stderr uselocale
	wcwidth "

words() { echo "$1" | tr -s '[:space:]' '\n'; }

# What a library calls and does not have; sanitizers, hardening and coverage apart.
calls_of()
{
	nm "$build_dir/$1" | awk '
		NF == 3 { has[$3] = 1 }
		NF == 2 && $1 == "U" { calls[$2] = 1 }
		END { for (name in calls) if (!(name in has)) print name }' |
		grep -vE '^(__asan|__ubsan|__lsan|__sanitizer|__gcov|__stack_chk_fail$|_GLOBAL_)' |
		sed -E 's/^__isoc[0-9]+_//; s/^__(.*)_chk$/\1/'
}

has_of() { nm --defined-only "$build_dir/$1" | awk 'NF == 3 { print $3 }'; }

# only LIBRARY FILE-WITH-NAMES-ALLOWED
only()
{
	calls=$(calls_of "$1" | sort -u)
	[ -n "$calls" ] || fail "$1 calls nothing at all: is it there?"
	for name in $calls; do
		grep -qxF -- "$name" "$2" || fail "$1 calls $name"
	done
}

allowed=$(mktemp)
trap 'rm -f "$allowed"' EXIT
words "$pure$base_only" >"$allowed"
only agent/libbase.a "$allowed"
{ words "$pure"; has_of agent/libbase.a; } >"$allowed"
only agent/libcore.a "$allowed"

# never LIBRARY PATTERN: what the others may not call.
never()
{
	[ -s "$build_dir/$1" ] || fail "$build_dir has no $1"
	bad=$(calls_of "$1" | grep -E "^($2)" | tr '\n' ' ') || true
	[ -z "$bad" ] || fail "$1 calls $bad"
}

sql='sqlite3_' yaml='yaml_' curl='curl_' ldap='ldap_|ber_' json='json_'
clock='time$|clock_gettime$|gettimeofday$' net='socket$|connect$|getaddrinfo$'
random='rand$|random$|getrandom$|arc4random' environment='getenv$|secure_getenv$'

for library in identify address digest; do
	never agent/lib$library.a \
		"$sql|$yaml|$curl|$ldap|$json|$clock|$net|$random|$environment|open|read\$|write\$"
done
never state/libstate.a "$yaml|$curl|$ldap|$json|$clock|$net|$random|$environment"
never config/libconfig.a "$sql|$curl|$ldap|$json|$clock|$net|$random"
never agent/libapply.a "$sql|$yaml|$curl|$ldap|$json|$clock|$net|$random|$environment"
never agent/libreport.a "$sql|$yaml|$curl|$ldap|$clock|$net|$random"
never connectors/libhttp.a "$sql|$yaml|$ldap|$json"
never connectors/libdirectory.a "$sql|$yaml|$json"
never connectors/libjson.a "$sql|$yaml|$curl|$ldap|$clock|$net|$random|$environment"
never connectors/libplatform.a "$sql|$yaml|$curl|$ldap"
never connectors/libscim.a "$sql|$yaml|$curl|$ldap"

exit $failed
