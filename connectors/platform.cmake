# http: the only library with curl's types.
add_library(http STATIC http.c http_retry.c http_transfer.c)
target_link_libraries(http PUBLIC base PRIVATE PkgConfig::CURL)

# platform: the organization's side, Anaconda.
add_library(platform STATIC anaconda.c anaconda_api.c anaconda_check.c anaconda_items.c
	anaconda_job.c anaconda_outcome.c anaconda_parse.c anaconda_read.c anaconda_run.c
	anaconda_token.c anaconda_words.c)
target_link_libraries(platform PUBLIC base core address http PkgConfig::JANSSON)
