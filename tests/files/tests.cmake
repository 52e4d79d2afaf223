# Directories that are files.
add_library(files_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c)
target_link_libraries(files_fixture PUBLIC directory PkgConfig::CMOCKA)
foreach(name csv ldif)
	seatsync_test(files_${name} ${CMAKE_CURRENT_LIST_DIR}/${name}_test.c
		LIBRARIES files_fixture)
endforeach()
