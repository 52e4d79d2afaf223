add_library(config_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c)
target_link_libraries(config_fixture PUBLIC config PkgConfig::CMOCKA)
target_compile_definitions(config_fixture PUBLIC CONFIG_FOLDER="${CMAKE_SOURCE_DIR}/config")

foreach(name directories faults limits secrets settings)
	seatsync_test(config_${name} ${CMAKE_CURRENT_LIST_DIR}/${name}_test.c
		LIBRARIES config_fixture)
endforeach()

# `test_config_schema write` writes the editors' schema anew from the table of keys.
seatsync_test(config_schema ${CMAKE_CURRENT_LIST_DIR}/schema_test.c
	LIBRARIES config_fixture PkgConfig::JANSSON)

# Does an editor accept the example?  Skipped where Python lacks the modules.
find_program(PYTHON3 python3)
if(PYTHON3)
	add_test(NAME config_example_by_schema COMMAND ${PYTHON3}
		${CMAKE_CURRENT_LIST_DIR}/example_by_schema.py ${CMAKE_SOURCE_DIR}/config)
	set_tests_properties(config_example_by_schema PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1200)
endif()
