/* Kills the kiosk once in each state that the status socket tells, at once, and writes the state down where a restart leaves it.
 * usage: kill-at-states SOCKET FILE
 * Runs in the guest, as root, until the service is gone. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE = 65536, STATE = 32 };

/* The guest has no /bin/sh, so no system(). */
static bool kill_kiosk(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        execl("/rig/bin/killall", "killall", "-9", "gatekeeper-kiosk", (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void kill_in(const char *state, int log)
{
    static char seen[1024];
    char name[STATE + 3];
    int length = snprintf(name, sizeof name, "%s\n", state);
    if (strstr(seen, name) != NULL || strlen(seen) + (size_t)length >= sizeof seen)
        return;
    if (!kill_kiosk())
        return; /* it is being started anew: the next line of this state */
    strcat(seen, name);
    if (write(log, name, (size_t)length) == length)
        fsync(log);
}

static void look(const char *line, int log)
{
    const char *at = strstr(line, "\"state\":\"");
    char state[STATE];
    if (at != NULL && sscanf(at, "\"state\":\"%31[a-z_]\"", state) == 1 && strcmp(state, "idle") != 0)
        kill_in(state, log);
}

int main(int argc, char **argv)
{
    static char buffer[LINE];
    size_t filled = 0;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: kill-at-states SOCKET FILE\n");
        return 2;
    }
    strcpy(address.sun_path, argv[1]);
    int log = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (log < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("kill-at-states");
        return 1;
    }
    ssize_t got;
    while ((got = read(fd, buffer + filled, sizeof buffer - 1 - filled)) > 0) {
        filled += (size_t)got;
        buffer[filled] = 0;
        char *end;
        while ((end = strchr(buffer, '\n')) != NULL) {
            *end = 0;
            look(buffer, log);
            filled -= (size_t)(end + 1 - buffer);
            memmove(buffer, end + 1, filled + 1);
        }
        if (filled == sizeof buffer - 1)
            filled = 0;
    }
    return 0;
}
