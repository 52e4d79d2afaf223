# seatsync-sim: the platform, simulated, for the tests, the benchmarks and the demo.
add_executable(seatsync-sim
	${CMAKE_CURRENT_LIST_DIR}/main.c
	${CMAKE_CURRENT_LIST_DIR}/answer.c
	${CMAKE_CURRENT_LIST_DIR}/api.c
	${CMAKE_CURRENT_LIST_DIR}/api_access.c
	${CMAKE_CURRENT_LIST_DIR}/api_invitations.c
	${CMAKE_CURRENT_LIST_DIR}/api_members.c
	${CMAKE_CURRENT_LIST_DIR}/api_seats.c
	${CMAKE_CURRENT_LIST_DIR}/audit.c
	${CMAKE_CURRENT_LIST_DIR}/clock.c
	${CMAKE_CURRENT_LIST_DIR}/control.c
	${CMAKE_CURRENT_LIST_DIR}/exchange.c
	${CMAKE_CURRENT_LIST_DIR}/faults.c
	${CMAKE_CURRENT_LIST_DIR}/invitations.c
	${CMAKE_CURRENT_LIST_DIR}/lists.c
	${CMAKE_CURRENT_LIST_DIR}/mail.c
	${CMAKE_CURRENT_LIST_DIR}/members.c
	${CMAKE_CURRENT_LIST_DIR}/random.c
	${CMAKE_CURRENT_LIST_DIR}/rules.c
	${CMAKE_CURRENT_LIST_DIR}/server.c
	${CMAKE_CURRENT_LIST_DIR}/sim.c
	${CMAKE_CURRENT_LIST_DIR}/switches.c
	${CMAKE_CURRENT_LIST_DIR}/world.c)
target_link_libraries(seatsync-sim PRIVATE strict base PkgConfig::MICROHTTPD PkgConfig::JANSSON)

# Its own tests drive the running program over HTTPS; Python's own library is all they need.
find_package(Python3 COMPONENTS Interpreter REQUIRED)
foreach(name contract behaviour faults)
	add_test(NAME sim_${name}
		COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/test_${name}.py)
	set_tests_properties(sim_${name} PROPERTIES TIMEOUT 1800
		ENVIRONMENT "SEATSYNC_SIM=$<TARGET_FILE:seatsync-sim>;PYTHONDONTWRITEBYTECODE=1")
endforeach()
