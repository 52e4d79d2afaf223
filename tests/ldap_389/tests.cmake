# 389 Directory Server (ds.sh), with FreeIPA's schema.  Skipped without root.
seatsync_test(ldap_389 ${CMAKE_CURRENT_LIST_DIR}/ds_test.c LIBRARIES ldap_configured TIMEOUT 1800)
target_compile_definitions(test_ldap_389 PRIVATE FIXTURES="${CMAKE_CURRENT_LIST_DIR}")
set_tests_properties(ldap_389 PROPERTIES SKIP_RETURN_CODE 77)
