# Fuzzing: clang only, -DSEATSYNC_FUZZ=ON.  Each target compiles what it tests,
# so that all of it is instrumented; ctest runs each for a moment.
#   seatsync_fuzz(NAME SOURCES file.c... LIBRARIES lib... SEEDS folder)
option(SEATSYNC_FUZZ "build the libFuzzer targets (clang)" OFF)
if(NOT SEATSYNC_FUZZ OR NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
	return()
endif()

function(seatsync_fuzz name)
	cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;SEEDS" ${ARGN})
	add_executable(fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_${name}.c ${arg_SOURCES})
	target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer,address,undefined)
	target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer,address,undefined)
	target_link_libraries(fuzz_${name} PRIVATE strict ${arg_LIBRARIES})
	add_test(NAME fuzz_${name} COMMAND fuzz_${name} -runs=50000 -max_total_time=60
		-max_len=8192 ${arg_SEEDS})
endfunction()

file(GLOB fuzz_config_sources ${CMAKE_SOURCE_DIR}/config/*.c)
set(fuzz_seeds ${CMAKE_CURRENT_BINARY_DIR}/fuzz_config_seeds)
file(MAKE_DIRECTORY ${fuzz_seeds})
configure_file(${CMAKE_SOURCE_DIR}/config/seatsync.example.yaml ${fuzz_seeds}/example COPYONLY)
seatsync_fuzz(config SOURCES ${fuzz_config_sources}
	${CMAKE_SOURCE_DIR}/agent/base.c ${CMAKE_SOURCE_DIR}/agent/text.c
	${CMAKE_SOURCE_DIR}/agent/model.c ${CMAKE_SOURCE_DIR}/agent/address.c
	${CMAKE_SOURCE_DIR}/agent/digest.c
	LIBRARIES PkgConfig::YAML PkgConfig::IDN2 PkgConfig::NETTLE ${UNISTRING}
	SEEDS ${fuzz_seeds})

set(connectors ${CMAKE_SOURCE_DIR}/connectors)
seatsync_fuzz(platform SOURCES ${connectors}/json_items.c ${connectors}/json_value.c
	${connectors}/anaconda_parse.c ${connectors}/anaconda_words.c
	${connectors}/http_retry.c ${connectors}/http_words.c
	${CMAKE_SOURCE_DIR}/agent/base.c ${CMAKE_SOURCE_DIR}/agent/text.c
	${CMAKE_SOURCE_DIR}/agent/model.c ${CMAKE_SOURCE_DIR}/agent/address.c
	LIBRARIES PkgConfig::CURL PkgConfig::JANSSON PkgConfig::IDN2 ${UNISTRING})

file(GLOB fuzz_files_sources ${connectors}/file*.c)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fuzz_files_seeds)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/fuzz_files_seeds/csv
	"email,groups,id,disabled\nada@example.com,\"a;b\",7,no\n")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/fuzz_files_seeds/ldif
	"version: 1\n\ndn: uid=a,o=x\nobjectClass: person\nentryUUID: 7\nmail:: YUBiLmM=\nlocked: no\n\n"
	"dn: cn=g,o=x\nobjectClass: group\ncn: g\nmember: uid=a,\n o=x\nmemberUid: a\n\n"
	"search: 2\nresult: 0 Success\n")
seatsync_fuzz(files SOURCES ${fuzz_files_sources} ${connectors}/ldap_file.c
	${connectors}/ldap_ldif.c LIBRARIES directory
	SEEDS ${CMAKE_CURRENT_BINARY_DIR}/fuzz_files_seeds)
