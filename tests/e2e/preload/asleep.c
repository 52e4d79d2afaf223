/*
 * asleep.c - preloaded: the machine sleeps for as many seconds as the file
 * named by ASLEEP_FILE says, at the moment the file says so.  As on a real
 * machine, the wall clock and CLOCK_BOOTTIME go on, CLOCK_MONOTONIC does not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static time_t slept(void)
{
	const char *path = getenv("ASLEEP_FILE");
	FILE *file = path ? fopen(path, "r") : NULL;
	long seconds = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &seconds) != 1)
		seconds = 0;
	fclose(file);
	return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, now);

	if (rc == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME))
		now->tv_sec += slept();
	return rc;
}

time_t time(time_t *to)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (to)
		*to = now.tv_sec;
	return now.tv_sec;
}
