# End to end: the real binary, a real slapd, the simulator over HTTPS.
# What is preloaded stands between the program and the machine: no sanitizer in it.
foreach(name asleep starved)
	add_library(preload_${name} MODULE ${CMAKE_CURRENT_LIST_DIR}/preload/${name}.c)
	target_compile_definitions(preload_${name} PRIVATE _GNU_SOURCE)
	target_compile_options(preload_${name} PRIVATE -Wall -Wextra -Werror)
	string(TOUPPER ${name} upper)
	list(APPEND preloads SEATSYNC_PRELOAD_${upper}=$<TARGET_FILE:preload_${name}>)
endforeach()
foreach(name main saved faults sources canaries degraded outlook machine network doubt tokens refused crash crash_ways)
	if(name MATCHES "^crash" AND NOT SEATSYNC_SANITIZE)
		continue() # only the sanitized build has crash points
	endif()
	add_test(NAME e2e_${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/test_${name}.py)
	set_tests_properties(e2e_${name} PROPERTIES TIMEOUT 7200 LABELS e2e
		ENVIRONMENT "SEATSYNC=$<TARGET_FILE:seatsync>;SEATSYNC_SIM=$<TARGET_FILE:seatsync-sim>;PYTHONDONTWRITEBYTECODE=1;${preloads}")
	if(name MATCHES "^(crash|refused|machine|outlook|faults)")
		set_tests_properties(e2e_${name} PROPERTIES COST 60) # a minute or more: begun first
	endif()
endforeach()
