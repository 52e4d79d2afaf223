add_library(config_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c)
target_link_libraries(config_fixture PUBLIC config)
target_compile_definitions(config_fixture PUBLIC CONFIG_FOLDER="${CMAKE_SOURCE_DIR}/config")

foreach(name faults limits secrets settings)
	seatsync_test(config_${name} ${CMAKE_CURRENT_LIST_DIR}/${name}_test.c
		LIBRARIES config_fixture)
endforeach()

