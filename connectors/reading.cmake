# reading: what connectors of every kind of directory say about what they read.
add_library(reading STATIC check.c doubt.c yes_no.c)
target_link_libraries(reading PUBLIC base core)
