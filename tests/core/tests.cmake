# Tests of the pure core: worlds written as text, and the plans they must give.
add_library(core_testing STATIC
	${CMAKE_CURRENT_LIST_DIR}/words.c ${CMAKE_CURRENT_LIST_DIR}/world.c
	${CMAKE_CURRENT_LIST_DIR}/world_directory.c ${CMAKE_CURRENT_LIST_DIR}/world_items.c
	${CMAKE_CURRENT_LIST_DIR}/world_memory.c ${CMAKE_CURRENT_LIST_DIR}/lines.c
	${CMAKE_CURRENT_LIST_DIR}/after.c ${CMAKE_CURRENT_LIST_DIR}/laws.c ${CMAKE_CURRENT_LIST_DIR}/laws_safety.c
	${CMAKE_CURRENT_LIST_DIR}/scenario.c ${CMAKE_CURRENT_LIST_DIR}/story.c
	${CMAKE_CURRENT_LIST_DIR}/random.c)
target_link_libraries(core_testing PUBLIC identify PkgConfig::CMOCKA)

foreach(theme table rules canary leavers identity seats ways floor property runs sources tokens unit forecast)
	seatsync_test(core_${theme} ${CMAKE_CURRENT_LIST_DIR}/${theme}_test.c LIBRARIES core_testing)
endforeach()

# Stories for administrators to read.
foreach(stories pains safety corners edges refusals)
	seatsync_test(core_${stories} ${CMAKE_CURRENT_LIST_DIR}/story_test.c LIBRARIES core_testing)
	target_compile_definitions(test_core_${stories} PRIVATE
		STORIES="${CMAKE_CURRENT_LIST_DIR}/${stories}.txt")
endforeach()
