#include "connectors/ldap_root.h"

#include "connectors/ldap_dn.h"
#include "connectors/ldap_lookup.h"
#include "connectors/ldap_time.h"

enum { CONTEXTS_MAX = 1000 };

struct taking {
	struct arena *a;
	utc now;
	VEC(const char *) contexts;
};

static void context_take(struct taking *t, const struct berval *v)
{
	char normal[DN_NORMAL_SIZE];

	if (t->contexts.nr < CONTEXTS_MAX && dn_normal(normal, v->bv_val, v->bv_len) == 0)
		VEC_ADD(&t->contexts, arena_strdup(t->a, normal));
}

static int root_take(void *ctx, struct lookup *l, struct entry *en, struct err *e)
{
	struct taking *t = ctx;
	struct attribute at;
	int more;

	(void)l;
	while ((more = entry_next(en, &at)) > 0) {
		for (size_t i = 0; i < at.nr && attribute_is(&at, "namingContexts"); i++)
			context_take(t, &at.values[i]);
		if (at.nr && attribute_is(&at, "currentTime") &&
		    time_generalized(at.values, &t->now))
			t->now = 0;
		attribute_done(&at);
	}
	return more < 0 ? err_set(e, ERR_INCOMPLETE, "the rootDSE cannot be decoded") : 0;
}

int root_read(struct root *root, struct server *s, struct arena *a, struct err *e)
{
	static const char *const attributes[] = {"namingContexts", "currentTime", NULL};
	struct lookup l = {
		.query = {"the rootDSE", "", LDAP_SCOPE_BASE, "(objectClass=*)", attributes}};
	struct taking t = {.a = a};
	const char **contexts;
	int rc = lookups_run(s, &l, 1, a, root_take, &t, e);

	contexts = arena_array(a, t.contexts.nr + 1, sizeof *contexts);
	if (t.contexts.nr)
		memcpy(contexts, t.contexts.items, t.contexts.nr * sizeof *contexts);
	VEC_FREE(&t.contexts);
	*root = (struct root){contexts, t.now};
	return rc;
}
