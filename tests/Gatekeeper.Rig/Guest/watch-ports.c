/* Looks about every 10 ms at what is authorized and bound on USB, and writes down what must never be:
 * a device that is no plain storage stick authorized, two sticks at once, one that became authorized while no gatekeeperd ran,
 * a driver other than usbfs, a bus that authorizes by itself.
 * usage: watch-ports FILE [HUB...]
 * HUB (1-4) is a device that a rule allows: it may be authorized and have the hub driver.
 * Runs in the guest, as root, until SIGTERM; each finding is a line that begins with BAD, the last line begins with END. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEVICES "/sys/bus/usb/devices"

enum { NAME = 64, PATH = 320, DESCRIPTORS = 8192, MOST_OPEN = 64, MOST_BAD = 200, PAUSE_US = 10000 };

struct set {
    int count;
    char names[MOST_OPEN][NAME]; /* device and its number: 2-1#7 */
};

static char *const *hubs;
static int hub_count, log_fd, bad;
static volatile sig_atomic_t ended;

static void end(int signal)
{
    (void)signal;
    ended = 1;
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    char line[512];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    if (write(log_fd, line, (size_t)length) != length)
        exit(1);
}

static void report(const char *node, const char *what)
{
    if (bad++ < MOST_BAD)
        say("BAD %ld %s %s\n", now_ms(), node, what);
}

/* The whole attribute, without its line end; -1 when it is not there (any more). */
static ssize_t attribute(const char *node, const char *name, char *text, size_t size)
{
    char path[PATH];
    ssize_t length = 0, got;
    snprintf(path, sizeof path, DEVICES "/%s/%s", node, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while ((size_t)length < size - 1 && (got = read(fd, text + length, size - 1 - (size_t)length)) > 0)
        length += got;
    close(fd);
    text[length] = 0;
    return length;
}

static bool is(const char *node, const char *name, char value)
{
    char text[16];
    return attribute(node, name, text, sizeof text) > 0 && text[0] == value;
}

static bool is_hub(const char *device)
{
    for (int i = 0; i < hub_count; i++)
        if (strcmp(hubs[i], device) == 0)
            return true;
    return false;
}

/* As the kernel read them: one configuration, one interface, every setting 08/06/50 or 08/06/62. */
static bool is_stick(const unsigned char *bytes, ssize_t length)
{
    enum { DEVICE = 18, CONFIGURATION = 9, INTERFACE = 9 };
    bool bulk_only = false;
    if (length < DEVICE + CONFIGURATION || bytes[4] != 0 || bytes[17] != 1 || bytes[DEVICE + 4] != 1)
        return false;
    for (ssize_t at = DEVICE; at + 2 <= length && bytes[at] >= 2; at += bytes[at]) {
        const unsigned char *d = bytes + at;
        if (d[1] != 4)
            continue;
        if (at + INTERFACE > length || d[5] != 8 || d[6] != 6 || (d[7] != 0x50 && d[7] != 0x62))
            return false;
        bulk_only |= d[7] == 0x50;
    }
    return bulk_only;
}

/* A node that is authorized must belong to a stick. Asked again afterwards: another device may have come under the same name meanwhile. */
static void judge(const char *node, const char *device, struct set *open_now)
{
    static char bytes[DESCRIPTORS];
    char number[16], again[16];
    if (!is(node, "authorized", '1') || is_hub(device) || attribute(device, "devnum", number, sizeof number) <= 0)
        return;
    ssize_t length = attribute(device, "descriptors", bytes, sizeof bytes);
    if (length <= 0)
        return;
    bool stick = is_stick((const unsigned char *)bytes, length);
    if (!is(node, "authorized", '1') || attribute(device, "devnum", again, sizeof again) <= 0 || strcmp(number, again) != 0)
        return;
    if (!stick)
        report(node, "is authorized and no plain storage");
    else if (node == device && open_now->count < MOST_OPEN)
        snprintf(open_now->names[open_now->count++], NAME, "%.32s#%d", device, atoi(number));
}

static void look_at_driver(const char *interface, const char *device)
{
    char path[PATH], target[PATH], what[PATH + 16];
    snprintf(path, sizeof path, DEVICES "/%s/driver", interface);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0)
        return;
    target[length] = 0;
    const char *slash = strrchr(target, '/');
    const char *driver = slash != NULL ? slash + 1 : target;
    if (strcmp(driver, "usbfs") == 0 || (strcmp(driver, "hub") == 0 && is_hub(device)))
        return;
    snprintf(what, sizeof what, "is bound to %s", driver);
    report(interface, what);
}

static void look_at(const char *name, struct set *open_now)
{
    char device[NAME];
    if (strncmp(name, "usb", 3) == 0) {
        if (!is(name, "authorized_default", '0'))
            report(name, "authorizes by itself");
        return;
    }
    if (!isdigit((unsigned char)name[0]) || strlen(name) >= sizeof device || strstr(name, "-0:") != NULL)
        return; /* the root hubs' own interfaces */
    const char *colon = strchr(name, ':');
    if (colon == NULL) {
        judge(name, name, open_now);
        return;
    }
    snprintf(device, sizeof device, "%.*s", (int)(colon - name), name);
    judge(name, device, open_now);
    look_at_driver(name, device);
}

/* A child's own name has no folder. */
static bool is_service(int pid)
{
    static const char program[] = "/usr/lib/gatekeeper/gatekeeperd";
    char path[32], line[128];
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, line, sizeof line);
    close(fd);
    return length == sizeof program && memcmp(line, program, sizeof program) == 0;
}

/* One that was killed counts as long as it is there: a thread of it may still be in the kernel, in the middle of a write to sysfs. */
static bool service_runs(void)
{
    static char known[32];
    if (known[0] != 0 && access(known, F_OK) == 0)
        return true;
    known[0] = 0;
    DIR *all = opendir("/proc");
    struct dirent *one;
    while (all != NULL && known[0] == 0 && (one = readdir(all)) != NULL)
        if (isdigit((unsigned char)one->d_name[0]) && is_service(atoi(one->d_name)))
            snprintf(known, sizeof known, "/proc/%d", atoi(one->d_name));
    if (all != NULL)
        closedir(all);
    return known[0] != 0;
}

static bool holds(const struct set *set, const char *name)
{
    for (int i = 0; i < set->count; i++)
        if (strcmp(set->names[i], name) == 0)
            return true;
    return false;
}

static bool still_open(const char *name)
{
    char device[NAME], number[16];
    snprintf(device, sizeof device, "%.*s", (int)strcspn(name, "#"), name);
    return attribute(device, "devnum", number, sizeof number) > 0 && atoi(number) == atoi(strchr(name, '#') + 1) && is(device, "authorized", '1');
}

static void look(struct set *open_now)
{
    DIR *all = opendir(DEVICES);
    struct dirent *one;
    open_now->count = 0;
    while (all != NULL && (one = readdir(all)) != NULL)
        look_at(one->d_name, open_now);
    if (all != NULL)
        closedir(all);

    /* They were read one after another: what counts is what is open still. */
    int together = 0;
    for (int i = 0; open_now->count > 1 && i < open_now->count; i++)
        together += still_open(open_now->names[i]) ? 1 : 0;
    if (together > 1)
        report(open_now->names[0], "is authorized beside another stick");
}

int main(int argc, char **argv)
{
    static struct set open_now, at_death;
    long samples = 0, with_stick = 0, gone = 0, longest_gap = 0, longest_open = 0, died = 0, last = 0;
    if (argc < 2 || (log_fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)) < 0) {
        fprintf(stderr, "usage: watch-ports FILE [HUB...]\n");
        return 2;
    }
    hubs = argv + 2;
    hub_count = argc - 2;
    signal(SIGTERM, end);
    while (!ended) {
        long start = now_ms();
        bool service = service_runs();
        look(&open_now);
        samples++;
        with_stick += open_now.count > 0 ? 1 : 0;
        longest_gap = last != 0 && start - last > longest_gap ? start - last : longest_gap;
        last = start;
        if (service) {
            died = 0;
        } else if (died == 0) {
            died = start; /* whatever is open now was opened while it lived */
            gone++;
            at_death = open_now;
        } else {
            for (int i = 0; i < open_now.count; i++)
                if (!holds(&at_death, open_now.names[i]) && !service_runs())
                    report(open_now.names[i], "became authorized while no gatekeeperd ran");
        }
        if (died != 0 && open_now.count > 0 && start - died > longest_open)
            longest_open = start - died;
        usleep(PAUSE_US);
    }
    say("END samples %ld longest_gap_ms %ld with_stick %ld service_gone %ld longest_open_ms %ld bad %d\n", samples, longest_gap, with_stick, gone, longest_open, bad);
    return 0;
}
