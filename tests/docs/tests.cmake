# Documents that are true, units that are shut, layers that hold.
add_test(NAME layers COMMAND ${CMAKE_SOURCE_DIR}/tests/layers.sh ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
add_test(NAME systemd COMMAND ${CMAKE_CURRENT_LIST_DIR}/systemd_test.sh ${CMAKE_SOURCE_DIR}
	$<TARGET_FILE:seatsync>)
set_tests_properties(layers systemd PROPERTIES TIMEOUT 1200 SKIP_RETURN_CODE 77)
add_test(NAME docs COMMAND ${CMAKE_CURRENT_LIST_DIR}/docs_test.py ${CMAKE_SOURCE_DIR}
	$<TARGET_FILE:seatsync>)
set_tests_properties(docs PROPERTIES TIMEOUT 1200)

# Only what is shipped is hardened: sanitizers and -O0 go without.
if(NOT SEATSYNC_SANITIZE AND NOT SEATSYNC_COVERAGE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
	add_test(NAME hardening COMMAND ${CMAKE_CURRENT_LIST_DIR}/hardening_test.sh
		$<TARGET_FILE:seatsync>)
endif()
