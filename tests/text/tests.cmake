seatsync_test(text ${CMAKE_CURRENT_LIST_DIR}/text_test.c LIBRARIES base)
seatsync_test(address ${CMAKE_CURRENT_LIST_DIR}/address_test.c LIBRARIES address)
