# Each program plays its own server (script.c) on a free port.
find_package(Threads REQUIRED)

seatsync_test(http ${CMAKE_CURRENT_LIST_DIR}/http_test.c LIBRARIES http Threads::Threads)
target_sources(test_http PRIVATE ${CMAKE_CURRENT_LIST_DIR}/script.c)

seatsync_test(platform_parse ${CMAKE_CURRENT_LIST_DIR}/parse_test.c LIBRARIES platform)

seatsync_test(platform ${CMAKE_CURRENT_LIST_DIR}/platform_test.c LIBRARIES platform Threads::Threads)
target_sources(test_platform PRIVATE ${CMAKE_CURRENT_LIST_DIR}/script.c)

seatsync_test(platform_tls ${CMAKE_CURRENT_LIST_DIR}/tls_test.c LIBRARIES http PkgConfig::MICROHTTPD)
