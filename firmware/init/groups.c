/* Control groups (cgroup v2): the device's own program is outside and above all of ours, so that it runs as well beside an
 * update as without one. The numbers, and why, stand here alone; BOOT-CONTRACT.md lists them.
 *
 *   /app                  the device's own program
 *   /gatekeeper           all of ours together
 *     /service            gatekeeperd
 *     /sticks             pump and walker: gatekeeperd puts them there
 *     /kiosk              gatekeeper-kiosk
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define GROUPS "/sys/fs/cgroup"

struct setting {
    const char *group, *file, *value;
};

/* Memory counts what a program made, what the kernel keeps for it, and the page cache it filled. Above "high" the kernel takes the
 * cache back and slows the program down; above "max" it kills it, and the flow is that of a process that died. What is written to a
 * stage or a slot is never more than 8 MiB ahead of the medium (LeaseFlightBytesMost), so there is always clean cache to take. */
static const struct setting settings[] = {
    /* One processor that all want: 400 to 20 leaves us a twentieth, which is enough to answer the lease in time. Without a rival
     * we have all of it. No cpu.max: it would slow an update on an idle device and gain the program nothing. */
    { "app", "cpu.weight", "400" },
    { "gatekeeper", "cpu.weight", "20" },
    { "gatekeeper/service", "cpu.weight", "100" },
    { "gatekeeper/kiosk", "cpu.weight", "100" },
    { "gatekeeper/sticks", "cpu.weight", "50" },   /* they read what a stranger plugged in */
    /* DESIGN section 9: gatekeeperd, pump and walker 96 MiB while installing, by share of each page (PSS). */
    { "gatekeeper/service", "memory.high", "96M" },
    { "gatekeeper/service", "memory.max", "144M" },
    { "gatekeeper/sticks", "memory.high", "96M" }, /* two pairs for a moment; a waiting process touches 16 MiB, a walk 6 more */
    { "gatekeeper/sticks", "memory.max", "128M" },
    { "gatekeeper/kiosk", "memory.high", "192M" }, /* a 3840x2160 page is 32 MiB, three times: drawn, card, the driver's copy */
    { "gatekeeper/kiosk", "memory.max", "256M" },
    /* Threads count. */
    { "gatekeeper/service", "pids.max", "128" },   /* several times what it has: a runaway is stopped, a busy service is not */
    { "gatekeeper/sticks", "pids.max", "96" },     /* twice ChildThreads */
    { "gatekeeper/kiosk", "pids.max", "64" },
};

/* Of the disk with the slots. On a disk slower than this it is that little is ever on its way to it that leaves room; on a faster
 * one an update needs no more. The kiosk reads itself and its fonts, and has nothing to write. */
static const struct setting disk_settings[] = {
    { "gatekeeper/service", "io.max", "rbps=209715200 wbps=104857600" },
    { "gatekeeper/kiosk", "io.max", "rbps=104857600 wbps=1048576" },
    { "gatekeeper/sticks", "io.max", "rbps=20971520 wbps=1048576" },
};

enum { SETTINGS = sizeof settings / sizeof settings[0], DISK_SETTINGS = sizeof disk_settings / sizeof disk_settings[0] };

static bool mounted;

static void set(const char *group, const char *file, const char *value)
{
    char path[128];
    snprintf(path, sizeof path, GROUPS "/%s/%s", group, file);
    write_text(path, value);
}

void make_groups(void)
{
    static const char *const groups[] = { "app", "gatekeeper", "gatekeeper/service", "gatekeeper/sticks", "gatekeeper/kiosk" };
    if (mount("cgroup2", GROUPS, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        say("no control groups: %s", strerror(errno)); /* the doctor says so; everything runs without */
        return;
    }
    mounted = true;
    /* One word a line: one that the kernel lacks must not cost the others. */
    static const char *const controllers[] = { "+cpu", "+memory", "+io", "+pids" };
    for (size_t i = 0; i < sizeof controllers / sizeof controllers[0]; i++)
        set(".", "cgroup.subtree_control", controllers[i]);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, GROUPS "/%s", groups[i]);
        if (mkdir(path, 0755) != 0)
            say("cannot make %s: %s", path, strerror(errno));
        if (strcmp(groups[i], "gatekeeper") == 0)
            for (size_t c = 0; c < sizeof controllers / sizeof controllers[0]; c++)
                set("gatekeeper", "cgroup.subtree_control", controllers[c]);
    }
    for (int i = 0; i < SETTINGS; i++)
        set(settings[i].group, settings[i].file, settings[i].value);
}

/* The kernel limits whole disks only. partition: a device path; empty when there is none. */
void limit_disk(const char *partition)
{
    struct stat node;
    char path[96], number[32], value[128];
    unsigned major_number, minor_number;
    if (!mounted || partition[0] == 0 || stat(partition, &node) != 0)
        return;
    /* /sys/dev/block/M:N of a partition lies inside its disk's folder. */
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u/../dev", major(node.st_rdev), minor(node.st_rdev));
    if (!read_text(path, number, sizeof number) || sscanf(number, "%u:%u", &major_number, &minor_number) != 2) {
        say("the disk of %s is not known, its use is not limited", partition);
        return;
    }
    for (int i = 0; i < DISK_SETTINGS; i++) {
        snprintf(value, sizeof value, "%u:%u %s", major_number, minor_number, disk_settings[i].value);
        set(disk_settings[i].group, disk_settings[i].file, value);
    }
}

/* In the child, before it becomes the program: from its first instruction on it is inside. */
void enter_group(const char *group)
{
    char path[96];
    if (!mounted || group == NULL)
        return;
    snprintf(path, sizeof path, GROUPS "/%s/cgroup.procs", group);
    write_text(path, "0");
}
