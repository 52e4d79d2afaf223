# Kerberos: an MIT realm (kdc.sh) and a slapd in it.
seatsync_test(ldap_gssapi ${CMAKE_CURRENT_LIST_DIR}/gssapi_test.c LIBRARIES ldap_configured TIMEOUT 1800)
target_compile_definitions(test_ldap_gssapi PRIVATE FIXTURES="${CMAKE_CURRENT_LIST_DIR}")
