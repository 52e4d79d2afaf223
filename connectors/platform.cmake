# http: the only library with curl's types.
add_library(http STATIC http.c http_retry.c http_transfer.c http_words.c)
target_link_libraries(http PUBLIC base PRIVATE PkgConfig::CURL)

# json: answers read as they arrive, and values out of them.
add_library(json STATIC json_items.c json_plain.c json_value.c)
target_link_libraries(json PUBLIC base PkgConfig::JANSSON)

# platform: the organization's side, Anaconda.
add_library(platform STATIC anaconda.c anaconda_api.c anaconda_check.c anaconda_job.c
	anaconda_proof.c anaconda_outcome.c anaconda_parse.c anaconda_read.c anaconda_run.c anaconda_token.c
	anaconda_tokens.c anaconda_words.c)
target_link_libraries(platform PUBLIC base core address http json)
