# Active Directory: a Samba domain controller (dc.sh), and what it does not do
# played by ../ldap/hostile.py.  Without root the former is skipped.
seatsync_test(ldap_ad ${CMAKE_CURRENT_LIST_DIR}/ad_test.c LIBRARIES ldap_configured TIMEOUT 1800)
target_compile_definitions(test_ldap_ad PRIVATE FIXTURES="${CMAKE_CURRENT_LIST_DIR}")
set_tests_properties(ldap_ad PROPERTIES SKIP_RETURN_CODE 77)
seatsync_test(ldap_ad_fake ${CMAKE_CURRENT_LIST_DIR}/fake_test.c LIBRARIES ldap_fixture TIMEOUT 1800)
