#include "init.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLAIN = MS_NOSUID | MS_NODEV | MS_NOEXEC };

static bool try_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
    if (mount(source, target, type, flags, options) == 0)
        return true;
    say("cannot mount %s: %s", target, strerror(errno));
    return false;
}

void mount_kernel_file_systems(void)
{
    try_mount("proc", "/proc", "proc", PLAIN, NULL);
    try_mount("sysfs", "/sys", "sysfs", PLAIN, NULL);
    try_mount("efivarfs", "/sys/firmware/efi/efivars", "efivarfs", PLAIN, NULL);
    /* Both are memory: their limits keep a program that fills one from taking the machine's. */
    try_mount("tmpfs", "/run", "tmpfs", PLAIN, "mode=0755,size=16m");
    try_mount("tmpfs", "/tmp", "tmpfs", PLAIN, "mode=1777,size=64m");
    mkdir("/run/gatekeeper", 0755);
}

/* Not recursive: what is mounted below the source, the EFI variables above all, stays out. */
static void bind(const char *source, const char *target, unsigned long flags)
{
    if (try_mount(source, target, NULL, MS_BIND, NULL) && flags != 0)
        try_mount(source, target, NULL, MS_BIND | MS_REMOUNT | flags, NULL);
}

bool mount_system(const char *device)
{
    if (!try_mount(device, "/system", "erofs", MS_RDONLY | MS_NOSUID | MS_NODEV, NULL))
        return false;
    say("system image mounted");
    bind("/dev", "/system/dev", 0);
    bind("/proc", "/system/proc", 0);
    bind("/sys", "/system/sys", PLAIN | MS_RDONLY);
    bind("/run", "/system/run", 0);
    bind("/tmp", "/system/tmp", 0);
    return true;
}

void mount_data(const char *device, bool with_system)
{
    if (device[0] == 0) {
        say("no data partition");
        return;
    }
    if (!try_mount(device, "/data", "ext4", PLAIN | MS_NOATIME, "errors=remount-ro"))
        return;
    /* The device's own program keeps its files here; gatekeeperd makes its own folder, closed to everyone else. */
    mkdir("/data/app", 0700);
    if (chown("/data/app", UID_APP, UID_APP) != 0)
        say("cannot give /data/app to the app: %s", strerror(errno));
    say("data mounted");
    if (with_system)
        bind("/data", "/system/data", 0);
}

static void give_to_video_group(const char *path)
{
    struct stat node;
    if (stat(path, &node) != 0 || (node.st_gid == GID_VIDEO && (node.st_mode & 0777) == 0660))
        return;
    if (chown(path, 0, GID_VIDEO) != 0 || chmod(path, 0660) != 0)
        say("cannot give %s to the video group: %s", path, strerror(errno));
}

void give_screen_to_group(void)
{
    give_to_video_group("/dev/dri/card0");
    give_to_video_group("/dev/fb0"); /* for the kiosk on a board without a card */
}

void unmount_all(void)
{
    umount2("/system/data", MNT_DETACH);
    if (umount2("/data", 0) != 0 && errno != EINVAL) {
        /* Something still has a file open: no more writes, at least. */
        say("data is busy: %s", strerror(errno));
        mount(NULL, "/data", NULL, MS_REMOUNT | MS_RDONLY | PLAIN, NULL);
    }
}
