/*
 * report_bulk.h - addresses as the organization's site takes them for
 * invitations (Invitations, Invite Users, Bulk Upload): RFC 4180, UTF-8, one
 * address a line, and no header, which would be taken for an address.
 *
 * Operators open such a file in a spreadsheet first, and a spreadsheet runs a
 * cell that begins like a formula.  Putting a quote before it would spoil the
 * address, so such an address is left out, for its caller to name.
 */
#ifndef SEATSYNC_REPORT_BULK_H
#define SEATSYNC_REPORT_BULK_H

#include <stdbool.h>
#include <stdio.h>

/* False: a spreadsheet might run it. */
bool bulk_harmless(const char *email);

void bulk_line(FILE *out, const char *email);

#endif
