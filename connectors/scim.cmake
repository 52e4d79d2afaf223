# scim: directories that are SCIM servers.
add_library(scim STATIC scim_check.c scim_client.c scim_confirm.c scim_directory.c scim_groups.c
	scim_names.c scim_people.c scim_query.c scim_read.c scim_strangers.c scim_token.c scim_value.c scim_walk.c
	scim_ways.c)
target_link_libraries(scim PUBLIC base core address http json reading)
