#include "init.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int kmsg = -1;

void log_open(void)
{
    kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

void say(const char *format, ...)
{
    char line[256];
    va_list arguments;
    /* One write is one record of the kernel's log, in order with the kernel's own lines. Level 5 is "notice". Without the
     * line's end the kernel would keep the record open, and unseen, until the next one. */
    int used = snprintf(line, sizeof line, "<5>init: ");
    va_start(arguments, format);
    int text = vsnprintf(line + used, sizeof line - 1 - (size_t)used, format, arguments);
    va_end(arguments);
    if (kmsg < 0 || text < 0)
        return;
    size_t length = (size_t)(used + text);
    if (length > sizeof line - 2)
        length = sizeof line - 2;
    line[length++] = '\n';
    if (write(kmsg, line, length) < 0)
        return; /* there is nobody left to tell */
}
