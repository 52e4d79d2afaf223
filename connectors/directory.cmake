# directory: the source side.  libldap stays inside ldap_*.c; libcurl is there
# for ldap_probe.c alone, which only names what is wrong with a certificate.
find_package(Threads REQUIRED)
add_library(directory STATIC
	directory.c
	ldap_account.c
	ldap_check.c
	ldap_directory.c
	ldap_dn.c
	ldap_file.c
	ldap_groups.c
	ldap_ldif.c
	ldap_filtered.c
	ldap_follow.c
	ldap_lookup.c
	ldap_members.c
	ldap_names.c
	ldap_people.c
	ldap_primary.c
	ldap_probe.c
	ldap_ranges.c
	ldap_read.c
	ldap_resolve.c
	ldap_root.c
	ldap_sasl.c
	ldap_search.c
	ldap_server.c
	ldap_ticket.c
	ldap_time.c
	ldap_tls.c
	ldap_windows.c
	ldap_wire.c
	ldap_words.c)
target_link_libraries(directory PUBLIC base core address reading file scim PkgConfig::LDAP
	PRIVATE PkgConfig::CURL PkgConfig::KERBEROS ${UNISTRING} Threads::Threads)
