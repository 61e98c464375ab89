#include "init.h"

#ifdef MODULES /* the tests' guest on a packaged kernel, firmware/build --debian-kernel; no image to ship has modules */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void load(const char *path, const char *parameters)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || (syscall(SYS_finit_module, file, parameters, 0) != 0 && errno != EEXIST && errno != ENODEV))
        say("cannot load %s: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
}

void load_modules(void)
{
    static char list[16384];
    ssize_t length = read_file("/lib/modules/load", list, sizeof list - 1);
    list[length < 0 ? 0 : length] = 0;
    for (char *line = strtok(list, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *space = strchr(line, ' ');
        if (space != NULL)
            *space = 0;
        load(line, space != NULL ? space + 1 : "");
    }
}

#else

void load_modules(void)
{
}

#endif
