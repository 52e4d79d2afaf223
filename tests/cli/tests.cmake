seatsync_test(bulk ${CMAKE_CURRENT_LIST_DIR}/bulk_test.c LIBRARIES report)
seatsync_test(saved ${CMAKE_CURRENT_LIST_DIR}/saved_test.c LIBRARIES report)
seatsync_test(report ${CMAKE_CURRENT_LIST_DIR}/report_test.c LIBRARIES report)
seatsync_test(metrics "${CMAKE_CURRENT_LIST_DIR}/metrics_test.c;${CMAKE_SOURCE_DIR}/agent/metrics.c" LIBRARIES core)

add_test(NAME cli_usage COMMAND sh ${CMAKE_CURRENT_LIST_DIR}/usage_test.sh $<TARGET_FILE:seatsync>)
add_test(NAME cli_program COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/program_test.sh
	${CMAKE_SOURCE_DIR} $<TARGET_FILE_DIR:seatsync>)
set_tests_properties(cli_usage cli_program PROPERTIES TIMEOUT 1800)
