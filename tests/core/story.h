/*
 * story.h - scenarios in a file of their own, for administrators to read, that
 * may go on over several runs.
 *
 *	# a remark
 *	== what somebody suffered
 *	rules: staff -> member
 *	directory corp: ann@example.com in staff
 *	plan
 *		invite ann@example.com member
 *	8d later
 *	meanwhile: ann@example.com declines
 *	plan
 *		...
 *
 * Before `plan` the world in the words of world.h, after it the plan in those
 * of lines.h.  Each run is done before the next begins, which keeps what the
 * first said and needs only what is new:
 *	directory NAME ...   stands for all that was said of that directory
 *	rules: ...           stand for the rules before: a changed configuration
 *	settings, platform   are added
 *	meanwhile: ...       what others do:
 *		EMAIL accepts [as OTHER]     EMAIL declines     EMAIL is removed
 *		EMAIL becomes ROLE           EMAIL gets a seat  EMAIL loses the seat
 *		release EMAIL                the hold with this person
 *		adopt EMAIL
 *		the platform refuses EMAIL   what is to be given; until
 *		the platform accepts EMAIL
 *		the state is lost            the configuration changes
 * Invitations expire by themselves, by the platform's word.
 */
#ifndef SEATSYNC_TESTS_STORY_H
#define SEATSYNC_TESTS_STORY_H

/* Runs every story of the file, or those whose name contains argv[1]. */
int stories_run(const char *file, int argc, char **argv);

#endif
