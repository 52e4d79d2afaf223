#include "config/bytes.h"

#include <errno.h>
#include <unistd.h>

int bytes_read(int fd, char *bytes, size_t room, size_t *len)
{
	*len = 0;
	while (*len < room) {
		ssize_t got = read(fd, bytes + *len, room - *len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return (int)got;
		*len += (size_t)got;
	}
	return 0;
}
