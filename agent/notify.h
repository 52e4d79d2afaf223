/*
 * notify.h - what systemd is told while a run lasts, by the protocol of
 * sd_notify(3): a datagram to $NOTIFY_SOCKET.  Outside of systemd nothing
 * happens.
 */
#ifndef SEATSYNC_NOTIFY_H
#define SEATSYNC_NOTIFY_H

/*
 * Shows `status` in `systemctl status`, and asks for another minute before
 * TimeoutStartSec= ends the unit: a run that makes progress is not stopped,
 * one that hangs is.
 */
void notify_progress(const char *status);

#endif
