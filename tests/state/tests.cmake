add_library(state_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c)
target_link_libraries(state_fixture PUBLIC strict state PkgConfig::SQLITE PkgConfig::CMOCKA)
seatsync_test(state_memory ${CMAKE_CURRENT_LIST_DIR}/memory_test.c LIBRARIES state_fixture)
seatsync_test(state_refuse ${CMAKE_CURRENT_LIST_DIR}/refuse_test.c LIBRARIES state_fixture)
