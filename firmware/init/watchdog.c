#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <string.h>
#include <sys/ioctl.h>

static int watchdog = -1;

void watchdog_open(void)
{
    int seconds = WATCHDOG_SECONDS;
    watchdog = open("/dev/watchdog", O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (watchdog < 0)
        say("no watchdog: %s", strerror(errno)); /* gatekeeperd names it as unprotected; a device without one still runs */
    else if (ioctl(watchdog, WDIOC_SETTIMEOUT, &seconds) != 0)
        say("the watchdog keeps its own timeout: %s", strerror(errno));
    else
        say("watchdog armed, %d s", seconds);
}

void watchdog_feed(void)
{
    if (watchdog >= 0 && ioctl(watchdog, WDIOC_KEEPALIVE, 0) != 0)
        say("cannot feed the watchdog: %s", strerror(errno));
}
