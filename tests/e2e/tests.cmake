# End to end: the real binary, a real slapd, the simulator over HTTPS.
foreach(name main saved faults sources degraded outlook crash)
	if(name STREQUAL "crash" AND NOT SEATSYNC_SANITIZE)
		continue() # only the sanitized build has crash points
	endif()
	add_test(NAME e2e_${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/test_${name}.py)
	set_tests_properties(e2e_${name} PROPERTIES TIMEOUT 900 LABELS e2e
		ENVIRONMENT "SEATSYNC=$<TARGET_FILE:seatsync>;SEATSYNC_SIM=$<TARGET_FILE:seatsync-sim>;PYTHONDONTWRITEBYTECODE=1")
endforeach()
