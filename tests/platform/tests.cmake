# Each program plays its own server (script.c) on a free port.
find_package(Threads REQUIRED)

foreach(name http http_retry) # the engine
	seatsync_test(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}_test.c LIBRARIES http Threads::Threads)
	target_sources(test_${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/engine.c ${CMAKE_CURRENT_LIST_DIR}/script.c)
endforeach()

foreach(name read session action tokens calls) # the connector
	seatsync_test(platform_${name} ${CMAKE_CURRENT_LIST_DIR}/${name}_test.c LIBRARIES platform Threads::Threads)
	target_sources(test_platform_${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/scene.c ${CMAKE_CURRENT_LIST_DIR}/script.c)
endforeach()

seatsync_test(platform_parse ${CMAKE_CURRENT_LIST_DIR}/parse_test.c LIBRARIES platform)

seatsync_test(platform_tls ${CMAKE_CURRENT_LIST_DIR}/tls_test.c LIBRARIES http PkgConfig::MICROHTTPD)
