#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

ssize_t read_file(const char *path, void *buffer, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -1;
    size_t used = 0;
    ssize_t got = 0;
    while (used < size && (got = read(fd, (char *)buffer + used, size - used)) > 0)
        used += (size_t)got;
    close(fd);
    /* A full buffer cannot be told from a longer file: callers give one byte more than they accept. */
    return got < 0 || used == size ? -1 : (ssize_t)used;
}

bool read_text(const char *path, char *buffer, size_t size)
{
    ssize_t length = read_file(path, buffer, size);
    if (length < 0)
        return false;
    buffer[length] = 0;
    buffer[strcspn(buffer, "\n")] = 0;
    return true;
}

bool read_u64(const char *path, uint64_t *value)
{
    char text[32], *end;
    if (!read_text(path, text, sizeof text) || text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == 0;
}

void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        say("cannot write %s to %s: %s", text, path, strerror(errno));
    if (fd >= 0)
        close(fd);
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
