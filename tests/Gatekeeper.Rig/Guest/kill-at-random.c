/* Kills gatekeeperd, a pump or a walker at random moments, one to four seconds apart.
 * usage: kill-at-random SEED FILE
 * init starts the service again, the later the more often it ends within half a minute (firmware/init/programs.c); so most kills are
 * children's, and only now and then one meets a service that is young.
 * Runs in the guest, as root, until SIGTERM; the last line of FILE begins with END. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16, OLD_MS = 31000, ROLES = 3 };

static const char *const roles[ROLES] = { "", "stick-pump", "stick-walker" };
static volatile sig_atomic_t ended;
static uint64_t state;

static void end(int signal)
{
    (void)signal;
    ended = 1;
}

/* xorshift64: the same numbers from the same seed, whatever the C library is. */
static unsigned next_below(unsigned limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % limit;
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The first argument of a process of ours, or NULL. The children's own name has no folder. */
static const char *role_of(int pid, char *line, size_t size)
{
    static const char name[] = "gatekeeperd";
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    ssize_t length = read(fd, line, size - 2);
    close(fd);
    if (length <= 0)
        return NULL; /* the kernel's own, or one that ended */
    line[length] = line[length + 1] = 0;
    const char *slash = strrchr(line, '/');
    if (strcmp(slash != NULL ? slash + 1 : line, name) != 0)
        return NULL;
    return line + strlen(line) + 1; /* empty for the service itself */
}

static int find(const char *wanted, int *pids)
{
    char line[256];
    int count = 0;
    DIR *all = opendir("/proc");
    struct dirent *one;
    while (all != NULL && count < MOST && (one = readdir(all)) != NULL) {
        const char *role = isdigit((unsigned char)one->d_name[0]) ? role_of(atoi(one->d_name), line, sizeof line) : NULL;
        if (role != NULL && strcmp(role, wanted) == 0)
            pids[count++] = atoi(one->d_name);
    }
    if (all != NULL)
        closedir(all);
    return count;
}

/* Milliseconds since this service was first seen; 0 when there is none. */
static long service_age(void)
{
    static int pid;
    static long since;
    int pids[MOST];
    if (find(roles[0], pids) == 0)
        return 0;
    if (pids[0] != pid) {
        pid = pids[0];
        since = now_ms();
    }
    return now_ms() - since;
}

static int choose(long age)
{
    unsigned dice = next_below(25);
    if (dice == 0 || (dice < 6 && age > OLD_MS))
        return 0;
    return 1 + (int)(dice % 2);
}

int main(int argc, char **argv)
{
    int kills[ROLES] = { 0 }, pids[MOST];
    FILE *log = argc == 3 ? fopen(argv[2], "w") : NULL;
    if (log == NULL || (state = strtoull(argv[1], NULL, 10)) == 0) {
        fprintf(stderr, "usage: kill-at-random SEED FILE\n");
        return 2;
    }
    signal(SIGTERM, end);
    while (!ended) {
        const unsigned pause = 1000 + next_below(3000);
        const struct timespec wait = { .tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000L };
        nanosleep(&wait, NULL);
        int role = choose(service_age());
        int count = ended ? 0 : find(roles[role], pids);
        if (count == 0)
            continue;
        int pid = pids[next_below((unsigned)count)];
        if (kill(pid, SIGKILL) == 0) {
            kills[role]++;
            fprintf(log, "%ld %s %d\n", now_ms(), role == 0 ? "service" : roles[role], pid);
            fflush(log);
        }
    }
    fprintf(log, "END service %d pump %d walker %d\n", kills[0], kills[1], kills[2]);
    return fclose(log) == 0 ? 0 : 1;
}
