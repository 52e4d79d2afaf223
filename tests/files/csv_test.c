/* CSV files: what is read, what is refused, and where that is said to be. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "connectors/file_people.h"
#include "tests/files/fixture.h"

static const struct directory_settings csv = {.kind = DIRECTORY_CSV};

/* A ~ in the file stands for a NUL. */
struct row {
	const char *file, *text;
};

static void rows_check(const struct row *rows, size_t nr)
{
	struct fixture f = {0};

	for (size_t i = 0; i < nr; i++) {
		char *bytes = arena_strdup(&f.arena, rows[i].file);
		size_t len = strlen(bytes);

		for (size_t k = 0; k < len; k++)
			bytes[k] = bytes[k] == '~' ? '\0' : bytes[k];
		file_write(&f, bytes, len);
		file_read(&f, csv);
		assert_string_equal(reading_text(&f), rows[i].text);
		assert_true(f.r.unproven || f.e.kind);
	}
	fixture_end(&f);
}

static void rows_become_people_and_groups(void **state)
{
	static const struct row rows[] = {
		{"email,groups\nAda@Example.com,staff\n",
		 "complete\nada@example.com Ada@Example.com|ada@example.com - - @line 2\n"
		 "staff(staff): ada@example.com\n"},
		/* CRLF, a byte order mark, columns in another order and case, every column */
		{"\xef\xbb\xbf"
		 "Disabled,ID,Family_Name,given_name,GROUPS,Email\r\n"
		 "no,7,Love\xc5\x82"
		 "ace,Ada,\"staff,Leads\",ada@example.com\r\n"
		 "TRUE,8,Byron,,leads,byron@example.com\r\n",
		 "complete\n7 ada@example.com Ada Love\xc5\x82"
		 "ace @line 2\n"
		 "8 byron@example.com - Byron disabled @line 3\n"
		 "staff(staff): 7\nLeads(leads): 7 8\n"},
		/* quotes, commas and line ends inside quotes */
		{"email,groups,family_name\n\"ada@example.com\",\"a;b, c ;;\",\"The "
		 "\"\"Great\"\",\nII\"\n"
		 "bob@example.com,b,\n",
		 "complete\nada@example.com ada@example.com - The \"Great\",\nII @line 2\n"
		 "bob@example.com bob@example.com - - @line 4\n"
		 "a(a): ada@example.com\nb(b): ada@example.com bob@example.com\nc(c): "
		 "ada@example.com\n"},
		/* a list without quotes */
		{"email,groups\nada@example.com,a;b\n",
		 "complete\nada@example.com ada@example.com - - @line 2\n"
		 "a(a): ada@example.com\nb(b): ada@example.com\n"},
		/* one group named twice, in two spellings */
		{"email,groups\nada@example.com,\"Staff;staff; STAFF\"\n",
		 "complete\nada@example.com ada@example.com - - @line 2\n"
		 "Staff(staff): ada@example.com\n"},
		/* lines without anything in them, spaces around what is in them */
		{"email , groups\n\n ada@example.com\t, staff \r\n,\n \t,\"\n\"\n",
		 "complete\nada@example.com ada@example.com - - @line 3\n"
		 "staff(staff): ada@example.com\n"},
		/* nobody is an answer; the core decides what it is worth */
		{"email,groups\n", "complete\n"},
		/* an address that is none: an id tells who it is */
		{"email,groups,id\nada,staff,7\n,staff,8\n",
		 "complete\n7 ada|- - - @line 2\n8 -|- - - @line 3\nstaff(staff): 7 8\n"},
		/* the normal form of an address is its id */
		{"email,groups\nADA@B\xc3\x9c"
		 "CHER.example,x\n",
		 "complete\nada@xn--bcher-kva.example ADA@B\xc3\x9c"
		 "CHER.example|"
		 "ada@xn--bcher-kva.example - - @line 2\nx(x): ada@xn--bcher-kva.example\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

#define NOTHING "; nothing of the file is used"

static void what_is_not_whole_is_refused_with_its_place(void **state)
{
	static const struct row rows[] = {
		{"", "F: is empty; it should begin with a header"},
		{"\n\n", "F: is empty; it should begin with a header"},
		{"email,groups\nada@example.com,\"staff\nbob@example.com,x\n",
		 "F:2:17: a quote that is never closed; the file was cut off, or a quote is "
		 "missing" NOTHING},
		{"email,groups\nada@example.com,st\"aff\"\n",
		 "F:2:19: a quote inside a field that does not begin with one" NOTHING},
		{"email,groups\n\"ada\"@example.com,staff\n",
		 "F:2:6: text behind a closing quote" NOTHING},
		{"email,groups\nada@example.com,a\rb\n",
		 "F:2:18: a carriage return that ends no line" NOTHING},
		{"email,groups\rada@example.com,a\r",
		 "F:1:13: a carriage return that ends no line" NOTHING},
		{"email,groups\nada@example.com,staff\nbob@exam",
		 "F:3:1: 1 field, but the header has 2; the file was cut off, or a comma stands "
		 "outside quotes" NOTHING},
		{"email,groups\n\xc3\xa4@example.com,a,b\n",
		 "F:2:17: 3 fields, but the header has 2; the file was cut off, or a comma stands "
		 "outside quotes" NOTHING},
		{"email,groups\nada@example.com,sta~ff\n", "F:2:20: a NUL byte" NOTHING},
		{"email,groups,family_name\nada@example.com,staff,M\xfcller\n",
		 "F:2:23: a field that is not UTF-8" NOTHING "\nhint: save the file as UTF-8"},
		{"\xff\xfe"
		 "e~m~",
		 "F: is UTF-16; nothing of it is used\nhint: save it as UTF-8"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

static void the_header_names_every_column(void **state)
{
	static const struct row rows[] = {
		{"email,group\n", "F:1:7: the column group is unknown" NOTHING
				  "\nhint: did you mean groups? If not, put it into csv.ignore"},
		{"email,groups,Cost Center\n",
		 "F:1:14: the column cost center is unknown" NOTHING
		 "\nhint: if it is of no interest, put it into csv.ignore"},
		{"email,groups,\n", "F:1:14: a column without a name" NOTHING},
		{"email,groups,EMAIL\n", "F:1:14: a second column email" NOTHING},
		{"email;groups\n", "F:1:1: the header has no commas" NOTHING
				   "\nhint: save the file with commas between the columns"},
		{"email,id\n", "F:1:1: the header has no column groups" NOTHING
			       "\nhint: the first line is email,groups"
			       "[,given_name,family_name,id,disabled]"},
		{"ada@example.com,staff\n",
		 "F:1:1: the column ada@example.com is unknown" NOTHING
		 "\nhint: if it is of no interest, put it into csv.ignore"},
		{"\x1b[2Jemail,groups\n",
		 "F:1:1: the column \\x1b[2jemail is unknown" NOTHING
		 "\nhint: if it is of no interest, put it into csv.ignore"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

static void columns_of_no_interest_are_ignored_by_name(void **state)
{
	static const char *const ignore[] = {"Cost Center", "phone", NULL};
	struct directory_settings s = {.kind = DIRECTORY_CSV, .file.ignore = ignore};
	static const char file[] = "email,cost center,groups,PHONE\nada@example.com,7,x,\"1,2\"\n";
	struct fixture f = {0};

	(void)state;
	file_write(&f, file, sizeof file - 1);
	assert_int_equal(file_read(&f, s), 0);
	assert_string_equal(reading_text(&f),
			    "complete\nada@example.com ada@example.com - - @line 2\n"
			    "x(x): ada@example.com\n");
	fixture_end(&f);
}

/* Fault D16 and its kin: one bad person does not stop the others. */
static void one_bad_person_makes_it_partial(void **state)
{
	static const struct row rows[] = {
		{"email,groups\n,staff\nbob@example.com,staff\n",
		 "partial: 2:1: a person has no e-mail, and is left out\n"
		 "bob@example.com bob@example.com - - @line 3\nstaff(staff): bob@example.com\n"},
		{"email,groups\nada@,staff\nbob@example.com,staff\n",
		 "partial: 2:1: a person has no domain, and is left out\n"
		 "bob@example.com bob@example.com - - @line 3\nstaff(staff): bob@example.com\n"},
		{"email,groups,id\nada@example.com,staff,\nbob@example.com,staff,8\n",
		 "partial: 2:23: a person has no id, and is left out\n"
		 "8 bob@example.com - - @line 3\nstaff(staff): 8\n"},
		{"email,groups\nada@example.com,a\nbob@example.com,\"a,b\"\nADA@example.com,b\n"
		 "cem@example.com,b\n",
		 "partial: line 2 and line 4 are one person by their id; both are left out\n"
		 "bob@example.com bob@example.com - - @line 3\n"
		 "cem@example.com cem@example.com - - @line 5\n"
		 "a(a): bob@example.com\nb(b): bob@example.com cem@example.com\n"},
		{"email,groups,id\nada@example.com,a,\"7\n8\"\n",
		 "partial: 2:19: a person has an id with a control character, and is left out\n"},
		/* one e-mail under two ids: the core calls them duplicates */
		{"email,groups,id\nada@example.com,a,1\nada@example.com,a,2\n",
		 "complete\n1 ada@example.com - - @line 2\n2 ada@example.com - - @line 3\n"
		 "a(a): 1 2\n"},
		{"email,groups,disabled\nada@example.com,a,maybe\n",
		 "partial: 2:19: disabled says neither yes nor no; taken as active\n"
		 "ada@example.com ada@example.com - - @line 2\na(a): ada@example.com\n"},
		{"email,groups\nada@example.com,a\nbob@example.com,sta",
		 "partial: 3:19: the last line has no end; the file may have been cut off\n"
		 "ada@example.com ada@example.com - - @line 2\n"
		 "bob@example.com bob@example.com - - @line 3\n"
		 "a(a): ada@example.com\nsta(sta): bob@example.com\n"},
	};

	(void)state;
	rows_check(rows, ARRAY_SIZE(rows));
}

/* ---- limits --------------------------------------------------------------------------- */

static const char *filled(struct fixture *f, const char *before, size_t nr, const char *after)
{
	size_t start = strlen(before), len = start + nr + strlen(after);
	char *text = arena_alloc(&f->arena, len + 1);

	strcpy(text, before);
	memset(text + start, 'x', nr);
	strcpy(text + start + nr, after);
	file_write(f, text, len);
	return file_read(f, csv) ? reading_text(f) : "read";
}

static void everything_has_a_limit(void **state)
{
	struct fixture f = {0};
	char *wide;

	(void)state;
	assert_string_equal(filled(&f, "email,groups\na@b.c,", CSV_FIELD_MAX, "\n"), "read");
	assert_string_equal(filled(&f, "email,groups\na@b.c,", CSV_FIELD_MAX + 1, "\n"),
			    "F:2:65543: a field of more than 64 KiB" NOTHING);
	assert_string_equal(filled(&f, "email,groups\na@b.c,\"", CSV_FIELD_MAX + 1, "\"\n"),
			    "F:2:65544: a field of more than 64 KiB" NOTHING);
	wide = arena_alloc(&f.arena, CSV_ROW_MAX + 100);
	memset(wide, 'x', CSV_ROW_MAX + 50);
	for (size_t i = 1; i < 5; i++)
		wide[i * 60000] = ',';
	file_write(&f, wide, CSV_ROW_MAX + 50);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f), "F:1:262145: a row of more than 256 KiB" NOTHING);
	memset(wide, ',', CSV_FIELDS_MAX);
	file_write(&f, wide, CSV_FIELDS_MAX);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f), "F:1:256: more than 256 fields" NOTHING);
	/* an id, and a name that ends in half a character */
	assert_string_equal(filled(&f, "email,groups,id\na@b.c,x,", ROSTER_ID_MAX + 1, "\n"),
			    "read");
	assert_string_equal(f.r.why, "2:9: a person has too long an id, and is left out");
	assert_string_equal(
		filled(&f, "email,groups,given_name\na@b.c,x,", ROSTER_NAME_MAX - 1, "\xc3\xa4\n"),
		"read");
	assert_int_equal(strlen(f.r.people[0].given_name), ROSTER_NAME_MAX - 1);
	fixture_end(&f);
}

static void a_file_may_be_only_so_large(void **state)
{
	struct fixture f = {0};

	(void)state;
	file_write(&f, "email,groups\n", 13);
	assert_int_equal(truncate(f.path, (off_t)FILE_SIZE_MAX + 1), 0);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f), "F: is larger than 256 MiB; nothing was read");
	fixture_end(&f);
}

/* ---- the file itself -------------------------------------------------------------------- */

static void only_a_safe_file_is_read(void **state)
{
	static const char good[] = "email,groups\n";
	struct fixture f = {0};
	char other[128];

	(void)state;
	file_write(&f, good, sizeof good - 1);
	snprintf(other, sizeof other, "%s/other", f.folder);
	assert_int_equal(chmod(f.path, 0602), 0);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f),
			    "F: everybody may write it; nothing was read\nhint: chmod o-w F");
	assert_int_equal(chmod(f.path, 0660), 0);
	assert_int_equal(file_read(&f, csv), 0);
	/* a symbolic link, as exports are switched by one */
	assert_int_equal(rename(f.path, other), 0);
	assert_int_equal(symlink(other, f.path), 0);
	assert_int_equal(file_read(&f, csv), 0);
	/* one to nothing, a folder, a FIFO that nobody writes */
	assert_int_equal(unlink(other), 0);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f),
			    "F: cannot be opened: No such file or directory; nothing was read");
	unlink(f.path);
	assert_int_equal(mkfifo(f.path, 0600), 0);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f), "F: is no regular file; nothing was read");
	unlink(f.path);
	assert_int_equal(mkdir(f.path, 0700), 0);
	assert_int_equal(file_read(&f, csv), -1);
	assert_string_equal(reading_text(&f), "F: is no regular file; nothing was read");
	rmdir(f.path);
	fixture_end(&f);
}

static void age_set(struct fixture *f, int64_t seconds)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - seconds},
				    {.tv_sec = time(NULL) - seconds}};

	assert_int_equal(utimensat(AT_FDCWD, f->path, times, 0), 0);
}

static void an_old_file_is_not_whole(void **state)
{
	static const char good[] = "email,groups\nada@example.com,x\n";
	struct directory_settings s = {.kind = DIRECTORY_CSV, .file.max_age = 2 * DAY};
	struct fixture f = {0};

	(void)state;
	file_write(&f, good, sizeof good - 1);
	age_set(&f, 2 * DAY - 60);
	assert_int_equal(file_read(&f, s), 0);
	assert_int_equal(f.r.state, COMPLETE);
	age_set(&f, 3 * DAY);
	assert_int_equal(file_read(&f, s), 0);
	assert_int_equal(f.r.state, PARTIAL);
	assert_string_equal(f.r.why, "it is 3d old, older than max_age: 2d");
	assert_int_equal(f.r.people_nr, 1);
	age_set(&f, -3 * DAY);
	assert_int_equal(file_read(&f, s), 0);
	assert_int_equal(f.r.state, PARTIAL);
	assert_string_equal(f.r.why, "it is dated 3d in the future, so its age is unknown");
	s.file.max_age = 0;
	age_set(&f, 4000 * (int64_t)DAY);
	assert_int_equal(file_read(&f, s), 0);
	assert_int_equal(f.r.state, COMPLETE);
	fixture_end(&f);
}

static void a_file_that_changes_is_not_used(void **state)
{
	static const char good[] = "email,groups\nada@example.com,x\n";
	struct fixture f = {0};
	struct file open = {0};
	int fd;

	(void)state;
	file_write(&f, good, sizeof good - 1);
	assert_int_equal(file_open(&open, f.path, INT64_MAX, &f.e), 0);
	while (file_byte(&open, &f.e) >= 0)
		;
	assert_int_equal(file_unchanged(&open, &f.e), 0);
	fd = openat(AT_FDCWD, f.path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "b", 1), 1);
	close(fd);
	assert_int_equal(file_unchanged(&open, &f.e), -1);
	assert_int_equal(f.e.kind, ERR_INCOMPLETE);
	file_close(&open);
	fixture_end(&f);
}

static void time_for_reading_ends(void **state)
{
	static const char good[] = "email,groups\n";
	struct fixture f = {0};
	struct file open = {0};

	(void)state;
	file_write(&f, good, sizeof good - 1);
	assert_int_equal(file_open(&open, f.path, 0, &f.e), -1);
	file_close(&open);
	fixture_end(&f);
}

static void check_says_what_there_is(void **state)
{
	static const char good[] = "email,groups,id,disabled\nada@example.com,\"staff,x\",7,\n"
				   "bob,staff,8,yes\n";
	static const char *const wanted[] = {"Staff", "leads", NULL};
	struct fixture f = {0};

	(void)state;
	file_write(&f, good, sizeof good - 1);
	age_set(&f, 2 * DAY);
	assert_string_equal(file_check_lines(&f, csv, wanted),
			    "+ list: file: F: 70 bytes, mode 600, written 2d ago\n"
			    "+ list: ids: 2 of their own, 0 are the e-mail\n"
			    "+ list: people: 2 found, 1 with an e-mail address, 1 disabled\n"
			    "+ list: groups: 2 found\n"
			    "+ list: group Staff: staff: 2 people, 0 groups\n"
			    "- list: group leads: was not found\nhint: nobody in the file is in "
			    "it; see how the "
			    "column groups spells it\n");
	file_write(&f, "email,groups\n", 13);
	age_set(&f, 2 * DAY);
	assert_string_equal(file_check_lines(&f, csv, NULL),
			    "+ list: file: F: 13 bytes, mode 600, written 2d ago\n"
			    "+ list: ids: 0 of their own, 0 are the e-mail\n"
			    "- list: people: nobody was found\nhint: the file has a header and no "
			    "row\n"
			    "- list: groups: none was found\nhint: see the column groups\n");
	file_write(&f, "email\n", 6);
	assert_non_null(strstr(file_check_lines(&f, csv, NULL), "\n- list: reading: F:1:1: "));
	unlink(f.path);
	assert_string_equal(file_check_lines(&f, csv, NULL),
			    "- list: file: F: cannot be opened: No such file or directory; nothing "
			    "was read\n");
	fixture_end(&f);
}

static void many_groups_and_people(void **state)
{
	enum { PEOPLE = 20000, GROUPS = 500 };
	struct fixture f = {0};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	fputs("email,groups\n", out);
	for (int i = 0; i < PEOPLE; i++)
		fprintf(out, "p%d@example.com,\"g%d,all\"\n", i, i % GROUPS);
	fclose(out);
	file_write(&f, text, len);
	free(text);
	assert_int_equal(file_read(&f, csv), 0);
	assert_int_equal(f.r.people_nr, PEOPLE);
	assert_int_equal(f.r.groups_nr, GROUPS + 1);
	for (size_t i = 0; i < f.r.groups_nr; i++)
		assert_int_equal(f.r.groups[i].people_nr,
				 str_eq(f.r.groups[i].name, "all") ? PEOPLE : PEOPLE / GROUPS);
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_become_people_and_groups),
		cmocka_unit_test(what_is_not_whole_is_refused_with_its_place),
		cmocka_unit_test(the_header_names_every_column),
		cmocka_unit_test(columns_of_no_interest_are_ignored_by_name),
		cmocka_unit_test(one_bad_person_makes_it_partial),
		cmocka_unit_test(everything_has_a_limit),
		cmocka_unit_test(a_file_may_be_only_so_large),
		cmocka_unit_test(only_a_safe_file_is_read),
		cmocka_unit_test(an_old_file_is_not_whole),
		cmocka_unit_test(a_file_that_changes_is_not_used),
		cmocka_unit_test(time_for_reading_ends),
		cmocka_unit_test(check_says_what_there_is),
		cmocka_unit_test(many_groups_and_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
