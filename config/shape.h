/*
 * shape.h - what a text of the configuration must look like, one function
 * for each shape.  Each returns the text to keep, in x->a, or NULL with
 * x->wrong and perhaps x->hint set.
 */
#ifndef SEATSYNC_CONFIG_SHAPE_H
#define SEATSYNC_CONFIG_SHAPE_H

#include "agent/base.h"

struct shape {
	struct arena *a;
	const char *folder; /* of the configuration file */
	const char *wrong;  /* "is no date" */
	const char *hint;   /* NULL: none */
};

typedef const char *shape_fn(struct shape *x, const char *text);

enum { TEXT_MAX = 1024, SLUG_MAX = 100 };

/* Every text: not empty, not longer than TEXT_MAX, without control characters. */
shape_fn shape_text;

shape_fn shape_slug;       /* letters, digits, . _ -; neither . nor .. */
shape_fn shape_file;       /* a file name; a relative one begins in the configuration's folder */
shape_fn shape_metrics;    /* a file name that ends in .prom */
shape_fn shape_variable;   /* the name of an environment variable */
shape_fn shape_dn;
shape_fn shape_login;      /* a DN, or what Active Directory takes: user@domain, DOMAIN\user */
shape_fn shape_filter;     /* an LDAP filter, as far as its parentheses go */
shape_fn shape_group;      /* anything; what begins with a parenthesis, a filter */
shape_fn shape_one_group;  /* the same, but no glob */
shape_fn shape_attribute;
shape_fn shape_field;      /* the name of a field in JSON */
shape_fn shape_domain;     /* normal form */
shape_fn shape_protect;    /* an address, or a glob of addresses, in normal form */
shape_fn shape_call_list;  /* "GET {org}/path" */
shape_fn shape_call_make;  /* "POST {org}/path" */
shape_fn shape_call_one;   /* "PATCH {org}/path/{id}" */

#endif
