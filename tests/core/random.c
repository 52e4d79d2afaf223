#include "tests/core/random.h"

#include <stdio.h>

enum { GROUPS = 5 };

/* ---- chance ------------------------------------------------------------------------ */

static uint64_t state;

void chance_begin(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (int i = 0; i < 8; i++)
		chance(2);
}

uint64_t chance(uint64_t below)
{
	state ^= state << 13; /* xorshift64 */
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % below;
}

static bool often(void)
{
	return chance(3) != 0;
}

static bool seldom(void)
{
	return chance(8) == 0;
}

static const char *pick(const char *const *words, size_t nr)
{
	return words[chance(nr)];
}

#define PICK(...)                                                             \
	pick((const char *const[]){__VA_ARGS__},                              \
	     ARRAY_SIZE(((const char *const[]){__VA_ARGS__})))

/* ---- a world, in the words of world.h ------------------------------------------------ */

static const char *const names[PEOPLE] = {"ann", "bob", "cid", "dan", "eve",
					  "fay", "gus", "hal", "ida"};
static const char *const groups[GROUPS] = {"leads", "money", "staff", "guests", "bad"};

/* Mostly the name's own address, now and then another's. */
static void email_write(FILE *f, size_t who)
{
	const char *name = names[seldom() ? chance(PEOPLE) : who];

	if (seldom())
		fprintf(f, "%c%s@Example.com", name[0] - 32, name + 1);
	else
		fprintf(f, "%s@example.com", name);
}

static void groups_write(FILE *f)
{
	bool any = false;

	for (size_t g = 0; g < GROUPS; g++)
		if (chance(g == GROUPS - 1 ? 8 : 3) == 0) {
			fprintf(f, "%s %s", any ? "" : " in", groups[g]);
			any = true;
		}
}

static void directory_write(FILE *f, const char *name)
{
	const char *how = seldom() ? PICK(" partial", " failed") : "";

	fprintf(f, "directory %s%s:", name, how);
	for (size_t g = 0; g < GROUPS; g++) {
		fprintf(f, " group %s%s", groups[g], seldom() ? " partial" : "");
		if (seldom())
			fprintf(f, " holds %s", groups[chance(GROUPS)]);
		fputc(';', f);
	}
	for (size_t i = 0; i < PEOPLE; i++) {
		if (!often())
			continue;
		if (chance(20) == 0)
			fprintf(f, " -");
		else
			fputc(' ', f), email_write(f, i);
		fprintf(f, " id %zu%s", i, seldom() ? " disabled" : "");
		if (seldom())
			fprintf(f, " alias %s@home.example", names[chance(PEOPLE)]);
		groups_write(f);
		fputc(';', f);
	}
	fputc('\n', f);
}

static void rules_write(FILE *f)
{
	fprintf(f, "rules: leads -> admin%s; money -> billing_manager%s\n",
		often() ? " + seat" : "", seldom() ? " only corp" : "");
	fprintf(f, "rules: staff -> %s%s%s; guests -> %s%s\n", PICK("member", "access", "seat"),
		often() ? " seat" : "", seldom() ? " except bad" : "", PICK("member", "access"),
		seldom() ? PICK(" require staff", " until +1d", " until -1d") : "");
}

/* Members, invitations and memory that fit each other, mostly. */
static void person_write(FILE *f, size_t i, bool listed)
{
	const char *n = names[i], *role = PICK("member", "member", "admin", "billing_manager");
	const char *seat = often() ? " seat" : "", *forgotten = seldom() ? " forgotten" : "";
	const char *leaving = seldom() ? PICK(" leaving -2h", " leaving -3d runs 4") : "";
	const char *of = PICK("corp", "corp", "idp");
	const char *token = PICK("", "", " token none", " token live ends +200d", " token live ends +5d",
				 " token live", " token expired ends -2d", " token revoked ends +90d",
				 " token unreadable");
	const char *had = PICK("", "", " token none", " token live ours ends +200d seen -1d",
			       " token live ours ends +5d seen -1d tokens 1 mailed -9d",
			       " token live ends +2d seen -2d", " token revoked seen -1h",
			       " token live ours ends -2d seen -4d tokens 3 mailed -9d",
			       " tokens 3 mailed -31d");
	unsigned days = (unsigned)chance(9);

	switch (chance(8)) {
	case 0: /* a managed member */
	case 1:
	case 2:
		fprintf(f, "members: %s@example.com %s%s%s\n", n, role, seat, *seat ? token : "");
		fprintf(f, "memory: %s@example.com of %s/%zu member%s%s%s\n", n, of, i, leaving,
			forgotten, had);
		if (seldom())
			fprintf(f, "memory: redone %s %s@example.com 2\n",
				PICK("assign_seat", "revoke_seat"), n);
		if (!often())
			fprintf(f, "memory: refused %s %s@example.com %s\n",
				PICK("assign_seat", "assign_seat", "set_role", "issue_token",
				     "remove_member"), n,
				PICK("1", "2", "3 role admin", "4 at -30m", "9 since -9d at -23h"));
		break;
	case 3: /* a stranger, perhaps with an alias for address */
		fprintf(f, "members: %s@%s %s%s%s\n", n, often() ? "example.com" : "home.example",
			role, seat, *seat ? token : "");
		break;
	case 4: /* our invitation, listed or hidden */
		fprintf(f, "memory: %s@example.com of %s/%zu invited -%ud attempts %llu%s%s\n", n, of, i,
			days, (unsigned long long)chance(4), seldom() ? " tried admin" : "", leaving);
		if (listed && often())
			fprintf(f, "invitations: %s@example.com %s %s sent -%ud expires %+dd\n", n,
				days < 7 ? PICK("pending", "pending", "accepted", "removed") : "expired",
				role, days, 7 - (int)days);
		if (listed && seldom())
			fprintf(f, "invitations: %s@example.com pending id i2-%s\n", n, n);
		if (seldom())
			fprintf(f, "memory: refused %s %s@example.com %s role %s\n",
				PICK("reissue_invitation", "invite"), n, PICK("1", "2", "3 at -30m"),
				role);
		break;
	case 5: /* somebody else's invitation */
		if (listed)
			fprintf(f, "invitations: %s@example.com %s %s\n", n,
				PICK("pending", "expired"), role);
		break;
	case 6: /* parked or waiting, or gone by another's hand */
		fprintf(f, "memory: %s@example.com of %s/%zu%s%s\n", n, of, i,
			PICK(" waiting -2d", " member", " member parked removed",
			     " invited -3d gone -2d", " invited -3d parked elsewhere",
			     " invited -2h inv -", " invited -3d inv - attempts 2",
			     " parked unavailable"),
			forgotten);
		if (!often())
			fprintf(f, "memory: refused invite %s@example.com %s role %s\n", n,
				PICK("1", "2", "3 at -30m", "5 since -5d"),
				PICK("member", "member", "admin"));
		break;
	default:
		break;
	}
}

static void settings_write(FILE *f)
{
	static const char *const choices[] = {
		"settings: per_day 2", "settings: removals 1", "settings: percent 10",
		"settings: seat keep", "settings: disabled grace", "settings: remove no",
		"settings: adopt none", "settings: invitations manual", "settings: roles manual",
		"settings: reissue 24h", "settings: reissue never", "settings: reserve 1",
		"settings: min_admins 1", "settings: min_admins 2", "settings: runs 1",
		"settings: domain example.com", "settings: protect ann@*", "settings: protect h*",
		"settings: canary ann@example.com", "settings: canary 2 of idp in staff",
		"settings: canary nobody@example.com of idp", "settings: min_people 5", "settings: grace 6h", "settings: attempts 1",
		"platform: self bob@example.com", "platform: clock +1h",
		"memory: config new", "memory: config changed", "memory: mails 49",
		"memory: learnt 2", "memory: learnt 3 left 0", "memory: lost ida@example.com", "memory: fresh",
		"memory: removed ida@example.com",
		"memory: adopt cid@example.com", "memory: adopt gus@example.com",
		"memory: group staff of corp", "memory: group guests of idp",
		"memory: hold h-1 limit who dan@example.com, eve@example.com",
		"memory: hold h-2 config released -1h who fay@example.com, bob@example.com",
		"memory: hold h-3 limit released -9d taken who gus@example.com",
		"settings: invitations add_user", "settings: invitations onboard",
		"settings: no_call reissue_invitation", "settings: no_call cancel_invitation",
		"memory: trial passed ann@example.com", "memory: trial failed bob@example.com",
		"memory: adopt bob@example.com", "memory: told 5",
		"members: x@anonym.ized admin seat id m-deleted",
	};

	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (chance(10) == 0)
			fprintf(f, "%s\n", choices[i]);
	if (often())
		fprintf(f, "settings: tokens %s\n", PICK("mailed", "unmailed"));
	if (often())
		fprintf(f, "platform: total %llu\n", (unsigned long long)chance(8));
}

static void directories(FILE *f)
{
	directory_write(f, "corp");
	if (often())
		directory_write(f, "idp");
	else
		fprintf(f, "directory idp: group guests; nobody@example.com\n");
}

char *directories_write(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	directories(f);
	fclose(f);
	return text;
}

char *world_write(uint64_t seed)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	bool listed;

	chance_begin(seed);
	directories(f);
	rules_write(f);
	listed = !seldom();
	if (!listed)
		fprintf(f, "platform: unlisted\n");
	for (size_t i = 0; i < PEOPLE; i++)
		person_write(f, i, listed);
	settings_write(f);
	fclose(f);
	return text;
}
