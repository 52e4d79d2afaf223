/* The stories of one file: pains.txt, safety.txt, corners.txt. */
#include "tests/core/story.h"

int main(int argc, char **argv)
{
	return stories_run(STORIES, argc, argv);
}
