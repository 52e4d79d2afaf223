# Each program plays its own server (script.c) on a free port.
find_package(Threads REQUIRED)

seatsync_test(http ${CMAKE_CURRENT_LIST_DIR}/http_test.c LIBRARIES http Threads::Threads)
target_sources(test_http PRIVATE ${CMAKE_CURRENT_LIST_DIR}/script.c)
