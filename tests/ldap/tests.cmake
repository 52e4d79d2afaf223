# The LDAP connector against slapd (slapd.sh) and servers that misbehave
# (hostile.py).  Each program starts its own, on free ports.
add_library(ldap_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/fixture.c)
target_link_libraries(ldap_fixture PUBLIC directory PkgConfig::CMOCKA)
target_compile_definitions(ldap_fixture PRIVATE FIXTURES="${CMAKE_CURRENT_LIST_DIR}")

add_library(ldap_configured STATIC ${CMAKE_CURRENT_LIST_DIR}/configured.c)
target_link_libraries(ldap_configured PUBLIC ldap_fixture config)

add_library(ldap_company STATIC ${CMAKE_CURRENT_LIST_DIR}/company.c)
target_link_libraries(ldap_company PUBLIC ldap_fixture)

seatsync_test(ldap_dn ${CMAKE_CURRENT_LIST_DIR}/dn_test.c LIBRARIES directory)
seatsync_test(ldap_follow ${CMAKE_CURRENT_LIST_DIR}/follow_test.c LIBRARIES directory)
seatsync_test(ldap_dynamic ${CMAKE_CURRENT_LIST_DIR}/dynamic_test.c LIBRARIES ldap_fixture TIMEOUT 1800)
seatsync_test(ldap_bases ${CMAKE_CURRENT_LIST_DIR}/bases_test.c LIBRARIES ldap_company TIMEOUT 1800)
seatsync_test(ldap_reading ${CMAKE_CURRENT_LIST_DIR}/reading_test.c LIBRARIES ldap_company TIMEOUT 1800)
seatsync_test(ldap_hostile ${CMAKE_CURRENT_LIST_DIR}/hostile_test.c LIBRARIES ldap_fixture TIMEOUT 1800)
seatsync_test(ldap_server ${CMAKE_CURRENT_LIST_DIR}/server_test.c LIBRARIES ldap_company TIMEOUT 1800)
seatsync_test(ldap_tls ${CMAKE_CURRENT_LIST_DIR}/tls_test.c LIBRARIES ldap_company TIMEOUT 1800)
