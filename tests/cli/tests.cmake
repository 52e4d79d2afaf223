seatsync_test(report ${CMAKE_CURRENT_LIST_DIR}/report_test.c LIBRARIES report)
