#!/bin/sh
# hardening_test.sh PROGRAM - the linked program is as hard as CMakeLists.txt
# means it to be: a flag that is dropped or without effect is seen here.
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
exit $failed
