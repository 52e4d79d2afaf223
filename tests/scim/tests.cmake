seatsync_test(scim_json ${CMAKE_CURRENT_LIST_DIR}/json_test.c LIBRARIES json)

# SCIM: the real binary against a server whose faults are scripted (stub.py),
# and against real ones, installed from the npm registry and the Python index into a folder of the
# build (servers.py): skipped only where that cannot be reached.
foreach(name access members python reading search servers)
	add_test(NAME scim_${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/test_${name}.py)
	set_tests_properties(scim_${name} PROPERTIES TIMEOUT 3600 LABELS e2e SKIP_RETURN_CODE 77
		ENVIRONMENT "SEATSYNC=$<TARGET_FILE:seatsync>;SEATSYNC_SIM=$<TARGET_FILE:seatsync-sim>;SCIM_SERVERS=${CMAKE_BINARY_DIR}/scim-servers;PYTHONDONTWRITEBYTECODE=1")
	if(name STREQUAL python)
		set_tests_properties(scim_${name} PROPERTIES COST 60) # a minute or more: begun first
	endif()
endforeach()
