# SCIM: the real binary against a server whose faults are scripted (stub.py),
# and against real ones (see servers.py).
foreach(name reading)
	add_test(NAME scim_${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/test_${name}.py)
	set_tests_properties(scim_${name} PROPERTIES TIMEOUT 900 LABELS e2e
		ENVIRONMENT "SEATSYNC=$<TARGET_FILE:seatsync>;SEATSYNC_SIM=$<TARGET_FILE:seatsync-sim>;PYTHONDONTWRITEBYTECODE=1")
endforeach()
