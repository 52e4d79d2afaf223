/* LDIF files: what is read, what is refused, and where that is said to be. */
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "connectors/ldap_ldif.h"
#include "tests/files/fixture.h"

static const char *const no_aliases[] = {NULL};

static const struct directory_settings ldif = {
	.kind = DIRECTORY_LDIF,
	.ldap = {.people = {.id = "entryUUID",
			    .email = "mail",
			    .given_name = "givenName",
			    .family_name = "sn",
			    .aliases = no_aliases,
			    .disabled = "employeeType"},
		 .groups = {.name = "cn", .member = "member", .nested = true}},
	.file = {.people_class = "inetOrgPerson", .groups_class = "groupOfNames"},
};

#define PERSON(uid, id)                                                                            \
	"dn: uid=" uid ",ou=people,o=x\nobjectClass: inetOrgPerson\nentryUUID: " id "\nmail: " uid \
	"@example.com\n\n"
#define GROUP(name, id)                                                                            \
	"dn: cn=" name ",ou=groups,o=x\nobjectClass: groupOfNames\n" ID(id) NAME(name)
#define ID(id)      "entryUUID: " id "\n"
#define NAME(name)  "cn: " name "\n"
#define MEMBER(uid) "member: uid=" uid ",ou=people,o=x\n"

#define ADA "ada ada@example.com - - @uid=ada,ou=people,o=x\n"
#define BOB "bob bob@example.com - - @uid=bob,ou=people,o=x\n"

struct row {
	const char *file, *text;
};

static void row_check(struct fixture *f, struct directory_settings s, const struct row *row)
{
	file_write(f, row->file, strlen(row->file));
	file_read(f, s);
	assert_string_equal(reading_text(f), row->text);
}

static void rows_check(struct directory_settings s, const struct row *rows, size_t nr)
{
	struct fixture f = {0};

	for (size_t i = 0; i < nr; i++)
		row_check(&f, s, &rows[i]);
	fixture_end(&f);
}

static void entries_become_people_and_groups(void **state)
{
	static const struct row rows[] = {
		{"version: 1\n\n" PERSON("ada", "ada") PERSON("bob", "bob") GROUP("staff", "g")
			 MEMBER("ada") MEMBER("bob") "\n",
		 "complete\n" ADA BOB "staff(g): ada bob\n"},
		/* the group first, CRLF, no blank line at the end, version and dn without one
		   between */
		{"version: 1\r\ndn: cn=staff,o=x\r\nobjectClass: groupOfNames\r\ncn: staff\r\n"
		 "entryUUID: g\r\nmember: UID=Ada, ou=People,o=x\r\n\r\n"
		 "dn: uid=ada,ou=people,o=x\r\nobjectClass: top\r\nobjectclass: InetOrgPerson\r\n"
		 "entryuuid: ada\r\nmail: ada@example.com\r\n",
		 "complete\n" ADA "staff(g): ada\n"},
		/* folded, in base64, comments folded too, names in Unicode */
		{"# a comment that\n  goes on\ndn:: dWlkPWFkYSxvdT1wZW9wbGUsbz14\nobjectClass: "
		 "inetOrg\n"
		 " Person\nentryUUID: a\n d\n a\nmail:ada@example.com\n"
		 "# in between\nsn:: TG92ZcWCYWNl\ngivenName:: QWRh\n\n",
		 "complete\nada ada@example.com Ada Love\xc5\x82"
		 "ace @uid=ada,ou=people,o=x\n"},
		/* what else is in a tree; an attribute with options; several values, apart */
		{"dn: o=x\nobjectClass: organization\no: x\n\n"
		 "dn: uid=ada,ou=people,o=x\nobjectClass: inetOrgPerson\nmail;x-a: "
		 "ada@example.com\n"
		 "entryUUID: ada\nmail: z@example.com\nsn: b\nmail: y@example.com\nsn: a\n"
		 "jpegPhoto:: /9j/\nemployeeType: TRUE\n\n",
		 "complete\nada ada@example.com ~y@example.com ~z@example.com - a disabled "
		 "@uid=ada,ou=people,o=x\n"},
		/* groups in groups; a member that is neither */
		{PERSON("ada", "ada") GROUP(
			 "staff", "g") "member: cn=crew,ou=groups,o=x\n"
				       "member: cn=desk,o=x\n\n" GROUP("crew", "h") MEMBER(
					       "ada") "\n"
						      "dn: cn=desk,o=x\nobjectClass: device\n\n",
		 "complete\n" ADA "staff(g): +crew 1 others\ncrew(h): ada\n"},
		/* a computer of Active Directory is a person by its classes */
		{"dn: cn=pc,o=x\nobjectClass: inetOrgPerson\nobjectClass: computer\nentryUUID: "
		 "pc\n\n",
		 "complete\n"},
		{"\n\n", "complete\n"},
	};

	(void)state;
	rows_check(ldif, rows, ARRAY_SIZE(rows));
}

static void bases_and_posix_groups(void **state)
{
	static const struct row below = {
		PERSON("ada",
		       "ada") "dn: uid=eve,ou=oldpeople,o=x\nobjectClass: inetOrgPerson\n"
			      "entryUUID: eve\n\n"
			      "dn: uid=eve,xou=people,o=x\nobjectClass: inetOrgPerson\n"
			      "entryUUID: eve\n\n" GROUP("staff", "g") MEMBER(
				      "ada") "\n"
					     "dn: cn=staff,ou=other,o=x\nobjectClass: "
					     "groupOfNames\nentryUUID: h\n" MEMBER("ada") "\n",
		"complete\n" ADA "staff(g): ada\n"};
	static const struct row posix = {
		"dn: uid=ada,ou=people,o=x\nobjectClass: posixAccount\nuid: ada\nentryUUID: ada\n"
		"mail: ada@example.com\n\n"
		"dn: cn=staff,o=x\nobjectClass: posixGroup\ncn: staff\nentryUUID: g\nmemberUid: "
		"ada\n"
		"memberUid: gone\n\n",
		"complete\n" ADA "staff(g): ada partial: the member gone is not in the file\n"};
	struct directory_settings s = ldif;
	struct fixture f = {0};

	(void)state;
	s.ldap.people.bases = (const char *const[]){"OU=People, o=x", NULL};
	s.ldap.groups.bases = (const char *const[]){"ou=groups,o=x", NULL};
	row_check(&f, s, &below);
	s = ldif;
	s.file.people_class = "posixAccount";
	s.file.groups_class = "posixGroup";
	s.ldap.groups.member = "memberUid";
	s.ldap.groups.nested = false;
	row_check(&f, s, &posix);
	fixture_end(&f);
}

/* objectGUID in base64, a primary group, a computer, a range. */
static void an_export_of_active_directory(void **state)
{
	static const struct row row = {
		"dn: CN=Ada,DC=x\nobjectClass: user\nobjectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==\n"
		"objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==\nprimaryGroupID: 513\n"
		"mail: ada@example.com\nproxyAddresses: smtp:a@example.com\nuserAccountControl: "
		"514\n\n"
		"dn: CN=PC,DC=x\nobjectClass: user\nobjectClass: computer\nobjectGUID:: AQ==\n\n"
		"dn: CN=Domain Users,DC=x\nobjectClass: group\ncn: Domain Users\nobjectGUID:: "
		"Ag==\n"
		"objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAAQIAAA==\n\n"
		"dn: CN=Large,DC=x\nobjectClass: group\ncn: Large\nobjectGUID:: Aw==\n"
		"member;range=0-1: CN=Ada,DC=x\nmember;range=0-1: CN=PC,DC=x\n",
		"complete\n04030201-0605-0807-090a-0b0c0d0e0f10 ada@example.com ~a@example.com - - "
		"disabled @CN=Ada,DC=x\n"
		"Domain Users(cn=domain users,dc=x): 04030201-0605-0807-090a-0b0c0d0e0f10\n"
		"Large(cn=large,dc=x): 04030201-0605-0807-090a-0b0c0d0e0f10 1 others partial: the "
		"file has "
		"only a part of its members\n"};
	static const char *const aliases[] = {"proxyAddresses", NULL};
	struct directory_settings s = ldif;
	struct fixture f = {0};

	(void)state;
	s.ldap.kind = LDAP_ACTIVE_DIRECTORY;
	s.ldap.people.id = "objectGUID";
	s.ldap.people.aliases = aliases;
	s.ldap.people.disabled = "userAccountControl";
	s.ldap.people.expires = "accountExpires";
	s.file.people_class = "user";
	s.file.groups_class = "group";
	row_check(&f, s, &row);
	fixture_end(&f);
}

static void groups_in_groups_can_be_switched_off(void **state)
{
	static const struct row row = {
		GROUP("staff", "g") "member: cn=crew,ou=groups,o=x\n\n" GROUP("crew",
									      "h") "member:\n\n",
		"complete\nstaff(g): 1 others\ncrew(h):\n"};
	struct directory_settings s = ldif;
	struct fixture f = {0};

	(void)state;
	s.ldap.groups.nested = false;
	row_check(&f, s, &row);
	fixture_end(&f);
}

static void a_member_that_is_missing_is_unknown_or_gone(void **state)
{
	static const char file[] =
		PERSON("ada", "ada") GROUP("staff", "g") MEMBER("ada") MEMBER("bob") "\n";
	const struct row unknown = {file, "complete\n" ADA "staff(g): ada partial: the member "
					  "uid=bob,ou=people,o=x is not in the file\n"};
	const struct row gone = {file, "complete\n" ADA "staff(g): ada 1 dangling\n"};
	const struct row range = {
		PERSON("ada", "ada")
			GROUP("staff", "g") "member;range=0-0: uid=ada,ou=people,o=x\n\n",
		"complete\n" ADA
		"staff(g): ada partial: the file has only a part of its members\n"};
	const struct row hidden = {
		GROUP("staff", "g") "\n",
		"complete\nstaff(g): failed: its member attribute is missing or hidden: give the "
		"account of bind_dn the right to read it\n"};
	struct directory_settings s = ldif;
	struct fixture f = {0};

	(void)state;
	row_check(&f, s, &unknown);
	row_check(&f, s, &range);
	row_check(&f, s, &hidden);
	s.file.missing_gone = true;
	row_check(&f, s, &gone);
	fixture_end(&f);
}

static void one_bad_entry_makes_it_partial(void **state)
{
	static const struct row rows[] = {
		{"dn: uid=bob,ou=people,o=x\nobjectClass: inetOrgPerson\nmail: "
		 "b@example.com\n\n" PERSON("ada", "ada"),
		 "partial: the entry uid=bob,ou=people,o=x has no id that we may read\n" ADA},
		{PERSON("ada", "ada") PERSON("bob", "ada"),
		 "partial: the entries uid=ada,ou=people,o=x and uid=bob,ou=people,o=x have the "
		 "same id; "
		 "both are left out\n"},
		{"# refldap://other.example/o=y??sub\n\n" PERSON("ada", "ada"),
		 "partial: 1 reference to other servers, not followed\n" ADA},
		{PERSON("ada",
			"ada") "# search reference\nref: ldap://other.example/o=y??sub\n\n"
			       "ref: ldap://third.example/o=y\nref: ldap://fourth.example/o=y\n\n",
		 "partial: 2 references to other servers, not followed\n" ADA},
		{"# reference: see ldap\n# ref\n" PERSON("ada", "ada"), "complete\n" ADA},
	};

	(void)state;
	rows_check(ldif, rows, ARRAY_SIZE(rows));
}

#define NOTHING "; nothing of the file is used"

static void what_is_not_whole_is_refused_with_its_place(void **state)
{
	static const struct row rows[] = {
		{PERSON("ada", "ada") "dn: uid=bob,ou=peo",
		 "F:6:1: the last line has no end; the file was cut off" NOTHING},
		{"dn: o=x\nchangetype: modify\n", "F:2:1: a change, not an entry" NOTHING},
		{"dn: o=x\nmail:< file:///etc/passwd\n",
		 "F:2:1: a value that is a URL, which is not fetched" NOTHING},
		{"dn:< file:///etc/passwd\n",
		 "F:1:1: a value that is a URL, which is not fetched" NOTHING},
		{"dn: o=x\nmail:: YWI\n", "F:2:1: a value that is not base64" NOTHING},
		{"dn: o=x\nmail:: YQ==YQ==\n", "F:2:1: a value that is not base64" NOTHING},
		{"dn: o=x\nmail::\n", "F:2:1: a value that is not base64" NOTHING},
		{"dn: o=x\nmail:: %%%\n", "F:2:1: a value that is not base64" NOTHING},
		{"dn: o=x\ndn: o=y\n",
		 "F:2:1: a second dn; a blank line is missing before it" NOTHING},
		{"dn: o=x\nmail\n", "F:2:1: no attribute and value" NOTHING},
		{"dn: o=x\n: y\n", "F:2:1: no attribute and value" NOTHING},
		{"mail: x\n", "F:1:1: a record that does not begin with dn" NOTHING},
		{" dn: o=x\n", "F:1:1: a folded line that continues nothing" NOTHING},
		{"dn: o=x\n\n mail: x\n", "F:3:1: a folded line that continues nothing" NOTHING},
		{"version: 2\n", "F:1:1: a version that is not 1" NOTHING},
		{"dn: o=x\n\nversion: 1\n", "F:3:1: a record that does not begin with dn" NOTHING},
		{"email,groups\n", "F:1:1: no attribute and value" NOTHING},
		{PERSON("ada", "ada") "# search result\nsearch: 2\nresult: 4 Size limit exceeded\n",
		 "F:8:1: the export ended with: 4 Size limit exceeded" NOTHING},
	};
	struct fixture f = {0};

	(void)state;
	rows_check(ldif, rows, ARRAY_SIZE(rows));
	file_write(&f, "dn: o=x\nmail: a\0b\n", 18);
	assert_int_equal(file_read(&f, ldif), -1);
	assert_string_equal(reading_text(&f), "F:2:1: a NUL byte" NOTHING);
	fixture_end(&f);
}

static void only_a_result_proves_the_end(void **state)
{
	static const struct {
		const char *file;
		bool unproven;
	} rows[] = {
		{PERSON("ada", "ada"), true},
		{PERSON("ada", "ada") "search: 2\nresult: 0 Success\n\n# numResponses: 2\n", false},
		/* more behind it: two exports in one file, the second without its end */
		{"search: 2\nresult: 0 Success\n\n" PERSON("ada", "ada"), true},
		/* pages: the last cannot be told from the others */
		{PERSON("ada",
			"ada") "search: 2\nresult: 0 Success\ncontrol: 1.2.840.113556.1.4.319 "
			       "false MAUCAQAEAA==\npagedresults: cookie=\n\n",
		 true},
		{PERSON("ada", "ada") "search: 2\n\n", true},
	};
	struct fixture f = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		file_write(&f, rows[i].file, strlen(rows[i].file));
		assert_int_equal(file_read(&f, ldif), 0);
		assert_int_equal(f.r.unproven, rows[i].unproven);
	}
	fixture_end(&f);
}

/* ---- limits --------------------------------------------------------------------------- */

static void everything_has_a_limit(void **state)
{
	static const char before[] = "dn: o=x\nmail: ";
	size_t len = sizeof before - 1 + LDIF_LINE_MAX;
	char *text = mem_resize(NULL, len + 1, 1), *types = NULL;
	struct fixture f = {0};
	size_t types_len;
	FILE *out;

	(void)state;
	memset(text, 'x', len);
	memcpy(text, before, sizeof before - 1);
	text[len] = '\n';
	file_write(&f, text, len + 1);
	assert_int_equal(file_read(&f, ldif), -1);
	assert_string_equal(reading_text(&f), "F:2:1: a line of more than 16 MiB" NOTHING);
	free(text);
	out = open_memstream(&types, &types_len);
	fputs("dn: o=x\n", out);
	for (int i = 0; i <= LDIF_TYPES_MAX; i++)
		fprintf(out, "mail;x-%d: y\n", i);
	fclose(out);
	file_write(&f, types, types_len);
	free(types);
	assert_int_equal(file_read(&f, ldif), -1);
	assert_string_equal(reading_text(&f),
			    "F:1002:1: more than 1000 attributes in one record" NOTHING);
	fixture_end(&f);
}

static void many_entries_in_one_group(void **state)
{
	enum { PEOPLE = 20000 };
	struct fixture f = {0};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	fputs("dn: cn=all,o=x\nobjectClass: groupOfNames\nentryUUID: g\ncn: all\n", out);
	for (int i = 0; i < PEOPLE; i++)
		fprintf(out, "member: uid=u%d,o=x\n", i);
	for (int i = 0; i < PEOPLE; i++)
		fprintf(out,
			"\ndn: uid=u%d,o=x\nobjectClass: inetOrgPerson\nentryUUID: %d\n"
			"mail: u%d@example.com\n",
			i, i, i);
	fclose(out);
	file_write(&f, text, len);
	free(text);
	assert_int_equal(file_read(&f, ldif), 0);
	assert_int_equal(f.r.people_nr, PEOPLE);
	assert_int_equal(f.r.groups_nr, 1);
	assert_int_equal(f.r.groups[0].state, COMPLETE);
	assert_int_equal(f.r.groups[0].people_nr, PEOPLE);
	fixture_end(&f);
}

static void check_says_what_there_is(void **state)
{
	static const char *const wanted[] = {"staff", "CN=Staff, ou=groups,o=x", "leads", NULL};
	static const char file[] = PERSON("ada", "ada") GROUP("staff", "g")
		MEMBER("ada") "\n"
			      "search: 2\nresult: 0 Success\n";
	struct fixture f = {0};
	const char *lines;

	(void)state;
	file_write(&f, file, sizeof file - 1);
	lines = file_check_lines(&f, ldif, wanted);
	assert_non_null(strstr(lines, "+ list: file: F: "));
	assert_string_equal(
		strstr(lines, "\n") + 1,
		"+ list: end: ldapsearch's result is there: success\n"
		"+ list: people: 1 found, 1 with an e-mail address, 0 disabled\n"
		"+ list: groups: 1 found\n"
		"+ list: group staff: cn=staff,ou=groups,o=x: 1 people, 0 groups\n"
		"+ list: group CN=Staff, ou=groups,o=x: cn=staff,ou=groups,o=x: 1 people, 0 "
		"groups\n"
		"- list: group leads: was not found\nhint: see how the file spells it, "
		"groups.class "
		"and groups.base\n");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_become_people_and_groups),
		cmocka_unit_test(bases_and_posix_groups),
		cmocka_unit_test(an_export_of_active_directory),
		cmocka_unit_test(groups_in_groups_can_be_switched_off),
		cmocka_unit_test(a_member_that_is_missing_is_unknown_or_gone),
		cmocka_unit_test(one_bad_entry_makes_it_partial),
		cmocka_unit_test(what_is_not_whole_is_refused_with_its_place),
		cmocka_unit_test(only_a_result_proves_the_end),
		cmocka_unit_test(everything_has_a_limit),
		cmocka_unit_test(many_entries_in_one_group),
		cmocka_unit_test(check_says_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
