#include "connectors/directory.h"

#include "connectors/file_directory.h"
#include "connectors/ldap_directory.h"
#include "connectors/scim_directory.h"
#include "connectors/ldap_file.h"

/* Every kind of directory, listed once. */
static const struct directory_ops *const kinds[] = {
	[DIRECTORY_LDAP] = &directory_ldap,
	[DIRECTORY_SCIM] = &directory_scim,
	[DIRECTORY_CSV] = &directory_csv,
	[DIRECTORY_LDIF] = &directory_ldif,
};

int directory_open(struct directory **d, const struct directory_settings *s, struct err *e)
{
	BUG_IF((size_t)s->kind >= ARRAY_SIZE(kinds));
	return kinds[s->kind]->open(d, s, e);
}
