add_library(state_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c)
target_link_libraries(state_fixture PUBLIC strict state PkgConfig::SQLITE PkgConfig::CMOCKA)
seatsync_test(state_memory ${CMAKE_CURRENT_LIST_DIR}/memory_test.c LIBRARIES state_fixture)
seatsync_test(state_refuse ${CMAKE_CURRENT_LIST_DIR}/refuse_test.c LIBRARIES state_fixture)
seatsync_test(state_journal ${CMAKE_CURRENT_LIST_DIR}/journal_test.c LIBRARIES state_fixture)
seatsync_test(state_history ${CMAKE_CURRENT_LIST_DIR}/history_test.c LIBRARIES state_fixture)
seatsync_test(state_directories ${CMAKE_CURRENT_LIST_DIR}/directories_test.c
	LIBRARIES state_fixture)
seatsync_test(state_whereabouts ${CMAKE_CURRENT_LIST_DIR}/whereabouts_test.c
	LIBRARIES state_fixture)
seatsync_test(state_saved ${CMAKE_CURRENT_LIST_DIR}/saved_test.c LIBRARIES state_fixture)
seatsync_test(state_crash ${CMAKE_CURRENT_LIST_DIR}/crash_test.c LIBRARIES state_fixture TIMEOUT 300)
add_executable(state_bench ${CMAKE_CURRENT_LIST_DIR}/bench.c)
target_link_libraries(state_bench PRIVATE strict state)
