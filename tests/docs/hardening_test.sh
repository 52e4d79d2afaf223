#!/bin/sh
# hardening_test.sh PROGRAM - the linked program is as hard as CMakeLists.txt
# means it to be, and so is the process: a flag or a call that is dropped or without
# effect is seen here.  Needs readelf and strace.
set -eu

program=$1
failed=0

check()
{
	if ! eval "$2" >/dev/null 2>&1; then
		echo "hardening: $1"
		failed=1
	fi
}

headers=$(readelf --wide --file-header --program-headers --dynamic "$program")
symbols=$(readelf --wide --dyn-syms "$program")

has() { printf '%s\n' "$headers" | grep -Eq "$1"; }
calls() { printf '%s\n' "$symbols" | grep -Eq "$1"; }

check "not position independent" 'has "Type: +DYN"'
check "no read-only relocations" 'has "GNU_RELRO"'
check "symbols are bound late" 'has "BIND_NOW|FLAGS_1.*NOW"'
check "the stack can be executed" 'has "GNU_STACK.* RW +0x"'
check "no stack protector" 'calls "__stack_chk_fail"'
check "no fortified functions" 'calls "__(sn|vsn|f|vf)printf_chk|__memcpy_chk"'

# Secrets are in its memory: no core, no debugger (fault K5).
calls_made=$(strace -qq -e trace=prctl,prlimit64,setrlimit "$program" --version 2>&1 >/dev/null)
made() { printf '%s\n' "$calls_made" | grep -Eq "$1"; }

check "a core may be written" 'made "RLIMIT_CORE, \{rlim_cur=0, rlim_max=0\}"'
check "a debugger may look into it" 'made "prctl\(PR_SET_DUMPABLE, (0|SUID_DUMP_DISABLE)"'
exit $failed
