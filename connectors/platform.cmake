# http: the only library with curl's types.
add_library(http STATIC http.c http_retry.c http_transfer.c)
target_link_libraries(http PUBLIC base PRIVATE PkgConfig::CURL)
