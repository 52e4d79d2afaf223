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
seatsync_fuzz(platform SOURCES ${connectors}/json_items.c ${connectors}/json_plain.c
	${connectors}/json_value.c
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
seatsync_fuzz(files SOURCES ${fuzz_files_sources} ${CMAKE_SOURCE_DIR}/tests/fuzz/sound.c
	${connectors}/ldap_file.c ${connectors}/ldap_ldif.c LIBRARIES directory
	SEEDS ${CMAKE_CURRENT_BINARY_DIR}/fuzz_files_seeds)

file(GLOB fuzz_scim_sources ${connectors}/scim_*.c)
set(fuzz_seeds ${CMAKE_CURRENT_BINARY_DIR}/fuzz_scim_seeds)
file(MAKE_DIRECTORY ${fuzz_seeds})
set(seed_users "2{\"totalResults\":3,\"Resources\":[{\"id\":\"1\",\"userName\":\"a@b.c\",\"active\":\"False\",\"name\":{\"givenName\":\"A\"},\"groups\":[{\"value\":\"g\"}]},{\"id\":\"2\",\"externalId\":\"e\",\"emails\":[{\"value\":\"b@b.c\",\"primary\":true},\"c@b.c\"]}]}")
set(seed_more "2{\"totalResults\":\"3\",\"startIndex\":3,\"resources\":[{\"id\":\"3\",\"x\":[null,1.5,\"\\u00eb\"]}]}")
set(seed_groups "2{\"totalResults\":2,\"Resources\":[{\"id\":\"g\",\"displayName\":\"g\",\"members\":[{\"value\":\"1\",\"type\":\"User\"},{\"value\":\"h\",\"$ref\":\"/Groups/h\"}]},{\"id\":\"h\",\"members\":[{\"value\":\"9\"}]}]}")
set(seed_end "2{\"totalResults\":3,\"Resources\":[]}")
file(WRITE ${fuzz_seeds}/index "b@2{}\n${seed_users}\n${seed_more}\n${seed_end}\n${seed_groups}\n2{\"totalResults\":2,\"Resources\":[]}\n4{}\n4{}\n2{\"id\":\"1\"}\n4{}\n")
file(WRITE ${fuzz_seeds}/cursor "b`4{}\n2{\"nextCursor\":\"c\",\"Resources\":[{\"id\":\"1\"}]}\n2{\"Resources\":[]}\n2{\"Resources\":[]}\n")
file(WRITE ${fuzz_seeds}/oauth "bA2{\"access_token\":\"t\",\"expires_in\":9}\n2{\"sort\":{\"supported\":true}}\nb{\"scimType\":\"invalidValue\",\"detail\":\"no\"}\nu\n2{\"access_token\":\"u\"}\n${seed_users}\n")
seatsync_fuzz(scim SOURCES ${fuzz_scim_sources} ${CMAKE_SOURCE_DIR}/tests/fuzz/sound.c
	${connectors}/json_items.c ${connectors}/json_plain.c ${connectors}/json_value.c
	${connectors}/http_retry.c ${connectors}/http_words.c
	LIBRARIES reading address PkgConfig::CURL PkgConfig::JANSSON
	SEEDS ${fuzz_seeds})

# A seed ends where its seal would begin: the fuzzer puts one there.
set(agent ${CMAKE_SOURCE_DIR}/agent)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fuzz_saved_seeds)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/fuzz_saved_seeds/plan
	"{\"format\":\"seatsync-plan-1\",\n\"id\":\"p-1\",\n\"organization\":\"acme\",\n"
	"\"created_at\":\"2026-11-22T09:30:00Z\",\n\"config\":\"c\",\n\"complete\":true,\n\"actions\":[\n"
	" {\"action\":\"set_role\",\"email\":\"a@b.c\",\"reason\":\"r\",\"rule\":null,\"role\":\"admin\","
	"\"from_role\":\"member\",\"wants_seat\":true,\"member_id\":\"m\",\"invitation_id\":\"i\"}],\n"
	"\"held\":[\n {\"action\":\"remove_member\",\"email\":\"a@b.c\",\"hold\":\"h-1\"}],\n")
seatsync_fuzz(saved SOURCES ${agent}/saved.c ${agent}/differences.c ${agent}/document.c
	${agent}/listing.c ${agent}/digest.c ${agent}/base.c ${agent}/text.c ${agent}/model.c
	LIBRARIES PkgConfig::JANSSON PkgConfig::NETTLE
	SEEDS ${CMAKE_CURRENT_BINARY_DIR}/fuzz_saved_seeds)
